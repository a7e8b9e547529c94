import fc from "fast-check";
import type { Report } from "../../../src/core/report/report.js";
import { json } from "../../../src/report/formats/json.js";
import { findingLine } from "../../../src/report/formats/ndjson.js";
import { discrepancy, emptyReport, fullReport, I128_MAX, I128_MIN } from "../../support/core-report.js";

const render = (report: Report) => json(report, { color: true, width: 20, limit: 1 });

describe("the report as JSON", () => {
  it("is the report itself, whatever the terminal", () => {
    for (const report of [emptyReport(), fullReport()]) {
      const text = render(report);
      expect(JSON.parse(text)).toEqual(report);
      expect(text.endsWith("}\n")).toBe(true);
      expect(text).not.toContain("\u001b");
    }
  });

  it("keeps its shape when there is nothing in it: lists are empty, not absent", () => {
    expect(Object.keys(JSON.parse(render(emptyReport())) as object)).toEqual(Object.keys(fullReport()));
    expect(JSON.parse(render(emptyReport()))).toMatchObject({
      ...{ discrepancies: [], violations: [], errors: [], notices: [], ledger: { first: null, last: null } },
    });
  });

  it("has no line that a log of GitHub Actions takes for a command", () => {
    const odd = emptyReport({ network: "a##[add-mask]x" });
    expect(render(odd)).not.toContain("##[");
    expect(JSON.parse(render(odd))).toEqual(odd);
    expect(findingLine({ kind: "error", streamId: null, code: "c", message: "##[error]" })).not.toContain("##[");
  });

  it.each([
    ["C1 controls, which some terminals obey", "a\u009b31mb\u0080\u007f\u0085"],
    ["line ends of other languages", "a\u2028b\u2029"],
    ["marks that turn the direction of text", "a\u202eb\u2066\u200f"],
    ["marks beyond 16 bits", "a\u{e0041}b"],
  ])("escapes %s", (_, text) => {
    const odd = emptyReport({ network: text });
    const shown = [render(odd), findingLine({ kind: "error", streamId: text, code: "c", message: text })];
    for (const one of shown) expect(one).not.toMatch(/[^\n -~]/);
    expect(JSON.parse(render(odd))).toEqual(odd);
    expect(JSON.parse(shown[1]!)).toMatchObject({ streamId: text, message: text });
  });

  it("keeps amounts of 39 digits as text, and every text as it was", () => {
    const report = emptyReport({ discrepancies: [discrepancy("s", "f", I128_MIN, I128_MAX)] });
    expect(render(report)).toContain(`"dbValue": "${I128_MIN}"`);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const odd = emptyReport({ discrepancies: [discrepancy(text, "f", text, null)] });
        expect(JSON.parse(render(odd))).toEqual(odd);
      }),
    );
  });
});
