import fc from "fast-check";
import type { LayoutField } from "../../../src/core/contract/layout.js";
import { readStruct } from "../../../src/core/contract/stream-struct.js";
import { StructReader } from "../../../src/core/contract/struct-reader.js";
import { decodeScVal } from "../../../src/core/xdr/decode.js";
import { encodeScVal } from "../../../src/core/xdr/encode.js";
import type { ScVal } from "../../../src/core/xdr/scval.js";
import { PRESET_NAMES, PRESETS, type PresetName } from "../../../src/presets/presets.js";
import { streampay } from "../../../src/presets/streampay.js";
import { PRESET_CASES } from "../../support/preset-cases.js";
import { accountId, contractId, struct as hostStruct } from "../../support/streampay-contract.js";

const WIDE: Record<string, LayoutField> = {
  big: { type: "amount" },
  small: { type: "integer" },
  flag: { type: "boolean" },
  level: { type: "status", values: { "0": "Low", "1": "High" } },
  memo: { type: "text" },
};
const LAYOUTS = { ...PRESETS, wide: { ...streampay, name: "wide", statuses: [], fields: WIDE } } as const;

const u64 = fc
  .oneof(fc.bigInt(0n, 3n), fc.bigInt(0n, (1n << 64n) - 1n))
  .map((value): ScVal => ({ type: "u64", value }));
const i128 = fc
  .oneof(fc.bigInt(-2n, 2n), fc.bigInt(1n << 63n, 1n << 65n), fc.bigInt(-(1n << 127n), (1n << 127n) - 1n))
  .map((value): ScVal => ({ type: "i128", value }));
const u32 = fc.nat({ max: 2 }).map((value): ScVal => ({ type: "u32", value }));
const i32 = fc.integer({ min: -5, max: 5 }).map((value): ScVal => ({ type: "i32", value }));
const i64 = fc.bigInt(-9n, 9n).map((value): ScVal => ({ type: "i64", value }));
const i256 = fc.bigInt(-(1n << 255n), (1n << 255n) - 1n).map((value): ScVal => ({ type: "i256", value }));
const address = fc
  .tuple(fc.boolean(), fc.nat({ max: 4 }))
  .map(([account, seed]): ScVal => ({ type: "address", value: (account ? accountId : contractId)(seed + 1) }));
const symbol = (value: string): ScVal => ({ type: "symbol", value });
const status = fc.constantFrom("Draft", "Active", "Paused", "Cancelled").map(
  (name): ScVal => ({
    type: "vec",
    value: [symbol(name)],
  }),
);
const none = fc.constant<ScVal>({ type: "void" });
const bool = fc.boolean().map((value): ScVal => ({ type: "bool", value }));

const struct = (fields: Record<string, fc.Arbitrary<ScVal>>) =>
  fc.record(fields).map((values) => ({
    type: "map" as const,
    value: Object.entries(values).map(([name, val]) => ({ key: symbol(name), val })),
  }));

const streams = struct({
  duration: u64,
  end_time: u64,
  fee_bps: u32,
  id: u64,
  last_update: u64,
  paused_at: fc.oneof(u64, none),
  recipient: address,
  released_amount: i128,
  sender: address,
  start_time: u64,
  status,
  token: fc.oneof(address, none),
  total_amount: i128,
  unknown: fc.oneof(bool, i32, none, address),
});
const wide = struct({
  big: fc.oneof(i256, i64, i128, u32),
  flag: bool,
  level: u32,
  small: fc.oneof(i32, i64),
});
const withText = struct({ big: i128, memo: fc.oneof(u32, fc.constantFrom("a", "bcd").map(symbol), none) });

type LayoutName = keyof typeof LAYOUTS;

/** Values that a field of each type may hold, numbers of enums and variants among them. */
const heldBy = ({ type, values }: LayoutField): fc.Arbitrary<ScVal> => {
  switch (type) {
    case "amount":
      return fc.oneof(i128, u64);
    case "integer":
    case "timestamp":
      return fc.oneof({ weight: 3, arbitrary: u64 }, none);
    case "address":
      return address;
    case "boolean":
      return bool;
    case "status":
      return values === undefined
        ? fc.constantFrom("Active", "Paused").map((name) => ({ type: "vec", value: [symbol(name)] }))
        : u32;
    default:
      return none;
  }
};

/** A struct of each preset, its fields in the host's order, and one that no layout knows. */
const ofPreset = (name: PresetName): fc.Arbitrary<[LayoutName, ScVal]> => {
  const fields: Readonly<Record<string, LayoutField>> = PRESETS[name].fields;
  const named = Object.entries(fields).map(([own, field]) => [field.from?.[0] ?? own, heldBy(field)] as const);
  const all = [...named, ["zz_later", fc.oneof(none, bool, i32)] as const].sort(([a], [b]) => (a < b ? -1 : 1));
  return fc.tuple(fc.constant(name), struct(Object.fromEntries(all)));
};

const entry: fc.Arbitrary<[LayoutName, ScVal]> = fc.oneof(
  fc.tuple(fc.constant("streampay" as const), streams),
  ...PRESET_NAMES.map(ofPreset),
  fc.tuple(fc.constant("wide" as const), fc.oneof(wide, withText)),
);

/** Everything that is asked of a stream, or why it is refused. */
function told(name: LayoutName, read: () => { get(field: string): unknown }): unknown {
  try {
    const stream = read();
    return Object.keys(LAYOUTS[name].fields).map((field) => {
      const found = stream.get(field) as { value: unknown; text: unknown } | undefined;
      return found === undefined ? undefined : [found.value, found.text];
    });
  } catch (error) {
    return [(error as Error).name, (error as Error).message];
  }
}

const plainly = (name: LayoutName, bytes: Uint8Array) =>
  told(name, () => readStruct(decodeScVal(bytes), LAYOUTS[name]));

describe("reading a struct in place", () => {
  it("tells the same as the plain decoder, of entries and of corrupted ones", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(entry, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 2 }), fc.nat()), {
          minLength: 2,
          maxLength: 30,
        }),
        (entries) => {
          const readers = Object.fromEntries(
            Object.entries(LAYOUTS).map(([name, layout]) => [name, new StructReader(layout)]),
          ) as Record<LayoutName, StructReader>;
          for (const [[name, value], damage, cut] of entries) {
            const good = encodeScVal(value);
            const bad = Uint8Array.from(good);
            for (const [at, byte] of damage) bad[at % bad.length] = byte;
            const kept = cut % 8 === 0 ? bad.subarray(0, cut % (bad.length + 1)) : bad;
            for (const bytes of [good, kept, good]) {
              expect(told(name, () => readers[name].read(bytes))).toEqual(plainly(name, bytes));
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it("takes the structs of each preset as the plain decoder does, again and again", () => {
    for (const { preset, struct: structOf } of PRESET_CASES) {
      const reader = new StructReader(PRESETS[preset]);
      for (const id of [1n, 2n, 3n, 2n, 1n]) {
        const bytes = new Uint8Array(hostStruct(structOf(id)).toXDR());
        expect(told(preset, () => reader.read(bytes))).toEqual(plainly(preset, bytes));
      }
    }
  });

  it("takes every single changed byte of a known shape as the plain decoder does", () => {
    const [value] = fc.sample(streams, { numRuns: 1, seed: 7 });
    const good = encodeScVal(value!);
    const reader = new StructReader(streampay);
    reader.read(good);
    for (let at = 0; at < good.length; at++) {
      for (const byte of [0, 1, 0x41, 0x80, 0xff]) {
        const bytes = Uint8Array.from(good);
        bytes[at] = byte;
        expect(told("streampay", () => reader.read(bytes))).toEqual(plainly("streampay", bytes));
      }
    }
  });

  it("finds the entry wherever it lies in its buffer", () => {
    const [a, b] = fc.sample(streams, { numRuns: 2, seed: 1 }).map((value) => encodeScVal(value));
    const reader = new StructReader(streampay);
    for (const bytes of [a!, b!, a!]) {
      const buffer = new Uint8Array(bytes.length + 7);
      buffer.set(bytes, 3);
      const inside = buffer.subarray(3, 3 + bytes.length);
      expect(told("streampay", () => reader.read(inside))).toEqual(plainly("streampay", bytes));
    }
  });

  it("compares addresses without writing them", () => {
    const fields = (seed: number, account = true) => ({
      type: "map" as const,
      value: ["recipient", "sender"].map((name, i) => ({
        key: symbol(name),
        val: { type: "address" as const, value: (account ? accountId : contractId)(i === 0 ? seed : 2) },
      })),
    });
    const reader = new StructReader(streampay);
    reader.read(encodeScVal(fields(1)));
    const field = reader.read(encodeScVal(fields(3))).get("recipient")!;
    expect(field.is?.(accountId(3))).toBe(true);
    for (const other of [accountId(1), contractId(3), "", accountId(3).toLowerCase(), `${accountId(3)}A`]) {
      expect(field.is?.(other)).toBe(false);
    }
    for (let at = 0; at < 56; at++) {
      const text = accountId(3);
      const changed = `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;
      expect(field.is?.(changed)).toBe(false);
    }
  });
});
