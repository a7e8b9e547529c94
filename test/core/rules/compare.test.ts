import fc from "fast-check";
import { compareStream } from "../../../src/core/rules/compare.js";
import type { MappedField, RowPlan } from "../../../src/core/rules/mapping.js";
import { type FieldType, type FieldValue, UnreadableValue } from "../../../src/core/values/field.js";

const planOf = (...types: FieldType[]): RowPlan => ({
  columns: [],
  streamIdIndex: 0,
  onChainIdIndex: 0,
  cursorIndex: null,
  fields: types.map(
    (type, index): MappedField => ({ name: `f${index}`, type, role: null, column: `c${index}`, index }),
  ),
  amountDecimals: 0,
  statuses: new Map(),
});
const field = (value: FieldValue) => ({ value, text: value === null ? null : `<${String(value)}>` });
const db = (...values: FieldValue[]) => ({
  ...{ streamId: "s", onChainId: 1n, syncedLedger: 1, cursorFault: null },
  fields: values.map(field),
});
const chain = (...values: FieldValue[]) => new Map(values.map((value, i) => [`f${i}`, field(value)]));
const differs = (type: FieldType, a: FieldValue, b: FieldValue, tolerance = 0n): boolean =>
  compareStream(db(a), chain(b), planOf(type), { tolerance, fieldTolerance: new Map() }).length > 0;

const EXACT = { tolerance: 0n, fieldTolerance: new Map<string, bigint>() };
const HUGE = 1n << 127n;

describe("compareStream", () => {
  it.each<[FieldType, FieldValue, FieldValue, bigint, boolean]>([
    ["amount", 5n, 5n, 0n, false],
    ["amount", 5n, 6n, 0n, true],
    ["amount", 6n, 5n, 0n, true],
    ["amount", 100n, 110n, 10n, false],
    ["amount", 110n, 100n, 10n, false],
    ["amount", 100n, 111n, 10n, true],
    ["amount", 111n, 100n, 10n, true],
    ["amount", -5n, 5n, 10n, false],
    ["amount", -5n, 6n, 10n, true],
    ["amount", -HUGE, HUGE - 1n, 2n * HUGE - 2n, true],
    ["amount", -HUGE, HUGE - 1n, 2n * HUGE - 1n, false],
    ["amount", null, 0n, 1_000n, true],
    ["amount", 0n, null, 1_000n, true],
    ["amount", null, null, 0n, false],
    ["integer", 5n, 6n, 1_000n, true],
    ["timestamp", 5n, 6n, 1_000n, true],
    ["status", "ACTIVE", "PAUSED", 1_000n, true],
    ["status", "ACTIVE", "ACTIVE", 0n, false],
    ["status", null, "ACTIVE", 0n, true],
    ["address", "GA", "ga", 0n, true],
    ["text", "", null, 0n, true],
    ["boolean", false, false, 0n, false],
    ["boolean", false, null, 0n, true],
    ["boolean", true, false, 1n, true],
  ])("%s: %p on the row, %p on chain, tolerance %p: differs %p", (type, a, b, tolerance, expected) => {
    expect(differs(type, a, b, tolerance)).toBe(expected);
  });

  it("reports each field that differs, in the mapping's order, with both texts", () => {
    const found = compareStream(db(1n, "A", null), chain(2n, "A", "x"), planOf("amount", "status", "text"), EXACT);
    expect(found).toEqual([
      { field: "f0", dbValue: "<1>", onChainValue: "<2>" },
      { field: "f2", dbValue: null, onChainValue: "<x>" },
    ]);
  });

  it("refuses to skip a field that the contract's struct lacks", () => {
    const call = () => compareStream(db(1n, 2n), chain(1n), planOf("amount", "amount"), EXACT);
    expect(call).toThrow(UnreadableValue);
    expect(call).toThrow("the contract's struct has no field f1, which column c1 is compared with");
  });

  it("prefers a field's own tolerance to the general one, for amounts only", () => {
    const tolerances = {
      tolerance: 10n,
      fieldTolerance: new Map([
        ["f0", 1n],
        ["f2", 99n],
      ]),
    };
    const call = (x: bigint) =>
      compareStream(db(0n, 0n, 0n), chain(x, x, x), planOf("amount", "amount", "integer"), tolerances);
    expect([1n, 2n, 10n, 11n].map((x) => call(x).map(({ field }) => field))).toEqual([
      ["f2"],
      ["f0", "f2"],
      ["f0", "f2"],
      ["f0", "f1", "f2"],
    ]);
  });

  it("is symmetric, and tolerance is a distance", () => {
    const amounts = fc.bigInt({ min: -HUGE, max: HUGE - 1n });
    fc.assert(
      fc.property(amounts, amounts, fc.bigInt({ min: 0n, max: HUGE }), (a, b, tolerance) => {
        expect(differs("amount", a, b, tolerance)).toBe(differs("amount", b, a, tolerance));
        expect(differs("amount", a, a + tolerance, tolerance)).toBe(false);
        expect(differs("amount", a, a + tolerance + 1n, tolerance)).toBe(true);
        expect(differs("amount", a, a - tolerance - 1n, tolerance)).toBe(true);
      }),
    );
  });
});
