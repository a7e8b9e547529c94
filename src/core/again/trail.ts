import type { ObservationSummary } from "../look/observation.js";
import type { SameState, SideState } from "../verdict/side-state.js";
import type { CursorMeaning, Evidence, FirstChange } from "../verdict/verdict.js";

/** States of an entry that are kept: what the stream was at a cursor is asked of the newest. */
const MOST_STATES = 32;
/** Earlier states of a row that are kept. */
const MOST_ROWS = 4;

/** What an entry was, from the ledger that changed it to the last at which it was seen so. */
export interface EntryState {
  readonly from: number;
  readonly to: number;
  readonly state: SideState | null;
}

/** What the looks at one stream have shown so far, as far as a verdict rests on it. Ledgers throughout. */
export interface Trail {
  /** L of the first look. */
  readonly firstLedger: number;
  /** How far the watermark was behind at the first look; null: it was unknown. */
  readonly firstGap: number | null;
  /** Newest first. */
  readonly entries: readonly EntryState[];
  /** Earlier states of the row, newest first. */
  readonly rows: readonly SideState[];
  /** S and F when the row was first seen as it is now. */
  readonly rowSynced: number | null;
  readonly rowWatermark: number | null;
  /** A ledger from which on the chain has had the stream; null: it lacks it. */
  readonly existsFrom: number | null;
  /** Since when the chain has been seen without the stream, and the row to contradict it. */
  readonly missingSince: number | null;
  readonly contradictsSince: number | null;
  /**
   * Looks on end at which the row was not what the entry was at its cursor; `blind`: those that found a side moved since
   * a look more than a ledger before, so that something may have been missed between.
   */
  readonly apart: {
    readonly looks: number;
    readonly since: number;
    readonly hasMoved: boolean;
    readonly blind: number;
  } | null;
  /** The row has been seen to follow the stream, or to precede it. */
  readonly follows: boolean;
  readonly isProven: boolean;
}

/** How looks are to be read. */
export interface Reading {
  readonly same: SameState;
  readonly meaning: CursorMeaning;
  readonly maxLagLedgers: number;
  /** The streams share one entry: its last change may be another stream's. */
  readonly isShared: boolean;
}

/**
 * Whether F speaks of a row: a cursor of events, or of all rows, has passed over what came before it. One of checks speaks
 * of a row whose turn is overdue. Whatever it means, it speaks of a stream without a row, which waits for no turn.
 */
function watermarkSpeaks({ row }: ObservationSummary, meaning: CursorMeaning, isOld: boolean): boolean {
  return row === null || meaning === "event" || meaning === "global" || (meaning === "check" && isOld);
}

/** The trail after one more look. @param before null: it was the first */
export function follow(
  before: Trail | null,
  last: ObservationSummary | null,
  seen: ObservationSummary,
  watermark: number | null,
  how: Reading,
): Trail {
  const { ledger } = seen;
  const entries = entriesAfter(before?.entries ?? [], seen, how.isShared);
  const isSameRow = last !== null && isSameRowAs(last, seen);
  const gap = watermark === null ? null : Math.max(0, ledger - watermark);
  const existsFrom = seen.modified === null ? null : (before?.existsFrom ?? seen.modified);
  const isOld = seen.synced !== null && ledger - seen.synced > how.maxLagLedgers;
  const speaks = watermarkSpeaks(seen, how.meaning, isOld);
  const rows = last?.row == null || isSameRow ? (before?.rows ?? []) : [last.row, ...(before?.rows ?? [])];
  return {
    firstLedger: before?.firstLedger ?? ledger,
    firstGap: before === null ? gap : before.firstGap,
    entries,
    rows: rows.slice(0, MOST_ROWS),
    follows: before !== null && followsAfter(before, seen, entries, rows, isSameRow, how.same),
    rowSynced: isSameRow ? before!.rowSynced : seen.synced,
    rowWatermark: isSameRow ? before!.rowWatermark : watermark,
    existsFrom,
    missingSince: seen.modified === null ? (before?.missingSince ?? ledger) : null,
    contradictsSince: contradictsSince(before, seen, isSameRow, ledger),
    ...asOfCursor(before, seen, { entries, existsFrom, isSameRow }, speaks ? watermark : null, ledger, how.same),
  };
}

/** A row that is ahead, and has changed, is ahead anew: a backend may always write before its transactions land. */
function contradictsSince(
  before: Trail | null,
  { contradiction }: ObservationSummary,
  isSameRow: boolean,
  ledger: number,
): number | null {
  if (contradiction === null || contradiction === "behind") return null;
  return (contradiction === "never" || isSameRow ? before?.contradictsSince : null) ?? ledger;
}

export function isSameRowAs(a: ObservationSummary, b: ObservationSummary): boolean {
  return a.onChainId === b.onChainId && JSON.stringify(a.row) === JSON.stringify(b.row);
}

/**
 * A stream whose values are as they were before has not changed, whatever else its entry holds; but where the entry is its
 * own, and changed more than a ledger after the last look, the values may have changed and changed back.
 */
function entriesAfter(before: readonly EntryState[], seen: ObservationSummary, isShared: boolean): EntryState[] {
  const { modified, entry: state, ledger } = seen;
  if (modified === null) return [{ from: ledger, to: ledger, state: null }, ...before].slice(0, MOST_STATES);
  const [newest, ...older] = before;
  const isAlike = newest?.state != null && JSON.stringify(newest.state) === JSON.stringify(state);
  if (isAlike && (isShared || modified <= newest.to + 1))
    return [{ ...newest, from: Math.min(newest.from, modified), to: Math.max(newest.to, ledger) }, ...older];
  return [{ from: modified, to: ledger, state }, ...before].slice(0, MOST_STATES);
}

/**
 * Whether the row has come to be what the stream was at an earlier look, or the stream what the row was: then somebody
 * writes it, late or ahead, whatever the cursor says.
 */
function followsAfter(
  before: Trail,
  { row }: ObservationSummary,
  [newest, ...older]: readonly EntryState[],
  rows: readonly SideState[],
  isSameRow: boolean,
  same: SameState,
): boolean {
  const isThat = (a: SideState) => (b: SideState | null) => b !== null && same(a, b);
  const cameLate = row !== null && !isSameRow && older.map(({ state }) => state).some(isThat(row));
  const isNew = newest !== undefined && newest.from !== before.entries[0]?.from;
  return before.follows || cameLate || (isNew && newest.state !== null && rows.some(isThat(newest.state)));
}

/** Holds the row against what the stream was at the row's cursor, where a look has shown that. */
function asOfCursor(
  before: Trail | null,
  { row, synced }: ObservationSummary,
  { entries, existsFrom, isSameRow }: Pick<Trail, "entries" | "existsFrom"> & { readonly isSameRow: boolean },
  watermark: number | null,
  ledger: number,
  same: SameState,
): Pick<Trail, "apart" | "isProven"> {
  const { apart = null, isProven = false } = before ?? {};
  const stateAt = (cursor: number | null) => {
    if (cursor === null) return undefined;
    // Of a stream that has no row it only matters that it was there, before and after.
    if (row === null && existsFrom !== null && existsFrom <= cursor) return entries[0];
    return entries.find(({ from, to }) => from <= cursor && cursor <= to);
  };
  const there = (row === null ? undefined : stateAt(synced)) ?? stateAt(watermark);
  if (there === undefined) return { apart, isProven };
  const isAsThere = row === null ? there.state === null : there.state !== null && same(row, there.state);
  if (isAsThere) return { apart: null, isProven: true };
  const moves = row !== null && (!isSameRow || before?.entries[0]?.from !== entries[0]?.from);
  return {
    apart: {
      looks: (apart?.looks ?? 0) + 1,
      since: apart?.since ?? ledger,
      hasMoved: apart !== null && (apart.hasMoved || moves),
      blind: apart === null ? 0 : apart.blind + (moves && ledger - (before?.entries[0]?.to ?? ledger) > 1 ? 1 : 0),
    },
    isProven,
  };
}

/** What the trail says at its last look. */
export function evidenceOf(
  trail: Trail,
  last: ObservationSummary,
  watermark: number | null,
  firstChange: FirstChange | null,
  { same, meaning, isShared }: Reading,
): Evidence {
  const observed = last.ledger;
  const since = (ledger: number | null): number => (ledger === null ? 0 : observed - ledger);
  const synced = reached(last.synced, trail.rowSynced, observed);
  const known = reached(watermark, trail.rowWatermark, observed);
  const modified = last.modified === null ? null : (trail.entries[0]?.from ?? last.modified);
  // An earlier cursor under which the row was the same shows what the row missed, and excuses nothing.
  const isAhead = (cursor: number | null, found: number | null) =>
    cursor !== null && cursor > observed && (found === null || (modified !== null && found < modified));
  const current = trail.entries[0];
  const { row } = last;
  const gap = known === null ? null : observed - known;
  return {
    observed,
    modified,
    synced,
    hasRow: last.row !== null,
    watchedFor: observed - trail.firstLedger,
    watermark: known,
    meaning,
    isNodeBehind: isAhead(last.synced, synced) || (meaning === "global" && isAhead(watermark, known)),
    missingFor: since(trail.missingSince),
    contradiction: last.contradiction,
    contradictsFor: since(trail.contradictsSince),
    cameTrue: current?.state != null && trail.rows.some((earlier) => same(earlier, current.state!)),
    apart: {
      looks: trail.apart?.looks ?? 0,
      for: since(trail.apart?.since ?? null),
      hasMoved: trail.apart?.hasMoved ?? false,
      blind: trail.apart?.blind ?? 0,
    },
    follows: trail.follows,
    isProven: trail.isProven,
    changedAfterWatermark:
      known !== null && modified !== null && modified > known && (!isShared || (trail.entries[1]?.to ?? 0) >= known),
    isYounger:
      known !== null &&
      row !== null &&
      trail.entries.some(({ from, state }) => from > known && state !== null && same(row, state)),
    isGaining: gap !== null && trail.firstGap !== null && gap < trail.firstGap,
    firstChange,
  };
}

/** The cursor, where the node has reached it; else the one under which the row was first seen as it is, where it has. */
function reached(cursor: number | null, first: number | null, observed: number): number | null {
  if (cursor === null || cursor <= observed) return cursor;
  return first !== null && first <= observed ? first : null;
}
