import fc from "fast-check";
import type { Findings } from "../../../src/core/report/findings.js";
import { numberedStream, plain } from "../../support/core-run.js";
import { MovingWorld } from "../../support/moving-world.js";

const IDS = 12;

/** What may happen to a row or a stream, at first or with a ledger that closes while the run looks again. */
const CHANGES: Readonly<Record<string, (world: MovingWorld, id: number, other: number) => void>> = {
  "the row differs": (world, id, other) => world.row(numberedStream(id, { released_amount: BigInt(other) })),
  "the row agrees": (world, id) => world.row(id),
  "the row goes": (world, id) => world.drop(`stream_${id}`),
  "the row gets another name": (world, id, other) => rename(world, id, `stream_${other}`),
  "the row gets a new name": (world, id) => rename(world, id, "new"),
  "the row names another stream": (world, id, other) => relink(world, id, BigInt(other)),
  "the row names no stream": (world, id) => relink(world, id, null),
  "a second row names the stream": (world, id, other) =>
    world.rows.push({ ...rowOf(id), streamId: `twin_${other}`, fields: { ...rowOf(id).fields, fee_bps: 3n } }),
  "the row cannot be read": (world, id) => world.row(id, { fields: { total_amount: "much" } }),
  "the row is ahead of the node": (world, id) => world.row(id, { synced: 1_002n, fields: { fee_bps: 3n } }),
  "the stream goes": (world, id) => world.absent(id),
  "the stream comes": (world, id) => world.stream(id, world.chain.ledger),
  "the stream moves": (world, id, other) =>
    world.stream(numberedStream(id, { released_amount: BigInt(other) }), world.chain.ledger),
};

function rowOf(id: number) {
  const world = new MovingWorld(0);
  world.row(id);
  return world.rows[0]!;
}

function rename(world: MovingWorld, id: number, streamId: string): void {
  world.rows = world.rows.map((row) => (row.onChainId === BigInt(id) ? { ...row, streamId } : row));
}

function relink(world: MovingWorld, id: number, onChainId: bigint | null): void {
  world.rows = world.rows.map((row) => (row.streamId === `stream_${id}` ? { ...row, onChainId } : row));
}

const ids = fc.integer({ min: 1, max: IDS });
const changes = fc.array(fc.tuple(fc.constantFrom(...Object.keys(CHANGES)), ids, ids, fc.integer({ min: 0, max: 6 })), {
  maxLength: 14,
});
type Changes = readonly (readonly [change: string, id: number, other: number, ledger: number])[];

async function look(all: Changes, dbOnly: boolean, selectAtMost: number): Promise<Findings> {
  const world = new MovingWorld();
  world.count(IDS + 1);
  for (let id = 1; id <= IDS; id++) world.both(id);
  const happen = (closed: number) => {
    for (const [change, id, other, at] of all) if (at === closed) CHANGES[change]!(world, id, other);
  };
  happen(0);
  for (let closed = 1; closed <= 6; closed++) world.at(1_000 + closed, () => happen(closed));
  return world.run({ selectAtMost, dbOnly });
}

describe("looking again", () => {
  it("finds the same in the whole table as in the rows that are asked for, in the same order", async () => {
    await fc.assert(
      fc.asyncProperty(changes, fc.boolean(), async (all, dbOnly) => {
        const asked = await look(all, dbOnly, 5_000);
        const whole = await look(all, dbOnly, 0);
        expect(plain(whole)).toEqual(plain(asked));
        const { streamsChecked, unchecked } = whole.summary;
        expect(streamsChecked + unchecked).toBe(whole.seen);
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
