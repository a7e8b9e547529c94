import type { Layout } from "../../../src/core/contract/layout.js";
import { LayoutFit } from "../../../src/core/rules/layout-fit.js";
import { misfitText } from "../../../src/core/rules/misfit.js";
import type { ScVal } from "../../../src/core/xdr/scval.js";

const LAYOUT: Layout = {
  name: "rental",
  stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
  fields: {
    total: { type: "amount", role: "total" },
    released: { type: "amount", role: "released" },
    payer: { type: "address" },
    state: { type: "status", role: "status" },
    starts: { from: ["starts_at", "start"], type: "timestamp" },
    note: { type: "text" },
  },
  statuses: ["Running", "Done"],
};

const amount: ScVal = { type: "i128", value: 5n };
const symbol = (value: string): ScVal => ({ type: "symbol", value });
const variant = (name: string): ScVal => ({ type: "vec", value: [symbol(name)] });
const account: ScVal = { type: "address", value: "GAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQDZ7H" };
const struct = (fields: Readonly<Record<string, ScVal>>): ScVal => ({
  type: "map",
  value: Object.entries(fields).map(([name, val]) => ({ key: symbol(name), val })),
});
const GOOD = {
  total: amount,
  released: amount,
  payer: account,
  state: variant("Running"),
  start: { type: "u64", value: 1n },
};
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(GOOD).filter(([name]) => !names.includes(name))) as Record<string, ScVal>;

/** What a run would say of streams with these values, ids from 1. */
function said(values: readonly ScVal[], layout: Layout = LAYOUT, mapped = ["total", "released", "state", "starts"]) {
  const fit = new LayoutFit(layout, mapped);
  values.forEach((value, i) => {
    fit.look(BigInt(i + 1), value);
  });
  return fit.message;
}

describe("why a layout does not fit", () => {
  it("is nothing where it does, newer and older structs included", () => {
    expect(said([])).toBeNull();
    expect(said([struct(GOOD as never), struct({ ...GOOD, later: amount } as never)])).toBeNull();
    // Not compared, so not needed.
    expect(said([struct(without("payer"))])).toBeNull();
    expect(said([struct({ ...GOOD, payer: { type: "void" } } as never)])).toBeNull();
  });

  it("names the field, what the struct has, and what to write", () => {
    const found = struct({
      ...without("released", "start"),
      withdrawn: amount,
      begins: { type: "timepoint", value: 1n },
    });
    expect(said([struct(GOOD as never), found])).toMatchInlineSnapshot(
      `"layout "rental" does not fit the contract, as in its stream 2: there is no field released; there is no field starts_at or start. The struct's fields are total (i128), payer (address), state (enum), withdrawn (i128), begins (timepoint). If these are the same under other names, write contract.layout: { "fields": { "released": { "from": "withdrawn" }, "starts": { "from": "begins" } } }. How to describe a contract: docs/layouts.md."`,
    );
  });

  it("says how to do without what has no like, and starts from the preset", () => {
    const message = said([struct(without("total", "state"))], { ...LAYOUT, preset: "flowfi" });
    expect(message).toContain('To compare the rest, write database.fields: { "total": null, "state": null }.');
    expect(message).not.toContain("extends");
    const moved = struct({ ...without("total"), deposit: amount });
    expect(said([moved], { ...LAYOUT, preset: "flowfi" })).toContain(
      'contract.layout: { "extends": "flowfi", "fields": { "total": { "from": "deposit" } } }',
    );
  });

  it("uses no field twice", () => {
    const message = said([struct({ ...without("total", "released"), deposit_withdrawn: amount, balance: amount })]);
    expect(message).toContain('{ "total": { "from": "deposit_withdrawn" }, "released": { "from": "balance" } }');
  });

  it.each<[string, ScVal, string]>([
    ["a text", { type: "string", value: new Uint8Array([65]) }, '{ "type": "text" }'],
    ["a number", { type: "u32", value: 1 }, '{ "type": "integer" }'],
    ["a large number", { type: "u256", value: 1n }, '{ "type": "amount" }'],
    ["a time", { type: "timepoint", value: 1n }, '{ "type": "timestamp" }'],
    ["a boolean", { type: "bool", value: true }, '{ "type": "boolean" }'],
    ["an enum", variant("On"), '{ "type": "status" }'],
  ])("names the type that would do: %s in an address's place", (_what, val, change) => {
    const message = said([struct({ ...GOOD, payer: val } as never)]);
    expect(message).toContain("payer should be of type address, found ");
    expect(message).toContain(`"fields": { "payer": ${change} }`);
  });

  it("takes the role off a field whose type it cannot have, and leaves out what nothing can read", () => {
    expect(said([struct({ ...GOOD, total: { type: "bool", value: true } } as never)])).toContain(
      '{ "total": { "type": "boolean", "role": null } }',
    );
    const growing = {
      ...LAYOUT,
      fields: { ...LAYOUT.fields, total: { type: "amount", role: "total", changes: "grows" } },
    };
    expect(said([struct({ ...GOOD, total: { type: "bool", value: true } } as never)], growing as never)).toContain(
      '{ "total": { "type": "boolean", "role": null, "changes": null } }',
    );
    expect(said([struct({ ...GOOD, total: struct({}) } as never)])).toContain('database.fields: { "total": null }');
    expect(said([struct({ ...GOOD, total: { type: "vec", value: [] } } as never)])).toContain(
      "total should be of type amount, found vec",
    );
  });

  it("proposes one thing a field, for what was found of it first", () => {
    const other = struct({ ...GOOD, payer: { type: "u32", value: 1 } } as never);
    const message = said([struct(without("payer")), other], LAYOUT, ["payer"]);
    expect(message).toContain("there is no field payer; payer should be of type address, found u32.");
    expect(message).toContain("found u32. The struct's fields are total (i128)");
    expect(message).toContain('To compare the rest, write database.fields: { "payer": null }.');
    expect(message).not.toContain("write contract.layout");
  });

  it("misses no field whose absence the layout explains", () => {
    const held = { type: "boolean", absent: false } as const;
    const layout = { ...LAYOUT, fields: { ...LAYOUT.fields, held } };
    const fit = new LayoutFit(layout, ["held"]);
    fit.look(1n, struct(without()));
    expect({ message: fit.message, absent: fit.absent }).toEqual({ message: null, absent: ["note", "held"] });
    const unexplained = { ...layout, fields: { ...layout.fields, held: { type: "boolean" } } } as const;
    expect(said([struct(without())], unexplained, ["held"])).toContain("there is no field held");
  });

  it("asks for solvency no more where a field that it needs loses its role", () => {
    const layout = { ...LAYOUT, invariants: ["solvent", "total_positive"] };
    expect(said([struct({ ...GOOD, total: { type: "bool", value: true } } as never)], layout)).toContain(
      '"invariants": ["total_positive"] }',
    );
    expect(said([struct({ ...GOOD, payer: { type: "u32", value: 1 } } as never)], layout)).not.toContain("invariants");
  });

  it("gathers the statuses that it does not know", () => {
    const states = ["Running", "Halted", "Done", "Broken", "Halted"].map((name) =>
      struct({ ...GOOD, state: variant(name) } as never),
    );
    const message = said(states);
    expect(message).toContain(
      'as in its stream 2: state holds "Halted", "Broken", no status of the layout (Running, Done).',
    );
    expect(message).toContain(
      'If the contract is right to hold that, write contract.layout: { "statuses": ["Running", "Done", "Halted", "Broken"] }',
    );
    const numbers = [0, 7].map((value) => struct({ ...GOOD, state: { type: "u32", value } } as never));
    const state = { type: "status", values: { "0": "Running", "1": "Done" } } as const;
    expect(said(numbers, { ...LAYOUT, fields: { ...LAYOUT.fields, state } })).toContain(
      '{ "fields": { "state": { "values": { "0": "Running", "1": "Done", "7": "Status7" } } }, "statuses": ["Running", "Done", "Status7"] }',
    );
    const held: ScVal = { type: "vec", value: [symbol("Done"), amount] };
    const carrying = said([struct({ ...GOOD, state: held } as never)]);
    expect(carrying).toContain('state holds "Done(..)", no status of the layout (Running, Done)');
    expect(carrying).toContain(
      'write contract.layout: { "fields": { "state": { "values": { "Done(..)": "Done" } } } }.',
    );
    const { statuses: _, ...open } = LAYOUT;
    expect(said([struct({ ...GOOD, state: held } as never)], open)).toContain(
      "no status of the layout (which names none)",
    );
    expect(said(numbers, { ...open, fields: { ...LAYOUT.fields, state } })).not.toContain('"statuses"');
  });

  it("says what there is where no struct is", () => {
    expect(said([amount])).toBe(
      'layout "rental" does not fit the contract, as in its stream 1: the contract\'s value is not a struct: found i128 5 where a map was expected. Check contract.layout.stream.key: it leads to something else. How to describe a contract: docs/layouts.md.',
    );
    expect(said([{ type: "map", value: null }])).toContain("found map where");
  });

  it("looks at a thousand streams, and no more", () => {
    const fit = new LayoutFit(LAYOUT, []);
    for (let id = 1n; id <= 1000n; id++) {
      expect(fit.isOpen).toBe(true);
      fit.look(id, struct({}));
    }
    expect(fit.isOpen).toBe(false);
  });
});

/** What `doctor` tells of streams with these values: each misfit with how many show it. */
function told(values: readonly ScVal[], compared = ["total"]) {
  const fit = new LayoutFit(LAYOUT, compared);
  for (const value of values) fit.look(0n, value);
  const misfits = fit.misfits.map((misfit) => [misfitText(misfit, LAYOUT), misfit.entries]);
  return { misfits, absent: fit.absent, extra: fit.extra, entries: fit.entries };
}

describe("a layout beside entries", () => {
  it("fits, an empty Option in any field", () => {
    const empty = struct({ ...GOOD, total: { type: "void" } } as never);
    const fitting = { misfits: [], absent: ["note"], extra: [], entries: 2 };
    expect(told([struct(GOOD as never), empty])).toEqual(fitting);
  });

  it("takes all that is no struct for one misfit", () => {
    const once = { key: symbol("a"), val: amount };
    const strange: ScVal[] = [
      { type: "map", value: [{ key: { type: "u32", value: 1 }, val: amount }] },
      { type: "map", value: [once, once] },
      { type: "vec", value: [symbol("Gone")] },
      struct(GOOD as never),
    ];
    expect(told(strange).misfits).toEqual([["a struct's keys are symbols, found u32 1", 3]]);
    expect(told(strange.slice(1)).misfits).toEqual([["the struct has the field a twice", 2]]);
  });

  it("has a misfit for each type in a field's place, in the layout's order", () => {
    const odd = (state: ScVal, total: ScVal) => struct({ ...GOOD, state, total } as never);
    const yes: ScVal = { type: "bool", value: true };
    const values = [odd(yes, amount), odd(yes, struct({})), odd({ type: "vec", value: [] }, amount)];
    expect(told(values).misfits).toEqual([
      ["total should be of type amount, found map", 1],
      ["state should be of type status, found bool", 2],
      ["state should be of type status, found vec", 1],
    ]);
  });

  it("counts the entries that show a status it does not know", () => {
    const states = ["Frozen", "Gone", "Frozen", "Done"].map((name) =>
      struct({ ...GOOD, state: variant(name) } as never),
    );
    expect(told(states).misfits).toEqual([
      ['state holds "Frozen", "Gone", no status of the layout (Running, Done)', 3],
    ]);
  });

  it("tells fields that are missed from those that are not", () => {
    const { misfits, absent, extra } = told([
      struct({ ...without("total", "released"), sum: amount, more: variant("A") }),
    ]);
    expect(misfits).toEqual([["there is no field total", 1]]);
    expect(absent).toEqual(["released", "note"]);
    expect(extra).toEqual(["sum: i128", "more: enum"]);
  });
});
