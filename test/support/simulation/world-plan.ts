import { FIRST_LEDGER } from "./ledger-time.js";
import { SeededRandom } from "./seeded-random.js";
import type { CursorKind } from "./table-model.js";

/** What a world is like; drawn from its seed alone. */
export interface WorldPlan {
  readonly seed: number;
  readonly database: "sqlite" | "postgres";
  readonly streams: number;
  readonly firstLedger: number;
  /** Ledgers before the run starts. */
  readonly historyLedgers: number;
  readonly tokens: number;
  /** `--max-lag`. */
  readonly maxLag: number;
  /** `--confirm`; null leaves the default. */
  readonly confirm: number | null;
  /** `--settle`; null leaves the default. */
  readonly settle: string | null;
  readonly concurrency: number;
  readonly cursor: CursorKind;
  /** Whether the configuration says what cursors mean. */
  readonly tellsMeaning: boolean;
  /** Of a hundred rows, how many never get a cursor. */
  readonly nullCursors: number;
  readonly indexer: IndexerPlan;
  /** Sender and end of the window are compared, too. */
  readonly wideMapping: boolean;
  /** The table also holds rows of another contract, which `database.where` leaves out. */
  readonly sharedTable: boolean;
  /** The contract keeps all its streams in its one instance entry, which every operation touches. */
  readonly sharedEntry: boolean;
  /** Streams are amended now and then, which opens the contract's known hole. */
  readonly amendments: boolean;
  /** Operations a ledger while the tool runs. */
  readonly activity: number;
  /** Probability a ledger that a faulted stream goes on moving. */
  readonly faultsMove: number;
  /** Every stream moves each so many ledgers; null: as it happens. */
  readonly stirredEach: number | null;
  /** Probability a ledger of an event of the contract that concerns no stream. */
  readonly otherEvents: number;
  /** Probability a ledger of a row that is written before its transaction lands, and how many ledgers later at most. */
  readonly writesAhead: number;
  readonly aheadMost: number;
  /** Faults to plant. */
  readonly faults: number;
  /** For so many times five seconds no ledger closes once the run has begun. */
  readonly standsStillFor: number;
  readonly network: NetworkPlan;
}

export interface IndexerPlan {
  /** How many ledgers it is behind when all is well. */
  readonly lag: { readonly least: number; readonly most: number };
  /** How much later than the cursor the rows are written; streams overtake each other. */
  readonly writeDelay: { readonly least: number; readonly most: number };
  /** It stopped so many ledgers before the run; null: it never did. */
  readonly stoppedFor: number | null;
  /** Having stopped, it catches up from the run on by so many ledgers in the time of one; null: it is dead. */
  readonly catchesUpBy: number | null;
  /** With the cursor of a check: in how many ledgers every row has its turn. */
  readonly checkRound: number;
}

export interface NetworkPlan {
  /** The chain moves by up to so much virtual time with every request. */
  readonly requestMsMost: number;
  /** A second node behind the same address is this many ledgers behind; 0: there is one node. */
  readonly staleLedgers: number;
  /** The two nodes take turns at random, instead of the second one answering now and then. */
  readonly takesTurns: boolean;
  /** Every answer is so many ledgers older than what the backend's own node knows. */
  readonly behindLedgers: number;
  /** Probability that a burst of failing or stale answers starts with a request. */
  readonly burstChance: number;
  /** How many ledgers of events the node keeps; 0: it tells of none. */
  readonly eventLedgers: number;
}

const NEVER_MIND = { least: 0, most: 0 };

export function planWorld(seed: number): WorldPlan {
  const random = new SeededRandom(seed).fork("plan");
  const isYoung = random.chance(0.1);
  const maxLag = isYoung ? 120 : random.pick([60, 60, 120, 120, 120, 200]);
  const size = random.int(1, 100);
  const behindLedgers = random.chance(0.06) ? random.int(2, 12) : 0;
  const sharedEntry = random.chance(0.12);
  const stirredEach = random.chance(0.25) ? random.pick([2, 5, 9, 30]) : null;
  const isSmall = isYoung || sharedEntry || stirredEach !== null;
  const streams = isSmall || size <= 60 ? random.int(20, 80) : size <= 85 ? random.int(80, 220) : random.int(220, 450);
  const cursor = random.pick<CursorKind>([
    "every-row",
    "touched-row",
    "touched-row",
    "checked-row",
    "global",
    "global",
    "none",
  ]);
  const isChecked = cursor === "checked-row";
  const indexer = planIndexer(random, maxLag, isChecked, isYoung);
  const gap = indexer.stoppedFor ?? indexer.lag.most + indexer.writeDelay.least;
  return {
    seed,
    database: random.chance(0.08) ? "postgres" : "sqlite",
    streams,
    firstLedger: isYoung ? 3 : FIRST_LEDGER,
    historyLedgers: isYoung ? 87 : maxLag * 2 + random.int(60, 200),
    tokens: random.int(1, 3),
    maxLag,
    confirm: random.chance(0.15) ? random.int(4, 5) : null,
    // A database far behind shows what its rows are only once it has come to the first look's ledger.
    settle: gap > 3 ? (gap > 30 ? "20m" : "10m") : null,
    concurrency: random.pick([1, 1, 2, 4, 8]),
    cursor,
    tellsMeaning: random.chance(sharedEntry ? 0.6 : 0.1),
    nullCursors: cursor === "touched-row" && random.chance(0.4) ? random.pick([10, 50]) : 0,
    indexer,
    wideMapping: random.chance(0.3),
    sharedTable: random.chance(0.15),
    sharedEntry,
    amendments: random.chance(0.3),
    activity: random.pick([0, 0.3, 1, 3]),
    faultsMove: random.pick([0, 0, 0.05, 0.2, 0.5]),
    stirredEach,
    otherEvents: random.pick([0, 0, 0.1]),
    // Seen through a node that is behind, a row would be ahead of its transaction for longer than anybody waits.
    writesAhead: behindLedgers > 0 || isChecked ? 0 : random.pick([0, 0.2, 0.6]),
    // Late for one change by nearly the grace, then ahead of the next: that is later than any rule can tell.
    aheadMost: Math.min(random.pick([2, 2, 8]), indexer.writeDelay.most + indexer.lag.most > 8 ? 2 : 8),
    faults: random.chance(0.25) ? 0 : random.int(1, 8),
    standsStillFor: random.chance(0.1) ? random.int(1, 8) : 0,
    network: {
      requestMsMost: random.pick([0, 0, 2_000, 6_000, 12_000]),
      staleLedgers: random.pick([0, 0, 1, 3, 5]),
      takesTurns: random.chance(0.2),
      behindLedgers,
      burstChance: random.pick([0, 0, 0.1, 0.25]),
      eventLedgers: random.pick([120_960, 120_960, 50, 0]),
    },
  };
}

function planIndexer(random: SeededRandom, maxLag: number, isChecked: boolean, isYoung: boolean): IndexerPlan {
  const isSlow = random.chance(0.1);
  const isStopped = random.chance(0.15);
  const delayed = random.pick([
    NEVER_MIND,
    NEVER_MIND,
    { least: 0, most: 2 },
    { least: 0, most: 8 },
    { least: 4, most: 8 },
  ]);
  const behind = random.int(12, Math.floor(maxLag * 0.6));
  const most = random.pick([0, 1, 3, 10]);
  return {
    lag: isSlow ? { least: behind, most: behind + 5 } : { least: 0, most },
    writeDelay: isChecked ? NEVER_MIND : delayed,
    stoppedFor: isStopped ? Math.min(Math.round(maxLag * random.pick([0.2, 1.4, 1.8])), isYoung ? 50 : 1_000) : null,
    catchesUpBy: random.pick([null, null, 2, 5, 20]),
    checkRound: random.pick([4, 15, 40]),
  };
}
