import { xdr } from "@stellar/stellar-base";
import { rowOf } from "./cli-world.js";
import { accountId, contractId, type StreamStruct, streamStruct } from "./streampay-contract.js";

/** What both sides are made from, and what a run must find because of it. */
export interface Planted {
  readonly id: bigint;
  /** null: the chain has no such stream. */
  chain: StreamStruct | null;
  /** The id that the entry's key says, where it is not the stream's own. */
  keyId?: bigint;
  lastModified: number;
  liveUntil: number;
  /** In place of the struct. */
  garbage?: xdr.ScVal;
  /** SQL literals by column. */
  readonly row: Record<string, string>;
  /** Only a node can do this: a snapshot has the entry whole. */
  faultyOverRpc?: boolean;
  /** `discrepancy field db chain class`, `violation side name`, `error code`, `notice code`. */
  readonly expected: string[];
}

export const LEDGER = { sequence: 1_000_000, closeTime: 1_790_000_000 } as const;
export const PLANTED_CONTRACT = contractId(4_242);

const I128 = { least: -(2n ** 127n), greatest: 2n ** 127n - 1n } as const;
/** The ledger that the greatest cursor names, among rows that are not ahead of the node. */
export const SYNCED = LEDGER.sequence - 10;
const SETTLED_LONG_AGO = LEDGER.sequence - 5_000;

/** One way in which a stream is wrong, or right: edits a stream in good order and says what must be found. */
type Kind = (p: Planted & { chain: StreamStruct }, random: Random) => void;

const text = (value: string | bigint) => `'${value}'`;
const set = (p: Planted, change: Partial<StreamStruct>, alsoInDb = true) => {
  p.chain = { ...p.chain!, ...change };
  if (alsoInDb) Object.assign(p.row, rowOf(p.chain, SYNCED));
};
const drift = (field: string, db: unknown, chain: unknown) => `discrepancy ${field} ${db} ${chain} drift`;

/** An amount in the database that is one base unit off, at whatever size the stream has. */
const offByOne =
  (field: "total_amount" | "released_amount", delta: bigint): Kind =>
  (p) => {
    const off = p.chain[field] + delta;
    p.row[field] = text(off);
    p.expected.push(drift(field, off, p.chain[field]));
  };

const changedAt =
  (age: number, synced: string, verdict: "lag" | "drift"): Kind =>
  (p) => {
    p.lastModified = LEDGER.sequence - age;
    p.row.last_sync_ledger = synced;
    p.row.released_amount = text(p.chain.released_amount - 7n);
    const values = `${p.chain.released_amount - 7n} ${p.chain.released_amount}`;
    p.expected.push(`discrepancy released_amount ${values} ${verdict}`);
  };

const brokenOnChain =
  (invariant: string, change: (stream: StreamStruct) => Partial<StreamStruct>, alsoInDb = false): Kind =>
  (p) => {
    set(p, change(p.chain));
    p.expected.push(`violation on_chain ${invariant}`);
    if (alsoInDb) p.expected.push(`violation db ${invariant}`);
  };

const unreadableRow =
  (column: string, value: string): Kind =>
  (p) => {
    p.row[column] = value;
    p.expected.push("error row_unreadable");
  };

/** Half way through a stream of any size, cancelled then: it owes nothing any more, however large it is. */
const cancelled = (total: bigint): Partial<StreamStruct> => ({
  status: "Cancelled",
  total_amount: total,
  released_amount: total / 2n,
  last_update: BigInt(LEDGER.closeTime),
});

const KINDS: Readonly<Record<string, Kind>> = {
  totalAbove: offByOne("total_amount", 1n),
  totalBelow: offByOne("total_amount", -1n),
  releasedAbove: offByOne("released_amount", 1n),
  releasedBelow: offByOne("released_amount", -1n),
  greatestAgrees: (p) => set(p, cancelled(I128.greatest)),
  greatestOffByOne: (p) => {
    set(p, cancelled(I128.greatest));
    p.row.total_amount = text(I128.greatest - 1n);
    p.expected.push(drift("total_amount", I128.greatest - 1n, I128.greatest));
  },
  beyondDouble: (p) => {
    set(p, { total_amount: 2n ** 60n + 1n });
    p.row.total_amount = text(2n ** 60n);
    p.expected.push(drift("total_amount", 2n ** 60n, 2n ** 60n + 1n));
  },
  leastOnChain: (p) => {
    set(p, { total_amount: I128.least, released_amount: 0n });
    p.expected.push("violation on_chain total_not_negative", "violation db total_not_negative");
  },
  draft: (p) => set(p, { status: "Draft", released_amount: 0n, start_time: 0n, end_time: 0n, last_update: 5n }),
  status: (p) => {
    p.row.status = "'paused'";
    p.expected.push(drift("status", "paused", "Active"));
  },
  statusCase: (p) => {
    p.row.status = "'ACTIVE'";
  },
  recipient: (p) => {
    p.row.recipient_address = text(accountId(60_000));
    p.expected.push(drift("recipient", accountId(60_000), p.chain.recipient));
  },
  releasedNull: (p) => {
    p.row.released_amount = "NULL";
    p.expected.push(drift("released_amount", null, p.chain.released_amount));
  },
  statusNull: (p) => {
    p.row.status = "NULL";
    p.expected.push(drift("status", null, "Active"));
  },
  lagByOne: changedAt(9, String(SYNCED), "lag"),
  // Other rows have seen SYNCED: this one was passed over, for 120 ledgers as for 121.
  passedOverAtBorder: changedAt(120, String(LEDGER.sequence - 121), "drift"),
  passedOverOldChange: changedAt(121, String(LEDGER.sequence - 122), "drift"),
  cursorNullRecent: (p, random) => {
    changedAt(120, "NULL", "lag")(p, random);
    p.expected.splice(0, p.expected.length, "error lag_unproven");
  },
  cursorNullOld: changedAt(121, "NULL", "drift"),
  seenAndDiffers: changedAt(10, String(SYNCED), "drift"),
  nodeBehind: (p) => {
    p.row.last_sync_ledger = String(LEDGER.sequence + 1);
    p.row.status = "'draft'";
    p.expected.push("error node_behind_database");
  },
  amountGarbage: unreadableRow("released_amount", "'12 tokens'"),
  amountEmpty: unreadableRow("released_amount", "''"),
  amountFraction: unreadableRow("released_amount", "'10.5'"),
  amountHex: unreadableRow("released_amount", "'0x10'"),
  // No ledger: it counts as no cursor, and the run says so once.
  cursorImplausible: (p) => {
    p.row.last_sync_ledger = "-4";
  },
  entryOfOtherType: (p) => {
    p.garbage = xdr.ScVal.scvU32(7);
    p.expected.push("error entry_unreadable");
  },
  entryUnknownStatus: (p) => {
    set(p, { status: "Frozen" }, false);
    p.expected.push("error entry_unreadable");
  },
  entryFaulty: (p) => {
    p.faultyOverRpc = true;
  },
  archived: (p) => {
    p.liveUntil = 0;
    p.expected.push("notice archived_or_unknown");
  },
  expired: (p) => {
    p.liveUntil = LEDGER.sequence - 1;
    p.expected.push("notice expired");
  },
  expiresNow: (p) => {
    p.liveUntil = LEDGER.sequence;
    p.expected.push("notice ttl_low");
  },
  overReleased: brokenOnChain("released_within_total", (s) => ({ released_amount: s.total_amount + 1n }), true),
  negative: brokenOnChain("released_not_negative", () => ({ released_amount: -1n }), true),
  sameParties: brokenOnChain("parties_differ", (s) => ({ sender: s.recipient })),
  feeTooHigh: brokenOnChain("fee_within_limit", () => ({ fee_bps: 10_001 })),
  ended: brokenOnChain("never_ended", () => ({ status: "Ended" })),
  pausedAtNoTime: brokenOnChain("pause_consistent", () => ({ status: "Paused", released_amount: 0n })),
  overReleasedInDb: (p) => {
    p.row.released_amount = text(p.chain.total_amount + 5n);
    p.expected.push(drift("released_amount", p.chain.total_amount + 5n, p.chain.released_amount));
    p.expected.push("violation db released_within_total");
  },
  settledInDb: (p) => {
    p.row.status = "'settled'";
    p.expected.push(drift("status", "settled", "Active"), "violation db settled_fully_released");
  },
};

export type Random = () => number;

/** mulberry32: small, and the same everywhere. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Rows of which the contract knows nothing: their ids lie beyond its counter, or they would break its count. */
const WITHOUT_CHAIN: Readonly<Record<string, Kind>> = {
  missing: (p) => {
    p.expected.push(drift("presence", "present", "missing"));
  },
  missingCursorUnknown: (p) => {
    p.row.last_sync_ledger = "NULL";
    p.expected.push(drift("presence", "present", "missing"));
  },
  missingAheadOfNode: (p) => {
    p.row.last_sync_ledger = String(LEDGER.sequence + 3);
    p.expected.push("error node_behind_database");
  },
  neverLinked: (p) => {
    p.row.on_chain_id = "NULL";
    p.expected.push(drift("presence", "present", "missing"), "notice no_on_chain_id");
  },
};

/** Rows without a stream, with ids from `firstId` on. */
export function plantRowsWithoutChain(count: number, firstId: bigint, random: Random): Planted[] {
  const kinds = Object.values(WITHOUT_CHAIN);
  return Array.from({ length: count }, (_, index) => {
    const planted = inGoodOrder(firstId + BigInt(index), random);
    kinds[index % kinds.length]!(planted, random);
    return { ...planted, chain: null };
  });
}

/** Streams in good order of every age and size, a fifth of them with one of the kinds above. */
export function plantStreams(count: number, random: Random): Planted[] {
  const kinds = Object.values(KINDS);
  return Array.from({ length: count }, (_, index) => {
    const planted = inGoodOrder(BigInt(index + 1), random);
    // Every kind comes up, whatever the seed: the first of each are dealt out, the rest is chance.
    const kind = index % 5 === 0 ? kinds[(index / 5) % kinds.length] : undefined;
    kind?.(planted, random);
    return planted;
  });
}

function inGoodOrder(id: bigint, random: Random): Planted & { chain: StreamStruct } {
  const total = 1_000n + BigInt(Math.floor(random() * 2 ** 40)) * BigInt(1 + Math.floor(random() * 2 ** 20));
  const now = BigInt(LEDGER.closeTime);
  const chain = streamStruct({
    id,
    sender: accountId(1 + Math.floor(random() * 30_000)),
    recipient: accountId(30_001 + Math.floor(random() * 20_000)),
    total_amount: total,
    released_amount: total / 4n,
    start_time: now - 1_000n,
    end_time: now + 1_000n,
    duration: 2_000n,
    last_update: now - 100n,
  });
  return {
    id,
    chain,
    lastModified: SETTLED_LONG_AGO + Math.floor(random() * 4_000),
    liveUntil: LEDGER.sequence + 100_000,
    row: rowOf(chain, SYNCED),
    expected: [],
  };
}
