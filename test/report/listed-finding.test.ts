import type { Reason } from "../../src/core/codes.js";
import { markdown } from "../../src/report/formats/markdown.js";
import { table } from "../../src/report/formats/table.js";
import { KINDS } from "../../src/report/kinds.js";
import { listedFindings } from "../../src/report/listed-finding.js";
import type { Reporter } from "../../src/report/reporter.js";
import { discrepancy, emptyReport, fullReport } from "../support/core-report.js";

const OPTIONS = { color: false, width: null, limit: 0 } as const;

describe("the findings of a report", () => {
  it("come by kind, the most urgent first", () => {
    const kinds = listedFindings(fullReport()).map(({ kind }) => kind);
    expect([...new Set(kinds)]).toEqual(KINDS);
    expect(kinds).toEqual(KINDS.flatMap((kind) => kinds.filter((other) => other === kind)));
  });

  it("come by reason inside drift, and the chain's violations before the database's", () => {
    const because = (reason: Reason) => ({ ...discrepancy(reason, "status", "a", "b"), reason });
    const violations = [...fullReport().violations].reverse();
    const discrepancies = (["no_cursor", "stale", "missed", "contradiction"] as const).map(because);
    const found = listedFindings(emptyReport({ violations, discrepancies }));
    expect(found.map(({ side, reason }) => side ?? reason)).toEqual([
      ...["on_chain", "db"],
      ...["contradiction", "missed", "stale", "no_cursor"],
    ]);
  });
});

describe.each<[string, Reporter]>([
  ["table", table],
  ["markdown", markdown],
])("the %s", (_name, render) => {
  const titles = (text: string) =>
    [...text.matchAll(/^(?:### )?(Violated invariants|Discrepancies|Could not be checked|Lag|Notices)/gm)].map(
      ([, title]) => title,
    );

  it("shows lag after what could not be checked, so that no limit hides drift behind it", () => {
    expect(titles(render(fullReport(), OPTIONS))).toEqual([
      ...["Violated invariants", "Discrepancies", "Could not be checked", "Lag", "Notices"],
    ]);
    const lags = Array.from({ length: 9 }, (_, i) => discrepancy(`late_${i}`, "status", "a", "b", "lag"));
    const report = emptyReport({ discrepancies: [...lags, discrepancy("wrong", "status", "a", "b")] });
    expect(render(report, { ...OPTIONS, limit: 1 })).toContain("wrong");
  });

  it("shows the kinds that are asked for, and says how many findings it does not show", () => {
    const report = fullReport();
    const text = render(report, { ...OPTIONS, only: ["violation", "lag"] });
    expect(titles(text)).toEqual(["Violated invariants", "Lag"]);
    const others = listedFindings(report).filter(({ kind }) => kind !== "violation" && kind !== "lag");
    expect(text).toContain(`${others.length} findings of other kinds are not shown`);
    // The result is the same whatever is shown of it.
    const result = (shown: string) => /[^\n]*2 violations of rules[^\n]*/.exec(shown)![0];
    expect(result(text)).toBe(result(render(report, OPTIONS)));
    expect(render(report, { ...OPTIONS, only: KINDS })).toBe(render(report, OPTIONS));
  });
});
