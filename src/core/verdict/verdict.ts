import type { Reason } from "../codes.js";
import type { Contradiction } from "./contradiction.js";

/** Why nothing could be shown. */
export type Doubt =
  | "node_behind"
  | "young"
  | "cursor_meaning"
  | "never_checked"
  | "no_cursor"
  | "first_change"
  | "event_alone"
  | "younger_row"
  | "trailing_row";

/** What row cursors mean; `global`: one cursor for all rows. `unknown` excuses, and does not convict. */
export type CursorMeaning = "event" | "check" | "global" | "unknown";

/** The first change of the chain after the database's watermark, as far as it is known. */
export interface FirstChange {
  readonly ledger: number;
  /** An event says so, which may concern no stream; otherwise the change of a stream that was looked at. */
  readonly isEvent: boolean;
  /** No change before it can have been overlooked. */
  readonly isExact: boolean;
}

/** All that the looks at a stream that differs have shown. Ledgers, and numbers of ledgers. */
export interface Evidence {
  /** L: the ledger of the last look. */
  readonly observed: number;
  /** M: the ledger at which the stream last changed; null: the contract has no such stream. */
  readonly modified: number | null;
  /** S: the row's own cursor; null: it has none, or there is no row. */
  readonly synced: number | null;
  readonly hasRow: boolean;
  /** For how long the stream has been seen to differ. */
  readonly watchedFor: number;
  /** F: how far the database as a whole has come; null: unknown. */
  readonly watermark: number | null;
  readonly meaning: CursorMeaning;
  /** The node has not reached the cursor under which the row is as it is. */
  readonly isNodeBehind: boolean;
  /** For how long the contract has been seen without the stream. */
  readonly missingFor: number;
  /** How the row stands to the stream; null: it can be any state of it. */
  readonly contradiction: Contradiction | null;
  readonly contradictsFor: number;
  /** The entry has come to say what the row said at an earlier look. */
  readonly cameTrue: boolean;
  /**
   * Looks on end at which the row was not what the entry was at the row's cursor, and for how long. `blind`: those at
   * which a side had moved since a look more than a ledger before.
   */
  readonly apart: {
    readonly looks: number;
    readonly for: number;
    readonly hasMoved: boolean;
    readonly blind: number;
  };
  /** Whether the stream is known to have changed after F: of an entry that it shares, only the looks can tell. */
  readonly changedAfterWatermark: boolean;
  /** The row has been seen to follow the stream, or to precede it: its cursor does not tell when. */
  readonly follows: boolean;
  /** The row was once what the entry was at its cursor: it is late, and on its way. */
  readonly isProven: boolean;
  /** The row is as the stream has only been since after the watermark. */
  readonly isYounger: boolean;
  /** The watermark comes closer to the chain. */
  readonly isGaining: boolean;
  readonly firstChange: FirstChange | null;
}

export interface VerdictLimits {
  /** Ledgers that the database may take. */
  readonly maxLag: number;
  /** Ledgers within which writers that set the cursor before the row, or the row before its transaction, come right. */
  readonly grace: number;
  /** The chain source never changes: whatever it shows has stood still for long enough. */
  readonly isStatic: boolean;
}

/** What a difference means. `isSettled`: further looks would only confirm it. */
export type Verdict =
  | { readonly kind: "drift" | "lag"; readonly reason: Reason; readonly isSettled: boolean }
  | { readonly kind: "unproven"; readonly doubt: Doubt; readonly isSettled: boolean };

const drift = (reason: Reason, isSettled = true): Verdict => ({ kind: "drift", reason, isSettled });
const lag = (reason: Reason, isSettled: boolean): Verdict => ({ kind: "lag", reason, isSettled });
export const unproven = (doubt: Doubt, isSettled = false): Verdict => ({ kind: "unproven", doubt, isSettled });

/**
 * A row that was not, at so many looks on end, what the entry was at its cursor has missed something. Looks that may have
 * missed something themselves do not count: none sees a stream right that moves faster than it can be read.
 */
const APART_LOOKS = 3;

/** The verdict on a stream that differs: the first rule that fits. A row is excused only by evidence. */
export function verdictOn(e: Evidence, { isStatic, ...given }: VerdictLimits): Verdict {
  if (e.isNodeBehind) return unproven("node_behind");
  const limits = { ...given, grace: isStatic ? 0 : given.grace, isStatic };
  if (e.modified === null) return e.missingFor >= limits.grace ? drift("missing") : unproven("young");
  const verdict =
    verdictOnContradiction(e, e.modified, limits) ??
    verdictOnAge(e, e.modified, limits) ??
    verdictOnCursor(e, e.modified, limits) ??
    verdictOnWatermark(e, e.modified, limits);
  return verdict.kind === "drift" && mayComeTrue(e, limits) ? unproven("young") : verdict;
}

/** A backend that writes before its transaction lands keeps its old cursor, and whatever else speaks against the row. */
function mayComeTrue({ hasRow, contradiction, watchedFor }: Evidence, { grace }: VerdictLimits): boolean {
  return hasRow && (contradiction === null || contradiction === "ahead") && watchedFor < grace;
}

/** A row that cannot be any past state of the stream. */
function verdictOnContradiction(e: Evidence, modified: number, limits: VerdictLimits): Verdict | null {
  if (e.contradiction === null || e.contradiction === "behind") return null;
  if (e.cameTrue) return lag("ahead", false);
  const isKnown = e.contradiction === "never" && hasMissed(e, modified, limits);
  if (isKnown || e.contradictsFor >= limits.grace) return drift("contradiction");
  return verdictOnApart(e, limits) ?? unproven("young");
}

/** A change that is older than any database may be late, or that the row's cursor passed over. */
function verdictOnAge(e: Evidence, modified: number, limits: VerdictLimits): Verdict | null {
  if (e.observed - modified > limits.maxLag) {
    return drift(e.watermark !== null && e.watermark >= modified ? "missed" : "stale", !e.isGaining);
  }
  return hasMissed(e, modified, limits) ? drift("missed") : null;
}

/**
 * Whether the row claims to have seen the change. A cursor of events is written with its row; any other may run ahead of
 * the rows, and by any distance where the database catches up: only looks can tell (`isApart`).
 */
function hasMissed(
  { synced, meaning, observed }: Evidence,
  modified: number,
  { grace, isStatic }: VerdictLimits,
): boolean {
  return synced !== null && synced >= modified && (isStatic || (meaning === "event" && observed - modified >= grace));
}

/**
 * Whether the looks have shown what the stream was at the row's cursor, and the row was something else. Where the row or
 * the stream moved, it may have been late for one change and ahead of another: it gets the grace once for each.
 */
function isApart({ apart }: Evidence, { grace, isStatic }: VerdictLimits): boolean {
  if (isStatic) return apart.looks > 0;
  return apart.looks - apart.blind >= APART_LOOKS && apart.for >= (apart.hasMoved ? 2 * grace : grace);
}

function verdictOnApart(e: Evidence, limits: VerdictLimits): Verdict | null {
  if (!isApart(e, limits)) return null;
  return e.follows ? unproven("trailing_row") : drift("missed");
}

/** What the row's own cursor, and what the stream was there, have to say. */
function verdictOnCursor(e: Evidence, modified: number, limits: VerdictLimits): Verdict | null {
  const { synced, watermark, observed, meaning } = e;
  const apart = verdictOnApart(e, limits);
  if (apart !== null) return apart;
  const isItsTurn =
    meaning === "check" && synced !== null && watermark !== null && synced < modified && modified <= watermark;
  return isItsTurn && observed - synced <= limits.maxLag ? lag("behind", e.isProven) : null;
}

function verdictOnWatermark(e: Evidence, modified: number, { maxLag, grace, isStatic }: VerdictLimits): Verdict {
  const { observed, watermark, firstChange, meaning } = e;
  if (watermark === null) return isStatic ? drift("no_cursor") : unproven("no_cursor");
  if (modified > watermark) {
    if (firstChange !== null && observed - firstChange.ledger > maxLag) {
      return firstChange.isEvent ? unproven("event_alone", !e.isGaining) : drift("stale", !e.isGaining);
    }
    if (observed - watermark > maxLag && firstChange?.isExact !== true) return unproven("first_change", !e.isGaining);
    if (e.isYounger) return unproven("younger_row");
    if (isStatic || e.isProven) return lag("behind", true);
    // The database has long passed what differed at first, and the row was not once seen to be right.
    const hasPassed = watermark - (observed - e.watchedFor) >= grace && !e.follows;
    return e.changedAfterWatermark && !hasPassed ? lag("behind", false) : unproven("young");
  }
  if (meaning === "unknown") return unproven("cursor_meaning");
  return unproven(e.hasRow && e.synced === null && meaning === "check" ? "never_checked" : "young");
}
