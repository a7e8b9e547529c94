import fc from "fast-check";
import { exactTextOfDouble, isDecimalOf, parseAmount } from "../../../src/core/values/amount.js";
import { readAmount } from "../../../src/core/values/column-value.js";
import { UnreadableValue } from "../../../src/core/values/field.js";

const I128_MAX = (1n << 127n) - 1n;
const I128_MIN = -(1n << 127n);

describe("parseAmount", () => {
  it.each([
    ["0", 0, 0n],
    ["-0", 0, 0n],
    ["+5", 0, 5n],
    ["007", 0, 7n],
    [" 12\n", 0, 12n],
    ["100.000", 0, 100n],
    ["1.5", 7, 15_000_000n],
    ["-1.5", 7, -15_000_000n],
    ["-0.0000001", 7, -1n],
    ["0.00000010", 7, 1n],
    ["1", 7, 10_000_000n],
    ["1", 38, 10n ** 38n],
    [`0.${"0".repeat(37)}1`, 38, 1n],
    [I128_MAX.toString(), 0, I128_MAX],
    [I128_MIN.toString(), 0, I128_MIN],
    ["17014118346046923173168730371588.4105727", 7, I128_MAX],
    ["-1.70141183460469231731687303715884105728", 38, I128_MIN],
  ])("reads %j with %i decimals", (text, decimals, units) => {
    expect(parseAmount(text, decimals)).toBe(units);
  });

  it.each([
    ["", 0, /is not a decimal number/],
    [" ", 0, /is not a decimal number/],
    ["abc", 0, /"abc" is not a decimal number/],
    ["1e3", 0, /is not a decimal number/],
    ["0x10", 0, /is not a decimal number/],
    ["1_000", 0, /is not a decimal number/],
    ["1,000", 0, /is not a decimal number/],
    ["1.2.3", 3, /is not a decimal number/],
    ["--1", 0, /is not a decimal number/],
    ["NaN", 0, /is not a decimal number/],
    ["Infinity", 0, /is not a decimal number/],
    ["١٢", 0, /is not a decimal number/],
    ["1.5", 0, /"1.5" is not a whole number of base units \(set database.amountDecimals/],
    ["0.00000001", 7, /has more than 7 decimals, the precision of one base unit/],
    ["9".repeat(97), 0, /more than 96 digits: "9{57}\.\.\."/],
  ])("refuses %j with %i decimals: nothing is rounded or guessed", (text, decimals, message) => {
    expect(() => parseAmount(text, decimals)).toThrow(UnreadableValue);
    expect(() => parseAmount(text, decimals)).toThrow(message);
  });

  it.each(Array.from({ length: 39 }, (_, decimals) => decimals))(
    "takes integer text for tokens of %i decimals",
    (decimals) => {
      const unit = 10n ** BigInt(decimals);
      for (const text of ["0", "1", "7", "10", "1000000"]) {
        expect(parseAmount(text, decimals)).toBe(BigInt(text) * unit);
        expect(parseAmount(`-${text}`, decimals)).toBe(-BigInt(text) * unit);
        expect(readAmount(BigInt(text), decimals)).toBe(BigInt(text) * unit);
      }
    },
  );

  it("is exact for every amount and every number of decimals", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: I128_MIN, max: I128_MAX }), fc.nat({ max: 38 }), (units, decimals) => {
        const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
        const whole = digits.slice(0, digits.length - decimals);
        const text = `${units < 0n ? "-" : ""}${whole}${decimals > 0 ? `.${digits.slice(-decimals)}` : ""}`;
        expect(parseAmount(text, decimals)).toBe(units);
        // Zeros after the last digit mean nothing; another digit there is refused.
        expect(parseAmount(`${text}${decimals > 0 ? "" : "."}00`, decimals)).toBe(units);
        expect(() => parseAmount(`${text}${decimals > 0 ? "" : "."}1`, decimals)).toThrow(UnreadableValue);
      }),
    );
  });
});

describe("exactTextOfDouble", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [0.1, "0.1"],
    [-12.5, "-12.5"],
    [0.000001, "0.000001"],
    [999_999_999_999_999, "999999999999999"],
    [0.123456789012345, "0.123456789012345"],
  ])("keeps %d, which has at most 15 digits", (value, text) => {
    expect(exactTextOfDouble(value)).toBe(text);
  });

  it.each([
    [2 ** 53],
    [2 ** 53 + 2],
    [1e15],
    [1e21],
    [1e-7],
    [0.1 + 0.2],
    [Number.MAX_VALUE],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY],
  ])("refuses %d: the digits that were written may be gone", (value) => {
    expect(() => exactTextOfDouble(value)).toThrow(UnreadableValue);
    expect(() => exactTextOfDouble(value)).toThrow(/stored as floating point.*use a text, bigint or numeric column/);
  });

  it("never changes a decimal that was written with up to 15 digits, and accepts no neighbour for it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), fc.nat({ max: 6 }), (digits, shift) => {
        const text = (BigInt(digits) * 10n).toString().padStart(shift + 2, "0");
        const decimal = `${text.slice(0, -1 - shift)}.${text.slice(-1 - shift)}`;
        const units = parseAmount(decimal, 38);
        expect(parseAmount(exactTextOfDouble(Number(decimal)), 38)).toBe(units);
      }),
    );
  });
});

describe("isDecimalOf", () => {
  /** The integer as XDR has it. */
  function laid(value: bigint, words: number): DataView {
    const view = new DataView(new ArrayBuffer(8 + 4 * words));
    for (let word = 0; word < words; word++) {
      view.setUint32(8 + 4 * word, Number(BigInt.asUintN(32, value >> BigInt(32 * (words - 1 - word)))));
    }
    return view;
  }
  const is = (text: string, value: bigint, words = 4) => isDecimalOf(text, laid(value, words), 8, words);

  it.each([
    [0n],
    [1n],
    [9n],
    [10n],
    [4_294_967_295n],
    [4_294_967_296n],
    [999_999_999n],
    [2n ** 53n - 1n],
    [2n ** 53n + 1n],
    [2n ** 63n - 1n],
    [2n ** 63n],
    [9_999_999_999_999_999_999n],
  ])("knows %d from its neighbours", (value) => {
    expect(is(String(value), value)).toBe(true);
    expect(is(String(value), value, 2)).toBe(true);
    expect(is(String(value + 1n), value)).toBe(false);
    if (value > 0n) expect(is(String(value - 1n), value)).toBe(false);
  });

  it.each([
    ["", 0n],
    ["00", 0n],
    ["007", 7n],
    ["+7", 7n],
    [" 7", 7n],
    ["7 ", 7n],
    ["7.0", 7n],
    ["7e0", 7n],
    ["-7", -7n],
    ["٧", 7n],
    ["10000000000000000000", 10n ** 19n],
    [String(I128_MAX), I128_MAX],
    [String(I128_MIN), I128_MIN],
  ])("leaves %j to be compared in another way", (text, value) => expect(is(text, value)).toBe(false));

  it("never takes a text for an integer that it is not", () => {
    const integers = fc.oneof(fc.bigInt({ min: I128_MIN, max: I128_MAX }), fc.bigInt({ min: 0n, max: 2n ** 64n + 3n }));
    const texts = fc.oneof(
      integers.map(String),
      fc.stringMatching(/^[0-9]{1,22}$/),
      fc.string({ maxLength: 22 }),
      fc.constantFrom("18446744073709551616", "18446744073709551617", "4294967296"),
    );
    fc.assert(
      fc.property(integers, texts, fc.constantFrom(2, 4, 8), (value, text, words) => {
        const held = BigInt.asUintN(32 * words, value);
        if (is(text, held, words)) expect(text).toBe(String(held));
        else expect(is(String(held), held, words)).toBe(held <= 9_999_999_999_999_999_999n);
      }),
      { numRuns: 2_000 },
    );
  });
});
