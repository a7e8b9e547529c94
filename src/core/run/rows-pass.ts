import type { RowSelection } from "../again/later-look.js";
import type { Observation } from "../look/observation.js";
import type { Agreements } from "../look/observer.js";
import { idOfOrphan, orphanId, unchecked } from "../report/stream-outcome.js";
import { ledgerIn, rowCursor, rowOnChainId, rowStreamId } from "../rules/mapping.js";
import { duplicateRow } from "./completeness.js";
import type { Reconciliation, RunContext } from "./run-context.js";

/** Looks at every row and its stream: all of them, or those that were asked for. */
export async function compareRows(context: RunContext): Promise<void> {
  const { only } = context.run;
  await readRows(context, only === null ? null : { by: "streamId", values: only });
  await readIdsAskedFor(context);
  await reportNotFound(context);
}

async function readRows(context: RunContext, selection: RowSelection): Promise<void> {
  const { books, observer } = context;
  const snapshot = await context.openRows(selection);
  const agreements: Agreements = {
    mayTake: (onChainId) => books.mayTake(onChainId),
    take: (found) => books.takeAgreement(found),
  };
  const seenRows: Observation[] = [];
  for await (const batch of observer.rows(snapshot, context.isFull ? agreements : null)) {
    for (const seen of batch) takeRow(context, seen);
    if (context.run.isThorough) seenRows.push(...batch);
    context.tellProgress();
    await context.room();
  }
  await findTwins(context, seenRows);
}

function takeRow(context: RunContext, seen: Observation): void {
  const { awaited, books } = context;
  if (seen.onChainId !== null && awaited.size > 0) awaited.delete(orphanId(seen.onChainId));
  if (books.takeRow(seen)) return takeStream(context, seen);
  awaited.delete(seen.streamId);
  context.addViolation(duplicateRow(seen.streamId, seen.onChainId!));
  context.judge(seen);
}

/** A stream that was not seen before. */
export function takeStream(context: RunContext, seen: Observation): void {
  context.awaited.delete(seen.streamId);
  context.books.takeStream(seen);
  context.judge(seen);
}

/** The report calls a stream without a row `on-chain:<id>`, so that is what people ask for. */
async function readIdsAskedFor(context: RunContext): Promise<void> {
  const { awaited, observer } = context;
  const limit = observer.greatestId;
  const ids = () => [...awaited].map(idOfOrphan).filter((id): id is bigint => id !== null && id <= limit);
  if (ids().length === 0) return;
  await readRows(context, { by: "onChainId", values: ids().map(String) });
  if (ids().length === 0) return;
  const spelled = await findSpellings(context, ids());
  if (spelled.length > 0) await readRows(context, { by: "onChainId", values: spelled });
  if (ids().length === 0) return;
  for await (const batch of observer.ids(ids())) {
    for (const seen of batch) {
      if (seen.outcome !== null) takeStream(context, seen);
      else if (context.run.isThorough) takeNothing(context, seen);
    }
  }
}

/** Neither side has the stream: the counter may be all that says anything about its id. */
function takeNothing(context: RunContext, seen: Observation): void {
  context.books.completeness.note(seen);
  context.judge(seen);
}

/**
 * Goes through all rows: a missing row is judged by the greatest cursor of all of them, also when only a few were asked
 * for, and rows may write an id in a way of their own ("007").
 * @returns how rows write the ids that were asked for
 */
async function findSpellings(context: RunContext, wanted: readonly bigint[]): Promise<string[]> {
  const { plan, readRows } = context.run;
  const ids = new Set(wanted);
  const spelled: string[] = [];
  const { pages } = await readRows(null);
  for await (const page of pages) {
    for (const row of page) {
      context.books.takeCursor(rowCursor(row, plan));
      const id = rowOnChainId(row, plan);
      if (id !== null && ids.has(id)) spelled.push(String(row[plan.onChainIdIndex]));
    }
  }
  return spelled;
}

/** That another row names the same stream: a run of all streams sees it, a thorough one of a few has to ask. */
async function findTwins(context: RunContext, seenRows: readonly Observation[]): Promise<void> {
  const { run } = context;
  const linked = seenRows.filter(({ onChainId }) => onChainId !== null);
  if (linked.length === 0) return;
  const values = [...new Set(linked.map(({ onChainId }) => String(onChainId)))];
  const names = new Map<bigint, string[]>();
  for await (const page of (await run.readRows({ by: "onChainId", values })).pages) {
    for (const row of page) {
      const id = rowOnChainId(row, run.plan);
      if (id !== null) names.set(id, [...(names.get(id) ?? []), rowStreamId(row, run.plan)]);
    }
  }
  for (const { streamId, onChainId } of linked) {
    const others = names.get(onChainId!) ?? [];
    const isBooked = linked.filter((seen) => seen.onChainId === onChainId).length > 1;
    if (others.length < 2 || isBooked) continue;
    const other = others.find((name) => name !== streamId) ?? streamId;
    const message = `the row ${JSON.stringify(other)} names the same stream of the contract, ${onChainId}`;
    context.addViolation({ ...duplicateRow(streamId, onChainId!), message });
  }
}

async function reportNotFound(context: RunContext): Promise<void> {
  const { run, awaited, findings, books } = context;
  if (awaited.size === 0) return;
  const column = run.plan.columns[run.plan.streamIdIndex];
  const similar = await run.similarIds?.([...awaited]);
  for (const streamId of awaited) {
    const id = idOfOrphan(streamId);
    const neither = `neither the database nor the contract has a stream ${id}`;
    if (id === null) {
      const message = `the database has no row whose ${column} is ${JSON.stringify(streamId)}${similar?.get(streamId) ?? ""}`;
      findings.add(unchecked(streamId, "stream_not_found", message));
    } else if (books.completeness.hasHole(id)) {
      const message = `${neither}, although the contract has given that id away: it was deleted, or lost`;
      findings.add(unchecked(streamId, "stream_gone", message));
    } else {
      findings.add(unchecked(streamId, "stream_not_found", neither));
    }
  }
}

/** Shows the rows that were asked for where the chain is out of reach: nothing can be judged, but a person wants to see them. */
export async function showRows({ readRows, only, plan, onObservation }: Reconciliation): Promise<void> {
  const unasked = {
    cursorFault: null,
    entry: null,
    chain: null,
    ledger: null,
    now: null,
    head: null,
    db: null,
    outcome: null,
  };
  for (const streamId of only ?? []) {
    const id = idOfOrphan(streamId);
    const { globalCursor, pages } = await readRows(
      id === null ? { by: "streamId", values: [streamId] } : { by: "onChainId", values: [String(id)] },
    );
    for await (const page of pages) {
      for (const row of page) {
        const synced = rowCursor(row, plan) ?? ledgerIn(globalCursor ?? null);
        const names = { streamId: rowStreamId(row, plan), onChainId: rowOnChainId(row, plan) };
        onObservation?.({ ...unasked, ...names, synced, row }, 0);
      }
    }
  }
}
