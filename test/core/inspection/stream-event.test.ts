import { idTypeOf, readStreamEvent } from "../../../src/core/inspection/stream-event.js";
import { encodeScVal } from "../../../src/core/xdr/encode.js";
import type { ScVal } from "../../../src/core/xdr/scval.js";

const symbol = (value: string): ScVal => ({ type: "symbol", value });
const u64 = (value: bigint): ScVal => ({ type: "u64", value });
const i128 = (value: bigint): ScVal => ({ type: "i128", value });
const vec = (...value: ScVal[]): ScVal => ({ type: "vec", value });
const struct = (fields: Record<string, ScVal>): ScVal => ({
  type: "map",
  value: Object.entries(fields).map(([name, val]) => ({ key: symbol(name), val })),
});

const eventOf = (topics: readonly ScVal[], value: ScVal) => ({
  id: "1",
  ledger: 9,
  closedAt: 5n,
  txHash: "ab",
  topics: topics.map(encodeScVal),
  value: encodeScVal(value),
});
const read = (topics: readonly ScVal[], value: ScVal, id = 7n) => readStreamEvent(eventOf(topics, value), id, "u64");

describe("readStreamEvent()", () => {
  it("finds the id first in a tuple, the only amount, and the name in the topics", () => {
    const found = read([symbol("stream"), symbol("withdrawn")], vec(u64(7n), i128(250n), u64(99n)));
    expect(found).toEqual({
      ...{ id: "1", ledger: 9, closedAt: 5n, txHash: "ab", name: "stream.withdrawn" },
      amounts: [{ label: "", value: 250n }],
    });
  });

  it("finds the id in a topic, and a bare amount", () => {
    expect(read([symbol("withdrew"), u64(7n)], i128(5n))?.amounts).toEqual([{ label: "", value: 5n }]);
  });

  it("finds the id and named amounts in a map", () => {
    const data = struct({ paid: i128(1n), refunded: i128(2n), stream_id: u64(7n) });
    expect(read([symbol("cancelled")], data)?.amounts).toEqual([
      { label: "paid", value: 1n },
      { label: "refunded", value: 2n },
    ]);
  });

  it("numbers the amounts of a tuple that has several", () => {
    expect(read([symbol("cancelled")], vec(u64(7n), i128(1n), i128(2n)))?.amounts).toEqual([
      { label: "#2", value: 1n },
      { label: "#3", value: 2n },
    ]);
  });

  it("takes a bare id for an event of the stream, without a name where no topic is one", () => {
    expect(read([], u64(7n))).toMatchObject({ name: "(no name)", amounts: [] });
  });

  it.each([
    ["another id", [symbol("stream")], vec(u64(8n), i128(1n))],
    ["a time that happens to be the id", [symbol("stream")], vec(u64(8n), u64(7n))],
    ["the id in another type", [symbol("stream")], vec({ type: "u32", value: 7 } as ScVal, i128(1n))],
    ["a map's field that is no id", [symbol("stream")], struct({ duration: u64(7n) })],
    ["an empty tuple", [symbol("stream")], vec()],
    ["an absent tuple", [symbol("stream")], { type: "vec", value: null } as ScVal],
    ["an absent map", [symbol("stream")], { type: "map", value: null } as ScVal],
  ])("passes over %s", (_, topics, value) => {
    expect(read(topics, value)).toBeNull();
  });

  it("passes over what cannot be decoded", () => {
    const event = { ...eventOf([], u64(7n)), value: Uint8Array.of(0, 0, 0, 99) };
    expect(readStreamEvent(event, 7n, "u64")).toBeNull();
  });

  it("takes a bare i128 for the id where ids are i128", () => {
    expect(readStreamEvent(eventOf([symbol("withdrawn")], i128(7n)), 7n, "i128")?.amounts).toEqual([]);
  });
});

describe("idTypeOf()", () => {
  it.each([
    [["Stream", { u64: "$id" }], "u64"],
    [["a", ["b", { u32: "$id" }]], "u32"],
    [[{ u64: "5" }, { i128: "$id" }], "i128"],
    ["Stream", null],
  ] as const)("%j: %s", (template, type) => {
    expect(idTypeOf(template)).toBe(type);
  });
});
