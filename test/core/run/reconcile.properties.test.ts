import { xdr } from "@stellar/stellar-base";
import fc from "fast-check";
import type { Findings } from "../../../src/core/report/findings.js";
import { streampay } from "../../../src/presets/streampay.js";
import { ledgerEntry } from "../../support/core-chain-record.js";
import { MemoryChain } from "../../support/core-memory-chain.js";
import { type DbRow, dbRow, fullPlan } from "../../support/core-rows.js";
import { CONTRACT, numberedStream, plain, run } from "../../support/core-run.js";
import { instance } from "../../support/core-small-escrow.js";
import {
  accountId,
  contractId,
  type StreamStruct,
  streamKey,
  u64,
  unitVariant,
} from "../../support/streampay-contract.js";

/** What may be wrong with one stream, and what the run must say of it: field and verdict, or the code of an error. */
interface Plant {
  readonly name: string;
  plant(stream: StreamStruct, chain: MemoryChain): DbRow;
  readonly discrepancies?: readonly [field: string, classification: "drift" | "lag"][];
  readonly error?: string;
  readonly bucket: keyof Findings["summary"];
}

/** Another value of each field than the stream's own. */
const OTHER: { readonly [Field in keyof StreamStruct]: (stream: StreamStruct) => DbRow["streamId"] } = {
  id: (s) => s.id + 1n,
  sender: () => accountId(77),
  recipient: () => accountId(78),
  token: () => contractId(79),
  total_amount: (s) => String(s.total_amount + 1n),
  released_amount: (s) => String(s.released_amount - 1n),
  start_time: (s) => s.start_time + 1n,
  end_time: (s) => s.end_time + 1n,
  duration: (s) => s.duration + 1n,
  last_update: (s) => s.last_update + 1n,
  status: () => "paused",
  paused_at: () => 9n,
  total_paused_duration: () => 9n,
  fee_bps: () => 9n,
};

const differing = Object.entries(OTHER).map(
  ([field, other]): Plant => ({
    name: `another ${field}`,
    plant: (stream) => dbRow(stream, { fields: { [field]: other(stream) } }),
    discrepancies: [[field, "drift"]],
    bucket: "drifted",
  }),
);
const PLANTS: readonly Plant[] = [
  { name: "nothing", plant: (stream) => dbRow(stream), bucket: "inSync" },
  ...differing,
  {
    name: "NULL where the chain has a value",
    plant: (stream) => dbRow(stream, { fields: { released_amount: null } }),
    discrepancies: [["released_amount", "drift"]],
    bucket: "drifted",
  },
  {
    name: "two fields",
    plant: (stream) => dbRow(stream, { fields: { token: contractId(80), fee_bps: 3n } }),
    discrepancies: [
      ["token", "drift"],
      ["fee_bps", "drift"],
    ],
    bucket: "drifted",
  },
  {
    name: "a row that is behind",
    // Cursors are of checks here: its turn has not come.
    plant: (stream) => dbRow(stream, { synced: 899n, fields: { status: "paused" } }),
    discrepancies: [["status", "lag"]],
    bucket: "lagging",
  },
  {
    name: "no entry",
    plant: (stream, chain) => {
      chain.setAbsent(CONTRACT, stream.id);
      return dbRow(stream);
    },
    discrepancies: [["presence", "drift"]],
    bucket: "missingOnChain",
  },
  {
    name: "a row without an on-chain id",
    plant: (stream) => dbRow(stream, { onChainId: null }),
    discrepancies: [["presence", "drift"]],
    bucket: "missingOnChain",
  },
  {
    name: "a row ahead of the node",
    plant: (stream) => dbRow(stream, { synced: 1001n, fields: { fee_bps: 3n } }),
    error: "node_behind_database",
    bucket: "unchecked",
  },
  {
    name: "a row that cannot be read",
    plant: (stream) => dbRow(stream, { fields: { total_amount: "a lot" } }),
    error: "row_unreadable",
    bucket: "unchecked",
  },
  {
    name: "an id that no contract has",
    plant: (stream) => dbRow(stream, { onChainId: -stream.id }),
    error: "on_chain_id_out_of_range",
    bucket: "unchecked",
  },
  {
    name: "an entry that cannot be decoded",
    plant: (stream, chain) => {
      chain.setStream(CONTRACT, stream, { value: Uint8Array.of(0, 0, 0, 16, 0, 0, 0, 1, 255, 255, 255, 255) });
      return dbRow(stream);
    },
    error: "entry_undecodable",
    bucket: "unchecked",
  },
  {
    name: "an entry that is no stream",
    plant: (stream, chain) => {
      chain.setStream(CONTRACT, stream, { value: Uint8Array.of(0, 0, 0, 1) });
      return dbRow(stream);
    },
    error: "entry_unreadable",
    bucket: "unchecked",
  },
  {
    name: "an entry that the source does not trust",
    plant: (stream, chain) => {
      chain.set(
        { contract: CONTRACT, key: streamKey(stream.id) },
        { kind: "fault", code: "entry_malformed", message: "m" },
      );
      return dbRow(stream);
    },
    error: "entry_malformed",
    bucket: "unchecked",
  },
];

/** Up to 30 streams, each with one of the plants, in ascending order of their ids. */
const worlds = fc
  .array(fc.nat({ max: PLANTS.length - 1 }), { minLength: 1, maxLength: 30 })
  .map((picks) => picks.map((pick, i) => ({ stream: numberedStream(i + 1), plant: PLANTS[pick]! })));

function build(world: readonly { readonly stream: StreamStruct; readonly plant: Plant }[], maxKeys = 5) {
  const chain = new MemoryChain(maxKeys);
  const rows = world.map(({ stream, plant }) => {
    chain.setStream(CONTRACT, stream);
    return plant.plant(stream, chain);
  });
  return { chain, rows };
}

describe("every planted difference", () => {
  it.each(PLANTS.map((plant) => [plant.name, plant] as const))("is found exactly: %s", async (_name, plant) => {
    const stream = numberedStream(1);
    const { chain, rows } = build([{ stream, plant }]);
    const findings = await run({ chain, rows, cursorMeans: "check" });
    const found = findings.discrepancies.map(({ field, classification }) => [field, classification]);
    expect([found, findings.errors.map(({ code }) => code), findings.summary[plant.bucket], findings.seen]).toEqual([
      plant.discrepancies ?? [],
      plant.error === undefined ? [] : [plant.error],
      1,
      1,
    ]);
  });

  it("covers every field that is compared", () => {
    expect(Object.keys(OTHER).sort()).toEqual(fullPlan.fields.map(({ name }) => name).sort());
  });

  it("is found among others, wherever it stands; one bad stream never changes what is said of the rest", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.integer({ min: 1, max: 7 }), async (world, maxKeys) => {
        const { chain, rows } = build(world, maxKeys);
        const findings = await run({ chain, rows, cursorMeans: "check" });
        const expected = world.flatMap(({ stream, plant }) =>
          (plant.discrepancies ?? []).map(([field, classification]) => ({
            ...{ streamId: `stream_${stream.id}`, field, classification },
          })),
        );
        expect(
          findings.discrepancies.map(({ streamId, field, classification }) => ({ streamId, field, classification })),
        ).toEqual(expected);
        // Streams that are looked at again stand after those that need no second look.
        const errors = world.flatMap(({ stream, plant }) =>
          plant.error ? [[`stream_${stream.id}`, plant.error]] : [],
        );
        expect(findings.errors.map(({ streamId, code }) => [streamId, code]).sort()).toEqual(errors.sort());
        const { violations, streamsChecked, ignored, confirmation, ...buckets } = findings.summary;
        expect([violations, ignored, confirmation.dismissed]).toEqual([0, 0, 0]);
        expect(Object.values(buckets).reduce((a, b) => a + b, 0)).toBe(world.length);
        expect(streamsChecked).toBe(world.length - buckets.unchecked);
        for (const bucket of Object.keys(buckets) as (keyof typeof buckets)[]) {
          expect([bucket, buckets[bucket]]).toEqual([
            bucket,
            world.filter(({ plant }) => plant.bucket === bucket).length,
          ]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("is found in any order of the rows: only the order of the findings changes", async () => {
    await fc.assert(
      fc.asyncProperty(
        worlds.chain((world) =>
          fc.tuple(fc.constant(world), fc.shuffledSubarray([...world.keys()], { minLength: world.length })),
        ),
        async ([world, order]) => {
          const { chain, rows } = build(world);
          const inOrder = plain(await run({ chain, rows }));
          const shuffled = plain(await run({ chain, rows: order.map((i) => rows[i]!) }));
          const position = new Map(order.map((i, at) => [String(rows[i]!.streamId), at]));
          const reordered = <T extends { readonly streamId: string | null }>(list: readonly T[]) =>
            [...list].sort((a, b) => position.get(a.streamId!)! - position.get(b.streamId!)!);
          expect(shuffled.errors).toHaveLength(inOrder.errors.length);
          expect(shuffled).toEqual({
            ...inOrder,
            discrepancies: reordered(inOrder.discrepancies),
            errors: expect.arrayContaining([...inOrder.errors]),
            // The run's own name the first stream that they are about.
            notices: reordered(inOrder.notices).map((found) =>
              found.streamId === null ? { ...found, message: expect.any(String) } : found,
            ),
          });
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("a run that looks for what the database lacks", () => {
  /** StreamPay's counter, and all the streams below it. */
  function world(count: number): MemoryChain {
    const chain = new MemoryChain(4);
    for (let id = 1; id <= count; id++) chain.setStream(CONTRACT, numberedStream(id));
    // What follows the counter is looked at, too.
    for (let id = count + 1; id <= count + 190; id++) chain.setAbsent(CONTRACT, BigInt(id));
    const counter = instance([[unitVariant("StreamCount"), u64(BigInt(count + 1))]]);
    chain.set({ contract: CONTRACT, key: xdr.ScVal.scvLedgerKeyContractInstance() }, ledgerEntry(counter));
    return chain;
  }
  const layout = { ...streampay, invariants: streampay.invariants!.filter((name) => name !== "solvent") };

  it("finds exactly the streams that no row names", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 12 })), async (kept) => {
        const rows = [...kept].sort((a, b) => a - b).map((id) => numberedStream(id));
        const findings = await run({ chain: world(12), rows, layout, dbOnly: false });
        const lacking = Array.from({ length: 12 }, (_, i) => i + 1).filter((id) => !kept.includes(id));
        // Nothing tells how far an empty database has come.
        const reason = kept.length === 0 ? "no_cursor" : "missed";
        expect(findings.discrepancies).toEqual(
          lacking.map((id) => ({
            ...{ streamId: `on-chain:${id}`, field: "presence", dbValue: "missing", onChainValue: "present" },
            ...{ classification: "drift", reason, token: contractId(3), ledger: expect.anything() },
          })),
        );
        expect(findings.seen).toBe(12);
        expect(findings.errors).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it("does not call a stream missing whose row is there and cannot be read", async () => {
    const bad = dbRow(numberedStream(2), { fields: { total_amount: "a lot" } });
    const findings = await run({
      chain: world(3),
      rows: [numberedStream(1), bad, numberedStream(3)],
      layout,
      dbOnly: false,
    });
    expect(findings.discrepancies).toEqual([]);
    expect(findings.errors.map(({ streamId, code }) => [streamId, code])).toEqual([["stream_2", "row_unreadable"]]);
    expect(findings.summary).toMatchObject({ inSync: 2, unchecked: 1, missingInDb: 0 });
  });
});
