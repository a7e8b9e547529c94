import fc from "fast-check";
import { streamLocator } from "../../../src/core/contract/stream-key.js";
import { type LocatedRow, type RowBatch, readLocatedRow, rowBatches } from "../../../src/core/look/row-batches.js";
import { planRows } from "../../../src/core/rules/mapping.js";
import type { StreamRow } from "../../../src/ports/db-client.js";
import { streampay } from "../../../src/presets/streampay.js";
import { fullMapping, pagesOf } from "../../support/core-rows.js";
import { smallEscrow } from "../../support/core-small-escrow.js";
import { contractId } from "../../support/streampay-contract.js";

const plan = planRows({ ...fullMapping, cursorColumn: null, fields: {} }, streampay);
const own = streamLocator(streampay, contractId(9));
const shared = streamLocator(smallEscrow, contractId(9));
const row = (onChainId: StreamRow[number], streamId: StreamRow[number] = `s${String(onChainId)}`): StreamRow => [
  streamId,
  onChainId,
];
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

async function batchesOf(rows: readonly StreamRow[], maxKeys: number, pageSize = 10, locator = own) {
  const batches: RowBatch[] = [];
  for await (const batch of rowBatches(pagesOf(rows, pageSize), plan, locator, maxKeys)) batches.push(batch);
  return batches;
}

const read = ({ raw }: LocatedRow, locator = own) => readLocatedRow(raw, plan, locator.greatestId);
const nameOf = (located: LocatedRow): string => {
  const row = read(located);
  return row.kind === "row" ? row.db.streamId : row.streamId;
};

describe("rowBatches", () => {
  it("cuts rows at the limit of keys, across pages and within them", async () => {
    const rows = Array.from({ length: 10 }, (_, i) => row(BigInt(i + 1)));
    for (const pageSize of [1, 3, 4, 10, 100]) {
      const batches = await batchesOf(rows, 4, pageSize);
      expect(batches.map(({ rows: list, keys }) => [list.length, keys.length])).toEqual([
        [4, 4],
        [4, 4],
        [2, 2],
      ]);
    }
  });

  it("asks once for a stream that two rows name, and gives both rows its answer", async () => {
    const [batch, ...rest] = await batchesOf([row(1n, "a"), row(1n, "b"), row(2n), row(1n, "c")], 3);
    expect(rest).toEqual([]);
    expect(batch!.keys.map(hex)).toEqual([1n, 2n].map((id) => hex(own.ledgerKey(id))));
    expect(batch!.rows.map((r) => [nameOf(r), r.entryIndex])).toEqual([
      ["a", 0],
      ["b", 0],
      ["s2", 1],
      ["c", 0],
    ]);
  });

  it("asks once for the entry that holds every stream, however many rows there are", async () => {
    const batches = await batchesOf(
      Array.from({ length: 30 }, (_, i) => row(BigInt(i + 1))),
      200,
      7,
      shared,
    );
    expect(batches.map(({ keys, rows }) => [keys.map(hex), rows.length])).toEqual([[[hex(shared.ledgerKey(1n))], 30]]);
  });

  it("keeps batches even when rows need no key: at most a thousand rows", async () => {
    const rows = Array.from({ length: 2_500 }, () => row(null, "unlinked"));
    const batches = await batchesOf(rows, 200, 300);
    expect(batches.map(({ rows: list, keys }) => [list.length, keys.length])).toEqual([
      [1000, 0],
      [1000, 0],
      [500, 0],
    ]);
    expect(batches[0]!.rows[0]).toMatchObject({ onChainId: null, entryIndex: null });
  });

  it("keeps a row that cannot be read in its place, with its name and the reason", async () => {
    const [batch] = await batchesOf([row(1n), row("x", "bad"), row(Uint8Array.of(1), null), row(2n)], 200);
    const rows = batch!.rows.map((located) => read(located));
    expect(rows.map((r) => (r.kind === "row" ? r.db.streamId : [r.streamId, r.code, r.message]))).toEqual([
      "s1",
      ["bad", "row_unreadable", 'column on_chain_id: "x" is not a whole number'],
      [
        "(no id, on-chain id binary data of 1 bytes)",
        "row_unreadable",
        "column on_chain_id: expected a number, found binary data of 1 bytes",
      ],
      "s2",
    ]);
    expect(batch!.keys).toHaveLength(2);
  });

  it.each([
    [-1n, own, "-1 is no id that the contract can have (0 to 18446744073709551615)"],
    [1n << 64n, own, "18446744073709551616 is no id that the contract can have"],
    [1n << 32n, shared, "4294967296 is no id that the contract can have (0 to 4294967295)"],
  ])("never asks the chain for id %p, which its key cannot hold", async (id, locator, message) => {
    const [batch] = await batchesOf([row(id)], 200, 10, locator);
    expect(batch!.keys).toEqual([]);
    expect(batch!.rows.map((located) => read(located, locator))).toEqual([
      expect.objectContaining({ code: "on_chain_id_out_of_range", message: expect.stringContaining(message) }),
    ]);
  });

  it("asks for the ids at the ends", async () => {
    const [batch] = await batchesOf([row(0n), row((1n << 64n) - 1n)], 200);
    expect(batch!.rows.map((located) => [read(located).kind, located.entryIndex])).toEqual([
      ["row", 0],
      ["row", 1],
    ]);
  });

  it("gives nothing for nothing: no rows, or empty pages only", async () => {
    expect(await batchesOf([], 200)).toEqual([]);
    const empty = (async function* () {
      yield [];
      yield [];
    })();
    for await (const batch of rowBatches(empty, plan, own, 200)) expect(batch).toBeUndefined();
  });

  it("loses, repeats and reorders no row, whatever the sizes and the duplicates", async () => {
    const ids = fc.array(fc.option(fc.bigInt({ min: -1n, max: 6n })), { maxLength: 40 });
    const sizes = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(ids, sizes, sizes, async (list, maxKeys, pageSize) => {
        const batches = await batchesOf(
          list.map((id, i) => row(id, `r${i}`)),
          maxKeys,
          pageSize,
        );
        const rows = batches.flatMap((batch) => batch.rows);
        expect(rows.map(nameOf)).toEqual(list.map((_, i) => `r${i}`));
        for (const { keys, rows: some } of batches) {
          expect(keys.length).toBeLessThanOrEqual(maxKeys);
          expect(new Set(keys.map(hex)).size).toBe(keys.length);
          for (const r of some) {
            expect(r.entryIndex === null).toBe(r.onChainId === null);
            if (r.onChainId !== null) expect(hex(keys[r.entryIndex!]!)).toBe(hex(own.ledgerKey(r.onChainId)));
          }
        }
      }),
    );
  });

  it("lets a failure that is no bad row through", async () => {
    await expect(batchesOf([null as unknown as StreamRow], 200)).rejects.toThrow(TypeError);
  });
});
