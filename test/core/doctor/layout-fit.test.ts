import type { Layout } from "../../../src/core/contract/layout.js";
import { keyText } from "../../../src/core/doctor/contract-entries.js";
import { describeType, fitLayout } from "../../../src/core/doctor/layout-fit.js";
import type { ScVal } from "../../../src/core/xdr/scval.js";

const layout: Layout = {
  name: "small",
  stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
  fields: {
    total: { type: "amount" },
    state: { type: "status", values: { "0": "Open" } },
    note: { from: ["note", "memo"], type: "text" },
  },
  statuses: ["Open", "Closed"],
};

const symbol = (value: string): ScVal => ({ type: "symbol", value });
const struct = (fields: Record<string, ScVal>): ScVal => ({
  type: "map",
  value: Object.entries(fields).map(([name, val]) => ({ key: symbol(name), val })),
});
const good = {
  total: { type: "i128", value: 5n },
  state: { type: "u32", value: 0 },
  memo: { type: "string", value: new Uint8Array([65]) },
} as const satisfies Record<string, ScVal>;

const fit = (entries: ScVal[], compared: string[] = ["total"]) => fitLayout(entries, layout, new Set(compared));

const problems = (...entries: ScVal[]) => fit(entries).problems.map(({ field, found }) => `${field}: ${found}`);

describe("a layout beside entries", () => {
  it("fits", () => {
    expect(fit([struct(good), struct(good)])).toEqual({ entries: 2, problems: [], absent: [], extra: [] });
  });

  it("has values for any variant that has a name, and an empty Option fits any field", () => {
    expect(problems(struct({ ...good, state: symbol("Closed"), memo: { type: "void" } }))).toEqual([]);
  });

  it("does not fit what is no struct, and says which entry holds what", () => {
    const strange: ScVal[] = [
      { type: "void" },
      { type: "map", value: null },
      { type: "map", value: [{ key: { type: "u32", value: 1 }, val: { type: "void" } }] },
      {
        type: "map",
        value: [
          { key: symbol("a"), val: { type: "void" } },
          { key: symbol("a"), val: { type: "void" } },
        ],
      },
      { type: "vec", value: [symbol("Gone")] },
      { type: "u32", value: 1 },
    ];
    expect(problems(...strange)).toEqual([
      "(entry): the entry holds an empty Option, where a struct (a map with symbol keys) was expected",
      "(entry): the entry holds a struct, where a struct (a map with symbol keys) was expected",
      "(entry): the entry holds enum (Gone), where a struct (a map with symbol keys) was expected",
      "(entry): the entry holds a value of type u32, where a struct (a map with symbol keys) was expected",
    ]);
  });

  it("names every field that is of another type, in the layout's order", () => {
    const { problems } = fit([
      struct({
        memo: { type: "vec", value: [] },
        state: { type: "bool", value: true },
        total: { type: "map", value: [] },
      }),
    ]);
    expect(problems.map(({ found }) => found)).toEqual([
      "is a struct, where the layout says amount",
      "is bool, where the layout says status",
      "memo is vec, where the layout says text",
    ]);
  });

  it("counts the entries that show a problem, and gathers unknown statuses", () => {
    const states: ScVal[] = [
      { type: "u32", value: 7 },
      { type: "u32", value: 7 },
      symbol("Frozen"),
      { type: "vec", value: [symbol("Gone")] },
      { type: "u32", value: 0 },
    ];
    const { problems } = fit(states.map((state) => struct({ ...good, state })));
    expect(problems).toEqual([
      {
        field: "state",
        entries: 4,
        found: 'holds "7", "Frozen", "Gone", which the layout does not know as a status (it knows Open, Closed)',
      },
    ]);
  });

  it("tells fields that are missed from those that are not", () => {
    const { problems, absent, extra } = fit([struct({ sum: good.total, more: good.total })], ["total", "note"]);
    expect(problems.map(({ field, found }) => [field, found])).toEqual([
      ["total", "the struct has no field total, and the database is compared with it"],
      ["note", "the struct has no field note, memo, and the database is compared with it"],
    ]);
    expect(absent).toEqual(["state"]);
    expect(extra).toEqual(["sum: i128", "more: i128"]);
  });
});

it("misses no field whose absence the layout explains", () => {
  const held = { type: "boolean", absent: false } as const;
  const { problems, absent } = fitLayout(
    [struct(good)],
    { ...layout, fields: { ...layout.fields, held } },
    new Set(["held"]),
  );
  expect({ problems, absent }).toEqual({ problems: [], absent: ["held"] });
});

describe("types and keys in words", () => {
  it("are those of the layout", () => {
    expect(describeType({ type: "contract_instance", wasmHash: null, storage: null })).toBe("contract instance");
    expect(keyText({ type: "vec", value: [symbol("stream"), { type: "u64", value: 7n }] })).toBe(
      '["stream", {"u64": "7"}]',
    );
    expect(keyText({ type: "vec", value: null })).toBe("[]");
    expect(keyText({ type: "address", value: "G1" })).toBe('{"address": "G1"}');
    expect(keyText({ type: "bool", value: true })).toBe("bool");
  });
});
