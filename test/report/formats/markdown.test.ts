import { markdown, prose } from "../../../src/report/formats/markdown.js";
import { discrepancy, emptyReport, fullReport } from "../../support/core-report.js";
import { contractId } from "../../support/streampay-contract.js";

const show = (report = fullReport(), limit = 50) => markdown(report, { color: false, width: null, limit });

/** Rows of each table: all have as many cells as its head. */
function tables(text: string): string[][] {
  const blocks = text.split("\n\n").filter((block) => block.startsWith("|"));
  for (const block of blocks) {
    const widths = block.split("\n").map((line) => line.split(/(?<!\\)\|/).length);
    expect(new Set(widths).size).toBe(1);
  }
  return blocks.map((block) => block.split("\n").slice(2));
}

describe("markdown", () => {
  it("says the headline, the counts and every finding", () => {
    const text = show();
    expect(text).toMatch(/^## Reconciliation: Violation\n\n\*\*2 violations of rules/);
    expect(tables(text).map(({ length }) => length)).toEqual([1, 2, 5, 2, 1, 1]);
    expect(text).toContain("### What to do next");
    expect(text).toContain("| ---: |");
  });

  it("shows the first rows of each block and says how many more there are", () => {
    const text = show(fullReport(), 1);
    expect(tables(text).map(({ length }) => length)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(text).toContain("… and 4 more of 5: `--limit 0` shows all");
    expect(show(fullReport(), 0)).not.toContain("… and");
  });

  it("tells what is at stake in base units and in the token's", () => {
    const token = contractId(3);
    const shown = { ...discrepancy("1", "released_amount", "0", "25000000"), token };
    const report = {
      ...emptyReport({ discrepancies: [shown] }),
      tokens: [{ token, symbol: "US|DC", decimals: 7, source: "configuration" as const }],
    };
    expect(show(report)).toContain("25,000,000 (2.5 US&#124;DC) | 0 | 0 |");
    expect(show(report)).toContain("| 25,000,000 (2.5 US&#124;DC) | +25,000,000 (+2.5 US&#124;DC) | drift: missed |");
    expect(show({ ...report, tokens: [] } as typeof report)).toContain(`| \`${token}\` | 25,000,000 | 0 | 0 |`);
  });

  it("says only what there is", () => {
    expect(show(emptyReport())).not.toMatch(/###/);
  });

  it.each([
    ["a|b", "<code>a&#124;b</code>"],
    ["`x`", "<code>&#96;x&#96;</code>"],
    ["a\\", "<code>a&#92;</code>"],
    ["a\nb", "<code>a&#92;x0ab</code>"],
    ["@octocat #12", "`@octocat #12`"],
    ["</script><b>", "`</script><b>`"],
    ["", "(empty)"],
    [" ", "(empty)"],
  ])("puts the stream id %j into code", (id, code) => {
    const text = show(emptyReport({ discrepancies: [discrepancy(id, "status", null, "x")] }));
    expect(text).toContain(`\n| ${code} | \`status\` | (none) | \`x\` |  | drift: missed |`);
    tables(text);
  });

  it.each([
    ["*a* _b_ `c` [d](e)", "\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e)"],
    ["<img src=x>&amp;", "&#60;img src=x&#62;&#38;amp;"],
    ["@team #12 GH-3", "@<!-- -->team #<!-- -->12 GH-<!-- -->3"],
    ["https://x.test www.x.test", "https:<!-- -->//x.test www<!-- -->.x.test"],
    ["# title", "\\# title"],
    ["1. list", "1\\. list"],
    ["a|b\\|c", "a&#124;b\\\\&#124;c"],
    ["x\r\n# y", "x\\\\x0d\\\\x0a# y"],
  ])("makes the sentence %j harmless", (text, safe) => {
    expect(prose(text)).toBe(safe);
  });
});
