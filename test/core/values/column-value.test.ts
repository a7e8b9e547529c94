import {
  describeRaw,
  displayValue,
  type RawValue,
  readAmount,
  readBoolean,
  readInteger,
  readText,
} from "../../../src/core/values/column-value.js";
import { type FieldValue, UnreadableValue } from "../../../src/core/values/field.js";

const BINARY = Uint8Array.of(1, 2);
const I128_MAX = (1n << 127n) - 1n;

/** For each raw value, what each reader makes of it; an error is given by its message. */
const TABLE: readonly [RawValue, { amount: Read; integer: Read; boolean: Read; text: Read }][] = [
  [null, { amount: null, integer: null, boolean: null, text: null }],
  ["12", { amount: 12n, integer: 12n, boolean: /expected true or false, found "12"/, text: "12" }],
  ["7.00", { amount: 7n, integer: 7n, boolean: /true or false/, text: "7.00" }],
  [
    "7.5",
    { amount: /not a whole number of base units/, integer: /"7.5" is not a whole number$/, boolean: /./, text: "7.5" },
  ],
  ["", { amount: /not a decimal/, integer: /"" is not a whole number/, boolean: /found ""/, text: "" }],
  [
    "abc",
    { amount: /"abc" is not a decimal number/, integer: /not a whole number/, boolean: /found "abc"/, text: "abc" },
  ],
  ["1", { amount: 1n, integer: 1n, boolean: true, text: "1" }],
  [" T ", { amount: /not a decimal/, integer: /not a whole/, boolean: true, text: " T " }],
  ["False", { amount: /not a decimal/, integer: /not a whole/, boolean: false, text: "False" }],
  [I128_MAX.toString(), { amount: I128_MAX, integer: I128_MAX, boolean: /./, text: I128_MAX.toString() }],
  [I128_MAX, { amount: I128_MAX, integer: I128_MAX, boolean: /found bigint 1701/, text: I128_MAX.toString() }],
  [-I128_MAX - 1n, { amount: -I128_MAX - 1n, integer: -I128_MAX - 1n, boolean: /./, text: `${-I128_MAX - 1n}` }],
  [0n, { amount: 0n, integer: 0n, boolean: false, text: "0" }],
  [1, { amount: 1n, integer: 1n, boolean: true, text: "1" }],
  [
    1.5,
    { amount: /not a whole number of base units/, integer: /1.5" is not a whole number$/, boolean: /./, text: "1.5" },
  ],
  [2 ** 53, { amount: /floating point/, integer: /floating point/, boolean: /number 9007/, text: /floating point/ }],
  [Number.NaN, { amount: /NaN is stored as/, integer: /NaN is stored/, boolean: /number NaN/, text: /NaN is stored/ }],
  [Number.NEGATIVE_INFINITY, { amount: /-Infinity/, integer: /-Infinity/, boolean: /-Infinity/, text: /-Infinity/ }],
  [true, { amount: /expected a number, found boolean true/, integer: /a number/, boolean: true, text: "true" }],
  [false, { amount: /a number/, integer: /found boolean false/, boolean: false, text: "false" }],
  [BINARY, { amount: /binary data of 2 bytes/, integer: /binary/, boolean: /binary/, text: /found binary data/ }],
];
type Read = FieldValue | RegExp;

function expectRead(read: () => FieldValue, expected: Read): void {
  if (expected instanceof RegExp) {
    expect(read).toThrow(UnreadableValue);
    expect(read).toThrow(expected);
  } else {
    expect(read()).toBe(expected);
  }
}

describe("values of database columns", () => {
  it.each(TABLE)("reads %p as each type, or says why not", (raw, expected) => {
    expectRead(() => readAmount(raw, 0), expected.amount);
    expectRead(() => readInteger(raw), expected.integer);
    expectRead(() => readBoolean(raw), expected.boolean);
    expectRead(() => readText(raw), expected.text);
  });

  it("puts the point of an amount where the configuration says", () => {
    expect(readAmount("1.5", 7)).toBe(15_000_000n);
    expect(readAmount(1.5, 7)).toBe(15_000_000n);
    expect(readAmount(3n, 7)).toBe(30_000_000n);
    expect(readAmount(null, 7)).toBeNull();
    expect(() => readAmount("0.123456789", 7)).toThrow(/more than 7 decimals/);
    expect(() => readAmount(0.12345678, 7)).toThrow(/more than 7 decimals/);
  });

  it("never takes an integer for something that a configuration of amounts would cure", () => {
    for (const raw of ["7.5", 7.5]) {
      expect(() => readInteger(raw)).toThrow(UnreadableValue);
      expect(() => readInteger(raw)).not.toThrow(/amountDecimals/);
    }
  });

  it("describes a value in a few words", () => {
    expect(describeRaw(null)).toBe("NULL");
    expect(describeRaw("x".repeat(500))).toBe(`"${"x".repeat(57)}..."`);
    expect(describeRaw(BINARY)).toBe("binary data of 2 bytes");
    expect(describeRaw(12n)).toBe("bigint 12");
  });

  it("displays values exactly", () => {
    expect([null, I128_MAX, true, "x"].map(displayValue)).toEqual([null, I128_MAX.toString(), "true", "x"]);
  });
});
