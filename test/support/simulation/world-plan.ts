import { SeededRandom } from "./seeded-random.js";
import type { CursorKind } from "./table-model.js";

/** What a world is like; drawn from its seed alone. */
export interface WorldPlan {
  readonly seed: number;
  readonly database: "sqlite" | "postgres";
  readonly streams: number;
  /** Ledgers before the run starts. */
  readonly historyLedgers: number;
  readonly tokens: number;
  /** `--max-lag`. */
  readonly maxLag: number;
  /** `--confirm`; null leaves the default. */
  readonly confirm: number | null;
  readonly concurrency: number;
  readonly cursor: CursorKind;
  readonly lagMost: number;
  /** The indexer stopped so many ledgers before the run; null: it runs. */
  readonly stalledFor: number | null;
  /** Sender and end of the window are compared, too. */
  readonly wideMapping: boolean;
  /** The table also holds rows of another contract, which `database.where` leaves out. */
  readonly sharedTable: boolean;
  /** Streams are amended now and then, which opens the contract's known hole. */
  readonly amendments: boolean;
  /** Operations a ledger while the tool runs. */
  readonly activity: number;
  /** Probability a ledger of a row that is written before its transaction lands. */
  readonly writesAhead: number;
  /** Probability that one ledger's events reach the table in two writes. */
  readonly splitWrites: number;
  /** Faults to plant. */
  readonly faults: number;
  readonly network: NetworkPlan;
}

export interface NetworkPlan {
  /** The chain moves by up to so much virtual time with every request. */
  readonly requestMsMost: number;
  /** A second node behind the same address is this many ledgers behind; 0: there is one node. */
  readonly staleLedgers: number;
  /** Every answer is so many ledgers older than what the backend's own node knows. */
  readonly behindLedgers: number;
  /** Probability that a burst of failing or stale answers starts with a request. */
  readonly burstChance: number;
}

export function planWorld(seed: number): WorldPlan {
  const random = new SeededRandom(seed).fork("plan");
  const maxLag = random.pick([60, 60, 120, 120, 120, 200]);
  const size = random.int(1, 100);
  const behindLedgers = random.chance(0.06) ? random.int(2, 12) : 0;
  const streams = size <= 60 ? random.int(20, 80) : size <= 85 ? random.int(80, 220) : random.int(220, 450);
  return {
    seed,
    database: random.chance(0.08) ? "postgres" : "sqlite",
    streams,
    historyLedgers: maxLag * 2 + random.int(60, 200),
    tokens: random.int(1, 3),
    maxLag,
    confirm: random.chance(0.15) ? random.int(4, 5) : null,
    concurrency: random.pick([1, 1, 2, 4, 8]),
    cursor: random.pick<CursorKind>(["every-row", "touched-row", "global"]),
    lagMost: random.pick([0, 1, 3, 10]),
    stalledFor: random.chance(0.07) ? Math.round(maxLag * random.pick([0.2, 1.6])) : null,
    wideMapping: random.chance(0.3),
    sharedTable: random.chance(0.15),
    amendments: random.chance(0.3),
    activity: random.pick([0, 0.3, 1, 3]),
    // Seen through a node that is behind, a row would be ahead of its transaction for longer than anybody waits.
    writesAhead: behindLedgers > 0 ? 0 : random.pick([0, 0.2, 0.6]),
    splitWrites: random.pick([0, 0.4, 0.9]),
    faults: random.chance(0.25) ? 0 : random.int(1, 8),
    network: {
      requestMsMost: random.pick([0, 0, 2_000, 6_000, 12_000]),
      staleLedgers: random.pick([0, 0, 1, 3, 5]),
      behindLedgers,
      burstChance: random.pick([0, 0, 0.1, 0.25]),
    },
  };
}
