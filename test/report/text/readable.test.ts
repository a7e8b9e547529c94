import fc from "fast-check";
import { cell, count, difference, grouped, printable } from "../../../src/report/text/readable.js";
import { I128_MAX, I128_MIN } from "../../support/core-report.js";
import { accountId, contractId } from "../../support/streampay-contract.js";

describe("amounts for a person", () => {
  it.each([
    ["0", "0"],
    ["-5", "-5"],
    ["999", "999"],
    ["1000", "1,000"],
    ["-1000", "-1,000"],
    ["-100000", "-100,000"],
    [I128_MAX, "170,141,183,460,469,231,731,687,303,715,884,105,727"],
    [I128_MIN, "-170,141,183,460,469,231,731,687,303,715,884,105,728"],
    ["1.5", "1.5"],
    ["12345x", "12345x"],
    ["", ""],
  ])("%s is shown as %s", (text, shown) => {
    expect(grouped(text)).toBe(shown);
  });

  it("keep every digit", () => {
    fc.assert(
      fc.property(fc.bigInt(), (amount) => {
        expect(grouped(String(amount)).replaceAll(",", "")).toBe(String(amount));
        expect(grouped(String(amount))).toMatch(/^-?\d{1,3}(,\d{3})*$/);
      }),
    );
  });

  it.each([
    ["5", "7", "+2"],
    ["7", "5", "-2"],
    ["0", "2000", "+2,000"],
    ["5", "5", "0"],
    [I128_MIN, I128_MAX, "+340,282,366,920,938,463,463,374,607,431,768,211,455"],
    [I128_MAX, I128_MIN, "-340,282,366,920,938,463,463,374,607,431,768,211,455"],
    [null, "5", ""],
    ["5", null, ""],
    ["Active", "5", ""],
    ["5", "Active", ""],
    ["1.5", "5", ""],
  ])("from %s in the database to %s on chain is %j", (db, chain, shown) => {
    expect(difference(db, chain)).toBe(shown);
  });
});

describe("values in a cell", () => {
  const one = accountId(1);
  const other = `${one.slice(0, 20)}A${one.slice(21)}`;

  it("shortens an address, unless two that differ would then look the same", () => {
    expect(cell(contractId(1), contractId(2))).toMatch(/^C[A-Z2-7]{5}…[A-Z2-7]{6}$/);
    expect(cell(one, null)).toBe(`${one.slice(0, 6)}…${one.slice(-6)}`);
    expect([cell(one, other), cell(other, one)]).toEqual([one, other]);
  });

  it("never shortens what is no address", () => {
    const text = "x".repeat(100);
    expect(cell(text, null)).toBe(text);
    expect(cell(one.toLowerCase(), one)).toBe(one.toLowerCase());
  });

  it("tells a missing value from an empty one", () => {
    expect(cell(null, "x")).toBe("(none)");
    expect(cell("", "x")).toBe("");
  });

  it("shows two values that differ as different, whatever they are", () => {
    const values = fc.oneof(fc.string({ unit: "binary" }), fc.bigInt().map(String), fc.constantFrom(one, other));
    fc.assert(
      fc.property(values, values, (a, b) => {
        fc.pre(a !== b && !a.includes("\\") && !b.includes("\\") && !/^-?[\d,]+$/.test(a + b));
        expect(cell(a, b)).not.toBe(cell(b, a));
      }),
    );
  });
});

describe("printable", () => {
  it("leaves ordinary text of every script alone", () => {
    for (const text of ["stream 1", "zażółć", "日本語", "🙂", "\\x1b", "é"]) expect(printable(text)).toBe(text);
  });

  it.each([
    ["\u0000", "\\x00"],
    ["\u001b[31m", "\\x1b[31m"],
    ["\n\t\r", "\\x0a\\x09\\x0d"],
    ["\u007f\u009b", "\\x7f\\x9b"],
    ["\u202e", "\\u{202e}"],
    ["\u200b\ufeff", "\\u{200b}\\u{feff}"],
    ["\u00a0\u3000", "\\xa0\\u{3000}"],
    ["\u2028\u2029", "\\u{2028}\\u{2029}"],
    ["\ud800", "\\u{d800}"],
    ["\u{e0041}", "\\u{e0041}"],
  ])("spells out %j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe("count", () => {
  it("agrees in number", () => {
    expect([0, 1, 2, 1_234_567].map((n) => count(n, "stream"))).toEqual([
      ...["0 streams", "1 stream", "2 streams", "1,234,567 streams"],
    ]);
    expect(count(2, "entry", "entries")).toBe("2 entries");
  });
});
