import { findingLine, summaryLine } from "../../../src/report/formats/ndjson.js";
import { discrepancy, fullReport } from "../../support/core-report.js";

describe("the report as lines", () => {
  it("has a finding on a line of its own, its kind first", () => {
    const found = discrepancy("a\nb\u2028\u0085", "status", "x", null);
    const line = findingLine({ kind: "discrepancy", ...found });
    expect(line).toMatch(/^\{"kind":"discrepancy",.*\}\n$/);
    expect(line.trimEnd()).not.toMatch(/[\n\u2028\u0085]/);
    expect(JSON.parse(line)).toEqual({ kind: "discrepancy", ...found });
  });

  it("ends with the report without its lists", () => {
    const { discrepancies: _d, violations: _v, errors: _e, notices: _n, ...rest } = fullReport();
    expect(JSON.parse(summaryLine(fullReport()))).toEqual({ kind: "summary", ...rest });
    expect(summaryLine(fullReport())).toMatch(/^\{"kind":"summary",.*\}\n$/);
  });
});
