import fc from "fast-check";
import { csv } from "../../src/report/csv.js";
import { discrepancy, emptyReport, fullReport, I128_MAX } from "../support/core-report.js";
import { contractId } from "../support/streampay-contract.js";

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

const COLUMNS = 17;

describe("csv", () => {
  it("has a head, and every finding in a row, the most urgent first, however low the limit", () => {
    const [head, ...rows] = parse(csv(fullReport(), options));
    expect(head).toHaveLength(COLUMNS);
    expect(rows.map(([kind]) => kind)).toEqual([
      ...["violation", "violation", "drift", "drift", "drift", "missing-on-chain", "missing-in-db"],
      ...["error", "error", "lag", "notice"],
    ]);
    for (const row of rows) expect(row).toHaveLength(COLUMNS);
    const total = rows.find(([, , subject]) => subject === "total_amount")!;
    expect(total[5]).toBe(I128_MAX);
    expect(total[6]).toBe((2n ** 128n - 1n).toString());
  });

  it("is its head alone where nothing was found", () => {
    expect(parse(csv(emptyReport(), options))).toHaveLength(1);
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
});
