import { xdr } from "@stellar/stellar-base";
import type { Layout, LayoutField } from "../../../src/core/contract/layout.js";
import { readStruct } from "../../../src/core/contract/stream-struct.js";
import { UnreadableValue } from "../../../src/core/values/field.js";
import type { ScVal } from "../../../src/core/xdr/scval.js";
import { streampay } from "../../../src/presets/streampay.js";
import { decoded } from "../../support/core-chain-record.js";
import { accountId, contractId, i128, streamStruct, streamVal, struct, u64 } from "../../support/streampay-contract.js";

const layoutOf = (field: LayoutField, more: Partial<Layout> = {}): Layout => ({
  name: "test",
  stream: { storage: "persistent", key: "$id" },
  fields: { f: field },
  ...more,
});
const mapOf = (...pairs: [string, ScVal][]): ScVal => ({
  type: "map",
  value: pairs.map(([name, val]) => ({ key: { type: "symbol", value: name }, val })),
});
const readField = (field: LayoutField, val: ScVal, more: Partial<Layout> = {}) =>
  readStruct(mapOf(["f", val]), layoutOf(field, more)).get("f");
const text = (value: string): ScVal => ({ type: "string", value: new TextEncoder().encode(value) });
const variant = (name: string, ...payload: ScVal[]): ScVal => ({
  type: "vec",
  value: [{ type: "symbol", value: name }, ...payload],
});

const HELD = { type: "boolean", absent: false } as const;

/** The struct's entries without some of the fields, as earlier deployments wrote it. */
function older(drop: readonly string[], rename: Readonly<Record<string, string>> = {}): ScVal {
  const entries = streamVal(streamStruct({ paused_at: 7n })).map()!;
  const kept = entries.filter((entry) => !drop.includes(entry.key().sym().toString()));
  const fields = kept.map((entry) => {
    const name = entry.key().sym().toString();
    return [rename[name] ?? name, entry.val()] as const;
  });
  return decoded(struct(Object.fromEntries(fields)));
}

describe("StreamPay's struct", () => {
  it("is read field by field from what the contract writes", () => {
    const stream = streamStruct({ paused_at: 7n, fee_bps: 30 });
    const read = readStruct(decoded(streamVal(stream)), streampay);
    const values = Object.fromEntries([...read].map(([name, { value }]) => [name, value]));
    expect(values).toEqual({ ...stream, status: "ACTIVE", fee_bps: 30n });
    expect(read.get("status")?.text).toBe("Active");
    expect(read.get("total_amount")?.text).toBe("2000");
  });

  it.each([
    [9, ["last_update", "paused_at", "total_paused_duration", "fee_bps", "duration"], {}],
    [11, ["paused_at", "total_paused_duration", "fee_bps"], {}],
    [13, ["fee_bps"], { paused_at: "pause_time" }],
  ])(
    "is read with %i fields, as earlier deployments have it: what is not there is absent, not null",
    (count, drop, rename) => {
      const read = readStruct(older(drop, rename), streampay);
      expect(read.size).toBe(count);
      for (const name of drop) expect(read.has(name)).toBe(false);
      expect(read.get("paused_at")?.value).toBe(drop.includes("paused_at") ? undefined : 7n);
    },
  );

  it("says what the layout takes for said where a field is not there", () => {
    const layout = { ...layoutOf({ type: "amount" }), fields: { f: { type: "amount" }, held: HELD } } as const;
    const read = (...more: [string, ScVal][]) => readStruct(mapOf(["f", { type: "i128", value: 5n }], ...more), layout);
    expect(read().get("held")).toEqual({ value: false, text: "false" });
    expect(read(["held", { type: "bool", value: true }]).get("held")?.value).toBe(true);
    // A struct that has nothing of the layout is not read as one that has the field.
    expect(() => readStruct(mapOf(["g", { type: "void" }]), layout)).toThrow("none of the fields of layout");
  });

  it("prefers a field's newest name", () => {
    const both = struct({ paused_at: u64(1n), pause_time: u64(2n) });
    expect(readStruct(decoded(both), streampay).get("paused_at")?.value).toBe(1n);
  });

  it("stays readable with fields that a newer deployment adds", () => {
    const more = streamVal(streamStruct())
      .map()!
      .map((entry) => [entry.key().sym().toString(), entry.val()] as const);
    const newer = struct({ ...Object.fromEntries(more), referrer: xdr.ScVal.scvVoid(), zzz: i128(1n) });
    expect(readStruct(decoded(newer), streampay).size).toBe(14);
  });

  it.each([
    ["Frozen", /field status holds "Frozen", a status that layout "streampay" does not know \(Draft, Active,/],
    ["", /field status holds "", a status/],
  ])("is refused with the status %j", (status, message) => {
    expect(() => readStruct(decoded(streamVal(streamStruct({ status }))), streampay)).toThrow(message);
  });
});

describe("readStruct", () => {
  const amount = { type: "amount" } as const;

  it.each<[string, ScVal, RegExp]>([
    ["a number", { type: "u64", value: 5n }, /is not a struct: found u64 5 where a map was expected/],
    ["nothing", { type: "void" }, /found None where a map/],
    ["a vector", { type: "vec", value: [] }, /found vec where/],
    ["an absent map", { type: "map", value: null }, /found map where/],
    ["an error", { type: "error", errorType: 0, code: 1 }, /found error where/],
    ["bytes", { type: "bytes", value: Uint8Array.of(1) }, /found bytes where/],
    ["an instance", { type: "contract_instance", wasmHash: null, storage: null }, /found contract instance where/],
    ["an empty struct", mapOf(), /none of the fields of layout "test"; its fields are: none/],
    ["another struct", mapOf(["a", { type: "void" }], ["b", { type: "void" }]), /its fields are: a, b$/],
    ["a map by number", { type: "map", value: [{ key: { type: "u32", value: 1 }, val: { type: "void" } }] }, /u32 1/],
    ["a field twice", mapOf(["f", { type: "void" }], ["f", { type: "void" }]), /has the field f twice/],
    [
      "an unknown field twice",
      mapOf(["f", { type: "void" }], ["x", { type: "void" }], ["x", { type: "void" }]),
      /x twice/,
    ],
  ])("refuses %s", (_what, value, message) => {
    expect(() => readStruct(value, layoutOf(amount))).toThrow(UnreadableValue);
    expect(() => readStruct(value, layoutOf(amount))).toThrow(message);
  });

  it("takes an Option that is None for null, whatever the type", () => {
    for (const type of ["amount", "address", "status", "timestamp", "integer", "boolean", "text"] as const) {
      expect(readField({ type }, { type: "void" })).toEqual({ value: null, text: null });
    }
  });

  const address: ScVal = { type: "address", value: accountId(1) };
  const bool: ScVal = { type: "bool", value: false };
  const number: ScVal = { type: "u32", value: 5 };

  it.each<[LayoutField["type"], ScVal, unknown]>([
    ["amount", { type: "i128", value: -(1n << 127n) }, -(1n << 127n)],
    ["amount", { type: "i32", value: -5 }, -5n],
    ["integer", number, 5n],
    ["integer", { type: "u256", value: 1n << 255n }, 1n << 255n],
    ["timestamp", { type: "u64", value: 7n }, 7n],
    ["timestamp", { type: "timepoint", value: 7n }, 7n],
    ["integer", { type: "duration", value: 7n }, 7n],
    ["boolean", bool, false],
    ["address", { type: "address", value: contractId(1) }, contractId(1)],
    ["text", text("zażółć"), "zażółć"],
    ["text", text("\ufeffx"), "\ufeffx"],
    ["text", { type: "symbol", value: "sym" }, "sym"],
    ["text", { type: "bytes", value: Uint8Array.of(0, 255) }, "00ff"],
    ["text", { type: "string", value: Uint8Array.of(0xff, 1) }, "ff01"],
    ["text", address, accountId(1)],
    ["text", { type: "i64", value: -1n }, "-1"],
    ["status", { type: "symbol", value: "Active" }, "ACTIVE"],
    ["status", variant("Paused"), "PAUSED"],
    ["status", number, "5"],
  ])("reads %s from %p", (type, val, value) => {
    expect(readField({ type }, val)?.value).toBe(value);
  });

  it.each<[LayoutField["type"], ScVal, RegExp]>([
    ["amount", text("5"), /field f should be of type amount, found string/],
    ["amount", bool, /found bool false/],
    ["integer", address, /found address G/],
    ["timestamp", { type: "symbol", value: "5" }, /found symbol 5/],
    ["boolean", number, /should be of type boolean, found u32 5/],
    ["address", text(accountId(1)), /should be of type address, found string/],
    ["text", bool, /should be of type text, found bool false/],
    ["text", variant("x"), /found enum$/],
    ["status", bool, /should be of type status, found bool false/],
    [
      "status",
      variant("Paused", number),
      /holds Paused\(\.\.\), a status that carries a value: .*\{"Paused\(\.\.\)":"Paused"\}/,
    ],
    ["status", text("Active"), /found string/],
    ["status", { type: "vec", value: [] }, /found vec$/],
    ["status", { type: "vec", value: null }, /found vec$/],
    ["status", { type: "vec", value: [number] }, /found vec$/],
  ])("refuses %s from %p", (type, val, message) => {
    expect(() => readField({ type }, val)).toThrow(UnreadableValue);
    expect(() => readField({ type }, val)).toThrow(message);
  });

  describe("with a status that is an integer enum", () => {
    const status = { type: "status", values: { "0": "Draft", "1": "Active" } } as const;
    const numbered = (value: number): ScVal => ({ type: "u32", value });

    it("names the number", () => {
      expect(readField(status, numbered(1))).toEqual({ value: "ACTIVE", text: "Active" });
      expect(readField({ type: "status" }, numbered(1))).toEqual({ value: "1", text: "1" });
    });

    it("refuses a number without a name, and a name that the layout's statuses lack", () => {
      expect(() => readField(status, numbered(2))).toThrow(
        /holds "2", a status that layout "test" does not know \(Draft, Active\)/,
      );
      expect(() => readField(status, numbered(0), { statuses: ["ACTIVE"] })).toThrow(/holds "Draft"/);
      expect(readField(status, numbered(1), { statuses: ["ACTIVE"] })?.value).toBe("ACTIVE");
    });
  });

  it("names truth values and variants that carry a value only where the layout does", () => {
    const status = { type: "status", values: { true: "Cancelled", "Held(..)": "Disputed" } } as const;
    expect(readField(status, { type: "bool", value: true })).toEqual({ value: "CANCELLED", text: "Cancelled" });
    expect(readField(status, variant("Held", address))).toEqual({ value: "DISPUTED", text: "Disputed" });
    // Names for some values are no list of all statuses.
    expect(readField(status, variant("Held"))).toEqual({ value: "HELD", text: "Held" });
    expect(() => readField(status, bool)).toThrow("should be of type status, found bool false");
    expect(() => readField(status, variant("Paused", number))).toThrow("holds Paused(..), a status that carries");
    expect(() => readField(status, variant("Held", number), { statuses: ["Active"] })).toThrow(/holds "Disputed"/);
  });
});
