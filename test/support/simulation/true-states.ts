import type { StreamStruct } from "../streampay-contract.js";
import type { Version } from "./history.js";
import { rowOfStream } from "./row-of-stream.js";
import type { RunWindow } from "./run-window.js";
import type { StreamRow } from "./table-model.js";
import { World } from "./world.js";

/** What truly is the matter with one streamId: told by what happened, and by what would happen if all went on. */
export interface TrueState {
  readonly streamId: string;
  readonly onChainId: bigint | null;
  /**
   * `permanent`: it was wrong from before the run, at every moment of it, and stays wrong when everybody has done what
   * they do. `passing`: left alone, it comes right. `open`: either may be said: it changed its nature during the run.
   */
  readonly kind: "permanent" | "passing" | "open";
  /** The database is later than it may be: that it comes right one day is no excuse. */
  readonly isOverdue: boolean;
  /** The sets of fields that differed at some moment, each sorted and joined. */
  readonly fields: ReadonlySet<string>;
}

/** By streamId; a stream that is not in the map never differed. */
export function trueStates(world: World, window: RunWindow): Map<string, TrueState> {
  // Had the world come to rest before the run: what was wrong then, for good?
  const before = new World(world.plan);
  before.evolve();
  before.comeToRest();
  const looks = looksOf(world, window);
  const isLate = overdue(world, window);
  world.comeToRest();
  const states = new Map<string, TrueState>();
  for (const [streamId, look] of looks) {
    const wasWrong = isWrong(before, streamId, look.onChainId);
    const isWrongStill = isWrong(world, streamId, look.onChainId);
    const isPermanent = wasWrong && isWrongStill && look.always;
    const kind = isPermanent ? "permanent" : wasWrong || isWrongStill ? "open" : "passing";
    // The last look may have been some ledgers before the end.
    const synced = world.table.rows.get(streamId)?.at(window.to - LATEST_LOOK)?.value?.synced ?? window.last;
    const isUnchecked = world.plan.cursor === "checked-row" && window.last - synced > world.plan.maxLag;
    const isOverdue = isLate || isUnchecked;
    states.set(streamId, { streamId, onChainId: look.onChainId, kind, isOverdue, fields: look.fields });
  }
  return states;
}

/** So much of a run may follow its last look at a stream. */
export const LATEST_LOOK = 15;

interface Looks {
  readonly onChainId: bigint | null;
  readonly always: boolean;
  readonly fields: ReadonlySet<string>;
}

/** What differed at some moment of the run. */
function looksOf(world: World, window: RunWindow): Map<string, Looks> {
  const looks = new Map<string, Looks>();
  const add = (streamId: string, look: Looks | null) => {
    if (look !== null && look.fields.size > 0) looks.set(streamId, look);
  };
  for (const id of world.table.rows.keys()) add(id, looksAtRow(world, window, id));
  for (const id of world.contract.entries.keys()) add(orphanId(id), looksAtOrphan(world, window, id));
  return looks;
}

function looksAtRow(world: World, window: RunWindow, streamId: string): Looks | null {
  const rows = spans(world.table.rows.get(streamId)!.during(window.from, window.to));
  const onChainId = rows.find(({ value }) => value !== null)?.value?.onChainId;
  if (onChainId === undefined) return null;
  const fields = new Set<string>();
  let always = true;
  for (const row of rows) {
    if (row.value === null) always = false;
    else
      for (const stream of streamsSeen(world, window, onChainId, row.from)) {
        const differing = differingFields(row.value, stream, world.plan.wideMapping);
        if (differing.length === 0) always = false;
        else fields.add(differing.sort().join());
      }
  }
  return { onChainId, always, fields };
}

function looksAtOrphan(world: World, window: RunWindow, id: bigint): Looks {
  const { staleLedgers, behindLedgers } = world.plan.network;
  const rowIds = world.table.rowIdsOf(id);
  const rows = rowIds.flatMap((rowId) => world.table.rows.get(rowId)!.during(window.from, window.to));
  const hadRow = (time: number) =>
    rowIds.some((rowId) => (world.table.rows.get(rowId)!.at(time)?.value ?? null) !== null);
  const never = rows.every(({ value }) => value === null);
  // An id that the contract has not given out yet, as far as the node knows, is not looked for.
  const isKnownAt = (ledger: number) =>
    id < (world.contract.nextIds.at(ledger - staleLedgers - behindLedgers)?.value ?? 1n);
  const differs = [...streamsSeen(world, window, id, window.from)].map((stream) => stream !== null);
  const ever = (!hadRow(window.from) || !hadRow(window.to)) && differs.includes(true) && isKnownAt(window.last);
  const always = never && !differs.includes(false) && isKnownAt(window.first);
  return { onChainId: id, always, fields: new Set(ever ? ["presence"] : []) };
}

/** What the node may have shown of a stream to a look that began at a time. */
function* streamsSeen(
  world: World,
  window: RunWindow,
  id: bigint | null,
  from: number,
): Generator<StreamStruct | null> {
  const history = id === null ? undefined : world.contract.entries.get(id);
  const { staleLedgers, behindLedgers } = world.plan.network;
  const oldest = world.headAt(Math.max(from, window.from)) - staleLedgers - behindLedgers;
  if (history?.at(oldest) === undefined) yield null;
  for (const { value } of history?.during(oldest, window.last - behindLedgers) ?? []) yield value;
}

/** Versions with the times from which they held. */
function spans<T>(versions: readonly Version<T>[]): { readonly from: number; readonly value: T }[] {
  return versions.map(({ ledger, value }) => ({ from: ledger, value }));
}

/** Whether the two sides differ now. */
function isWrong({ table, contract, plan }: World, streamId: string, onChainId: bigint | null): boolean {
  const stream = onChainId === null ? null : contract.stream(onChainId);
  if (onChainId !== null && streamId === orphanId(onChainId)) {
    return stream !== null && table.rowsOf(onChainId).length === 0;
  }
  const row = table.row(streamId);
  return row !== null && differingFields(row, stream, plan.wideMapping).length > 0;
}

/** Whether, by the end of the run, something that the contract did had been left undone for longer than allowed. */
function overdue(world: World, { last, to }: RunWindow): boolean {
  const { maxLag, cursor, indexer } = world.plan;
  if (cursor === "checked-row") return last - world.indexedUpTo > maxLag - indexer.checkRound - 2;
  // What was overdue a little before the end may have been judged then, and rows show it only once they are written.
  const done = world.table.cursor.at(to - indexer.writeDelay.most)?.value ?? 0;
  const { least } = indexer.lag;
  const late = Math.max(last - done, least);
  const first = world.contract.events.find(({ ledger }) => ledger > done)?.ledger ?? last;
  return late > maxLag && last - first > maxLag;
}

const orphanId = (id: bigint): string => `on-chain:${id}`;

/** The fields that the mapping compares and that differ. */
function differingFields(row: StreamRow, stream: StreamStruct | null, isWide: boolean): string[] {
  if (stream === null) return ["presence"];
  const right = rowOfStream(stream, stream.id, null);
  const names: string[] = [];
  if (row.recipient !== right.recipient) names.push("recipient");
  if (row.total !== right.total) names.push("total_amount");
  if (row.released !== right.released) names.push("released_amount");
  if (row.status !== right.status) names.push("status");
  if (isWide && row.sender !== right.sender) names.push("sender");
  if (isWide && row.end !== right.end) names.push("end_time");
  return names;
}
