import { xdr } from "@stellar/stellar-base";
import { putEscrow, rowOf, WORLD_CONTRACT } from "../support/cli-world.js";
import type { SeededRandom } from "../support/simulation/seeded-random.js";
import { accountId, putStream, type StreamStruct, streamKey, streamStruct } from "../support/streampay-contract.js";
import { TestLedger } from "../support/test-ledger.js";

/** Both sides of a world before anything is attacked. */
export interface Sides {
  readonly ledger: TestLedger;
  /** SQL literals by column. */
  readonly rows: Record<string, string>[];
  readonly streams: StreamStruct[];
  /** The stream that a plant spoils, and that an attack may aim at. */
  readonly victim: StreamStruct;
}

const ANCIENT = 500;
const SYNCED = 990;
const RICH = 10n ** 30n;

/** What is wrong for good, and the exit code of an undisturbed run. */
interface Plant {
  readonly exit: 0 | 3 | 4 | 5;
  readonly plant: (sides: Sides) => void;
}

const rowOfVictim = ({ rows, victim }: Sides) => rows.find((row) => row.on_chain_id === String(victim.id))!;
const inRow = (column: string, literal: (victim: StreamStruct) => string) => (sides: Sides) => {
  rowOfVictim(sides)[column] = literal(sides.victim);
};
const onChain = ({ ledger, victim }: Sides, change: Partial<StreamStruct>) =>
  putStream(ledger, WORLD_CONTRACT, { ...victim, ...change }, { lastModified: ANCIENT });

export const PLANTS = {
  nothing: { exit: 0, plant: () => {} },
  "released amount off": { exit: 3, plant: inRow("released_amount", (s) => `'${s.released_amount + 77_777n}'`) },
  "total amount off": { exit: 3, plant: inRow("total_amount", (s) => `'${s.total_amount + 55_555n}'`) },
  "another status": { exit: 3, plant: inRow("status", () => "'cancelled'") },
  "another recipient": { exit: 3, plant: inRow("recipient_address", () => `'${accountId(9_999)}'`) },
  "no released amount": { exit: 3, plant: inRow("released_amount", () => "NULL") },
  "no row": { exit: 3, plant: (sides) => void sides.rows.splice(sides.rows.indexOf(rowOfVictim(sides)), 1) },
  "no stream": {
    exit: 3,
    plant: ({ rows, streams }) => {
      const id = BigInt(streams.length + 1);
      rows.push(rowOf(streamStruct({ id, sender: accountId(777) }), SYNCED));
    },
  },
  "released too much": {
    exit: 4,
    plant: (sides) => {
      const released_amount = sides.victim.total_amount + 3n;
      onChain(sides, { released_amount });
      rowOfVictim(sides).released_amount = `'${released_amount}'`;
    },
  },
  "too little money": {
    exit: 4,
    plant: ({ ledger, streams }) => putEscrow(ledger, WORLD_CONTRACT, BigInt(streams.length + 1), 1n),
  },
  "unreadable row": { exit: 5, plant: inRow("total_amount", () => "'12 tokens'") },
  "unreadable entry": {
    exit: 5,
    plant: ({ ledger, victim }) =>
      ledger.set({
        contract: WORLD_CONTRACT,
        key: streamKey(victim.id),
        val: xdr.ScVal.scvU32(7),
        lastModified: ANCIENT,
        liveUntil: 200_000,
      }),
  },
} as const satisfies Record<string, Plant>;

export type PlantName = keyof typeof PLANTS;

/** Two of five worlds are in order; the others have one fault of their own, which no attack may hide. */
export function drawPlant(random: SeededRandom): PlantName {
  return random.chance(0.4) ? "nothing" : random.pick(Object.keys(PLANTS) as PlantName[]);
}

export function makeSides(random: SeededRandom, plant: PlantName): Sides {
  const ledger = new TestLedger();
  const count = random.int(2, 5);
  const streams = Array.from({ length: count }, (_, index) => {
    const half = random.bigint(1_000n, 10n ** 12n);
    return streamStruct({
      id: BigInt(index + 1),
      sender: accountId(random.int(100, 30_000)),
      recipient: accountId(random.int(40_000, 60_000)),
      total_amount: 2n * half,
      released_amount: half,
    });
  });
  putEscrow(ledger, WORLD_CONTRACT, BigInt(count + 1), RICH);
  for (const stream of streams) putStream(ledger, WORLD_CONTRACT, stream, { lastModified: ANCIENT });
  const rows = streams.map((stream) => rowOf(stream, SYNCED));
  const sides = { ledger, rows, streams, victim: random.pick(streams) };
  PLANTS[plant].plant(sides);
  return sides;
}
