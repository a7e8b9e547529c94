import type { Layout } from "../../../src/core/contract/layout.js";
import {
  type DatabaseMapping,
  planRows,
  readLedger,
  readRow,
  rowOnChainId,
  rowStreamId,
} from "../../../src/core/rules/mapping.js";
import type { RawValue } from "../../../src/core/values/column-value.js";
import { UnreadableValue } from "../../../src/core/values/field.js";

/** One field of each type, so that each way of reading is there. */
const layout: Layout = {
  name: "every-type",
  stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
  fields: {
    amount: { type: "amount", role: "total" },
    integer: { type: "integer" },
    time: { type: "timestamp" },
    flag: { type: "boolean" },
    party: { type: "address" },
    note: { type: "text" },
    status: { type: "status", role: "status" },
  },
};
const mapping: DatabaseMapping = {
  streamId: "id",
  onChainId: "chain_id",
  cursorColumn: "synced",
  fields: Object.fromEntries(Object.keys(layout.fields).map((name) => [name, { column: name }])),
  amountDecimals: 7,
  statuses: { Completed: "Settled", running: "ACTIVE" },
};
const plan = planRows(mapping, layout);
const ROW = ["s1", 5n, 900n, "1.5", 3n, "2023-11-14 22:13:20", true, " GABC ", " note ", " completed "] as const;
const COLUMNS = ["id", "chain_id", "synced", "amount", "integer", "time", "flag", "party", "note", "status"];
const rowWith = (column: string, value: RawValue): RawValue[] =>
  ROW.map((old, i) => (COLUMNS[i] === column ? value : old));

describe("planRows", () => {
  it("selects each column once, in a fixed order, with the type and role of the layout", () => {
    expect(plan.columns).toEqual(COLUMNS);
    expect([plan.streamIdIndex, plan.onChainIdIndex, plan.cursorIndex]).toEqual([0, 1, 2]);
    expect(plan.fields[0]).toEqual({ name: "amount", type: "amount", role: "total", column: "amount", index: 3 });
    expect(plan.fields[1]).toMatchObject({ name: "integer", role: null, index: 4 });
  });

  it("lets one column serve as id, as key and as compared field", () => {
    const fields = { integer: { column: "id" }, amount: { column: "total" }, time: { column: "total" } };
    const shared = planRows({ ...mapping, onChainId: "id", cursorColumn: null, fields }, layout);
    expect(shared.columns).toEqual(["id", "total"]);
    expect(shared.cursorIndex).toBeNull();
    expect(readRow([7n, "0"], { ...shared, amountDecimals: 0 })).toEqual({
      streamId: "7",
      onChainId: 7n,
      syncedLedger: null,
      cursorFault: null,
      fields: [
        { value: 7n, text: "7" },
        { value: 0n, text: "0" },
        { value: 0n, text: "0" },
      ],
    });
  });

  it("takes a status that the database keeps as the contract's own number, unless the configuration says otherwise", () => {
    const status = { type: "status", role: "status", values: { "0": "Active", "1": "Done" } } as const;
    const numbered = { ...layout, fields: { ...layout.fields, status } };
    const read = (value: RawValue, statuses: Record<string, string> = {}) =>
      readRow(rowWith("status", value), planRows({ ...mapping, statuses }, numbered)).fields.at(-1);
    expect(read(0n)).toEqual({ value: "ACTIVE", text: "0" });
    expect(read("1")).toEqual({ value: "DONE", text: "1" });
    expect(read("done")?.value).toBe("DONE");
    expect(read(7n)?.value).toBe("7");
    expect(read(0n, { "0": "Done" })?.value).toBe("DONE");
  });

  it("does not accept a field that the layout lacks", () => {
    const fields = { nonsense: { column: "x" } };
    expect(() => planRows({ ...mapping, fields }, layout)).toThrow("layout every-type has no field nonsense");
  });
});

describe("readRow", () => {
  it("reads each field as its type, in base units, seconds and upper case", () => {
    expect(readRow(ROW, plan)).toEqual({
      streamId: "s1",
      onChainId: 5n,
      syncedLedger: 900,
      cursorFault: null,
      fields: [
        { value: 15_000_000n, text: "15000000" },
        { value: 3n, text: "3" },
        { value: 1_700_000_000n, text: "1700000000" },
        { value: true, text: "true" },
        { value: "GABC", text: "GABC" },
        { value: " note ", text: " note " },
        { value: "SETTLED", text: "completed" },
      ],
    });
  });

  it("keeps NULL as NULL in every column", () => {
    const read = readRow(["s1", ...COLUMNS.slice(1).map(() => null)], plan);
    expect(read).toMatchObject({ onChainId: null, syncedLedger: null });
    expect(read.fields).toEqual(plan.fields.map(() => ({ value: null, text: null })));
  });

  it.each([
    ["COMPLETED", "SETTLED"],
    ["Running", "ACTIVE"],
    ["paused", "PAUSED"],
    ["Unheard-of", "UNHEARD-OF"],
  ])("takes the status %s for %s", (text, value) => {
    expect(readRow(rowWith("status", text), plan).fields[6]).toEqual({ value, text });
  });

  it.each([
    ["chain_id", "x", 'column chain_id: "x" is not a whole number'],
    ["chain_id", 1.5, 'column chain_id: "1.5" is not a whole number'],
    ["synced", "soon", 'column synced: "soon" is not a whole number'],
    ["amount", "1.00000001", 'column amount: "1.00000001" has more than 7 decimals, the precision of one base unit'],
    ["amount", "many", 'column amount: "many" is not a decimal number'],
    ["integer", true, "column integer: expected a number, found boolean true"],
    ["time", "2025-02-30", 'column time: "2025-02-30" is not a valid date'],
    ["flag", "maybe", 'column flag: expected true or false, found "maybe"'],
    ["party", Uint8Array.of(1), "column party: expected text, found binary data"],
    ["note", Uint8Array.of(1), "column note: expected text, found binary data"],
    ["status", Uint8Array.of(1), "column status: expected text, found binary data"],
  ])("names column %s when it holds %p", (column, value, message) => {
    expect(() => readRow(rowWith(column, value), plan)).toThrow(new UnreadableValue(message));
  });

  it("lets a failure that is no finding through, so that a bug cannot look like a bad row", () => {
    const broken = { ...plan, fields: [{ ...plan.fields[6]!, type: "status" as const }] };
    Object.defineProperty(broken, "statuses", { value: null });
    expect(() => readRow(ROW, broken)).toThrow(TypeError);
  });
});

describe("rowStreamId", () => {
  it("prints the id whatever its type", () => {
    expect(rowStreamId(rowWith("id", 7n), plan)).toBe("7");
    expect(rowStreamId(rowWith("id", 7), plan)).toBe("7");
    expect(rowStreamId(rowWith("id", ""), plan)).toBe("");
  });

  it("still names a row without an id, by its on-chain id", () => {
    expect(rowStreamId(rowWith("id", null), plan)).toBe("(no id, on-chain id 5)");
    expect(rowStreamId(rowWith("id", Uint8Array.of(1)), plan)).toBe("(no id, on-chain id 5)");
  });
});

describe("readLedger", () => {
  it.each([
    [null, null],
    [0n, 0],
    ["4294967295", 4_294_967_295],
  ])("reads %p", (raw, ledger) => {
    expect(readLedger(raw)).toBe(ledger);
  });
});

describe("rowOnChainId", () => {
  it("is the id of a row whose other columns cannot be read, and null where it cannot be read itself", () => {
    expect(rowOnChainId(rowWith("amount", "many"), plan)).toBe(5n);
    expect(rowOnChainId(rowWith("chain_id", "x"), plan)).toBeNull();
    expect(rowOnChainId(rowWith("chain_id", null), plan)).toBeNull();
    expect(() => rowOnChainId(null as unknown as RawValue[], plan)).toThrow(TypeError);
  });
});
