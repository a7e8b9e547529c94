import fc from "fast-check";
import { csv } from "../../../src/report/formats/csv.js";
import { discrepancy, emptyReport, fullReport, I128_MAX } from "../../support/core-report.js";
import { contractId } from "../../support/streampay-contract.js";

const options = { color: false, width: null, limit: 1 };

/** RFC 4180, strictly: CRLF ends every record, and quotes stand round a whole field only. */
function parse(text: string): string[][] {
  expect(text).toMatch(/\r\n$/);
  return text
    .slice(0, -2)
    .split("\r\n")
    .map((line) => {
      const fields: string[] = [];
      for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g)) {
        fields.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
      }
      return fields;
    });
}

const COLUMNS = 18;

describe("csv", () => {
  it("has a head, and every finding in a row, the most urgent first, however low the limit", () => {
    const [head, ...rows] = parse(csv(fullReport(), options));
    expect(head).toHaveLength(COLUMNS);
    expect(rows.map(([kind]) => kind)).toEqual([
      ...["violation", "violation", "drift", "drift", "drift", "missing-on-chain", "missing-in-db"],
      ...["error", "error", "lag", "notice", "summary"],
    ]);
    for (const row of rows) expect(row).toHaveLength(COLUMNS);
    const total = rows.find(([, , subject]) => subject === "total_amount")!;
    expect(total[5]).toBe(I128_MAX);
    expect(total[6]).toBe((2n ** 128n - 1n).toString());
    expect(rows.map((row) => row[head!.indexOf("reason")])).toEqual([
      ...["", "", "missed", "missed", "missed", "missed", "missed"],
      ...["", "", "behind", "", ""],
    ]);
  });

  it("ends with the result and what it is a result of, in words and for programs", () => {
    const report = emptyReport({ summary: { ...emptyReport().summary, streamsChecked: 2, inSync: 2 } });
    const [head, last, ...none] = parse(csv(report, options));
    expect(none).toEqual([]);
    const summary = Object.fromEntries(head!.map((title, index) => [title, last![index]!]));
    expect(summary).toMatchObject({ kind: "summary", streamId: "", subject: "IN_SYNC" });
    const { compared, database, chain } = report;
    expect(JSON.parse(summary.values!)).toEqual({ compared, database, chain });
    expect(summary.message).toBe(
      "2 of 2 streams agree in 4 fields. Checked: all streams. Compared: recipient, total_amount, released_amount, status. Not compared: sender. Allowed: no difference, lag up to 120 ledgers. Database: at ledger 990 by its rows' cursors, 10 ledgers (about 50 s) behind. Chain: at ledger 1000, 4 s old.",
    );
  });

  it.each([
    ["=1+1", "'=1+1"],
    ["+cmd", "'+cmd"],
    ["-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"],
    ["@SUM(1)", "'@SUM(1)"],
    ["\t=1", "'\\x09=1"],
    ["\r=1", "'\\x0d=1"],
    ["\u0000 =1", "'\\x00 =1"],
    ["  =1", "'  =1"],
    ["＝1", "'＝1"],
    ["＋1", "'＋1"],
    ["－1", "'－1"],
    ["＠1", "'＠1"],
    ["-5", "-5"],
    ["-5+2", "'-5+2"],
    ['a"b,c', 'a"b,c'],
    ["line\nbreak", "line\\x0abreak"],
    ["1,000", "1,000"],
    ["-0.5", "-0.5"],
    ["a;=1+1", "a;'=1+1"],
    ["a; \t@x;b", "a;' \\x09@x;b"],
    ['a;"=1"', 'a;\'"=1"'],
    ["a;b", "a;b"],
  ])("writes the value %j as %j", (value, written) => {
    const [, row] = parse(csv(emptyReport({ discrepancies: [discrepancy(value, "status", value, "x")] }), options));
    expect([row![1], row![4]]).toEqual([written, written]);
  });

  it("tells amounts in whole tokens, too, where it is known how", () => {
    const token = contractId(3);
    const found = { ...discrepancy("a", "released_amount", "-5", "25000000"), token };
    const tokens = [{ token, symbol: "USDC", decimals: 7, source: "chain" as const }];
    const columns = (text: string) => parse(text)[1]!.slice(6, 12);
    const report = emptyReport({ discrepancies: [found], tokens });
    expect(columns(csv(report, options))).toEqual(["25000005", token, "USDC", "-0.0000005", "2.5", "2.5000005"]);
    expect(columns(csv({ ...report, tokens: [] }, options))).toEqual(["25000005", token, "", "", "", ""]);
  });

  it("has as many fields in every row, and no formula, whatever the values are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (id, value) => {
        const [, row] = parse(csv(emptyReport({ discrepancies: [discrepancy(id, value, value, null)] }), options));
        expect(row).toHaveLength(COLUMNS);
        for (const field of row!) expect(field).toMatch(/^(-?\d+(\.\d+)?$|(?![=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]))/u);
      }),
    );
  });

  it("has nothing that a log of GitHub Actions takes for a command, and its JSON says the same", () => {
    const violation = { streamId: "a##[group]", invariant: "solvent", side: "db", message: "##[error]x" } as const;
    const text = csv(emptyReport({ violations: [{ ...violation, values: { a: "##[endgroup]" } }] }), options);
    expect(text).not.toContain("##[");
    const [head, row] = parse(text);
    expect(row![head!.indexOf("streamId")]).toBe("a## [group]");
    expect(JSON.parse(row![head!.indexOf("values")]!)).toEqual({ a: "##[endgroup]" });
  });
});
