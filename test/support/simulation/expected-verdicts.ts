import type { Version } from "./history.js";
import type { RunWindow } from "./run-window.js";
import type { StreamRow } from "./table-model.js";
import { type Difference, differingFields, type Look, look } from "./verdict-look.js";
import type { World } from "./world.js";

/** What may be said of one streamId, from everything that both sides were while the tool ran. */
export interface ExpectedVerdict {
  readonly streamId: string;
  readonly onChainId: bigint | null;
  /** What must be reported; "either": drift or lag; null: silence would be right, too. */
  readonly required: "drift" | "lag" | "either" | null;
  readonly allowed: ReadonlySet<"drift" | "lag">;
  /** The sets of fields that may be reported, each sorted and joined. */
  readonly fields: ReadonlySet<string>;
  readonly isFaulted: boolean;
  /** The node may have been behind the row whenever the tool looked. */
  readonly mayBeUnjudged: boolean;
}

/** By streamId; a stream that is not in the map must not be reported at all. */
export function expectedVerdicts(world: World, window: RunWindow): Map<string, ExpectedVerdict> {
  const expected = new Map<string, ExpectedVerdict>();
  const add = (verdict: ExpectedVerdict | null) => {
    if (verdict !== null) expected.set(verdict.streamId, verdict);
  };
  for (const id of world.table.rows.keys()) add(rowVerdict(world, window, id));
  for (const id of world.contract.entries.keys()) add(orphanVerdict(world, window, id));
  return expected;
}

function rowVerdict(world: World, window: RunWindow, streamId: string): ExpectedVerdict | null {
  const { table, contract, plan } = world;
  const history = table.rows.get(streamId)!;
  const rows = history.during(window.first, window.last);
  const onChainId = rows.find(({ value }) => value !== null)?.value?.onChainId;
  if (onChainId === undefined) return null;
  const entries = onChainId === null ? undefined : contract.entries.get(onChainId);
  const entryVersions = entries?.during(window.oldest, window.last) ?? [];
  const isNew = entries?.at(window.oldest) === undefined;
  const agrees = (row: Version<StreamRow | null>) =>
    entryVersions.every((entry) => differingFields(row.value!, entry.value, plan.wideMapping).length === 0);
  if (!isNew && rows.every((row) => row.value !== null && agrees(row))) return null;

  const looks: Look[] = [];
  for (const { at, ledger } of moments(world, window)) {
    const row = history.at(at)?.value ?? null;
    if (row === null) {
      looks.push({ kind: "same" });
      continue;
    }
    const entry = entries?.at(ledger);
    const stream = entry?.value ?? null;
    const fields = differingFields(row, stream, plan.wideMapping);
    const modified = stream === null ? null : entry!.ledger;
    looks.push(look(table.syncedAt(row, at), modified, ledger, fields, plan.maxLag));
  }
  const isFaulted = onChainId === null || world.isFaulted(onChainId);
  const stoodStill = rows.length === 1 && entryVersions.length <= 1;
  return summary(looks, { streamId, onChainId, isFaulted, stoodStill });
}

function orphanVerdict(world: World, window: RunWindow, id: bigint): ExpectedVerdict | null {
  const { table, contract, plan } = world;
  const rowIds = table.rowIdsOf(id);
  const hasRow = (ledger: number) =>
    rowIds.some((rowId) => (table.rows.get(rowId)?.at(ledger)?.value ?? null) !== null);
  const steady = (rowId: string) =>
    table.rows
      .get(rowId)!
      .during(window.first, window.last)
      .every(({ value }) => value !== null);
  if (hasRow(window.first) && rowIds.some(steady)) return null;
  const entries = contract.entries.get(id)!;
  // An id that the contract has not given out yet, as far as the node knows, is not looked for.
  const { staleLedgers, behindLedgers } = plan.network;
  const isKnownAt = (ledger: number) => id < (contract.nextIds.at(ledger - staleLedgers - behindLedgers)?.value ?? 1n);
  const looks = moments(world, window).map(({ at, ledger }): Look => {
    const entry = entries.at(ledger);
    if (hasRow(at) || entry === undefined || entry.value === null || !isKnownAt(at)) return { kind: "same" };
    return look(greatestCursor(world, at), entry.ledger, ledger, ["presence"], plan.maxLag);
  });
  const stoodStill = entries.during(window.oldest, window.last).length === 1;
  return summary(looks, { streamId: `on-chain:${id}`, onChainId: id, isFaulted: world.isFaulted(id), stoodStill });
}

/** Every pair of moments at which the row and then the entry may have been read. */
function moments({ plan }: World, { first, last, oldest }: RunWindow): { at: number; ledger: number }[] {
  const { staleLedgers, behindLedgers } = plan.network;
  const pairs: { at: number; ledger: number }[] = [];
  for (let at = first; at <= last; at++) {
    const from = Math.max(oldest, at - behindLedgers - staleLedgers);
    for (let ledger = from; ledger <= last - behindLedgers; ledger++) {
      pairs.push({ at, ledger });
    }
  }
  return pairs;
}

function summary(
  looks: readonly Look[],
  about: { streamId: string; onChainId: bigint | null; isFaulted: boolean; stoodStill: boolean },
): ExpectedVerdict | null {
  const { isFaulted, stoodStill, ...names } = about;
  const judged = looks.filter(({ kind }) => kind !== "node-behind");
  const differing = judged.filter((found): found is Difference => found.kind === "drift" || found.kind === "lag");
  const mayBeUnjudged = judged.length < looks.length;
  if (differing.length === 0 && !mayBeUnjudged) return null;
  const drifts = differing.filter(({ kind }) => kind === "drift");
  // Of a stream that no fault has touched, drift may only be said once the indexer has had its time.
  const mayDrift = drifts.some(({ byAge }) => isFaulted || byAge);
  const allowed = new Set<"drift" | "lag">();
  if (mayDrift) allowed.add("drift");
  if (differing.length > 0 && (drifts.length < differing.length || !stoodStill || !mayDrift)) allowed.add("lag");
  const always = differing.length === judged.length;
  const required =
    !always || allowed.size === 0 ? null : allowed.size === 2 ? "either" : allowed.has("drift") ? "drift" : "lag";
  return {
    ...names,
    isFaulted,
    mayBeUnjudged,
    required,
    allowed,
    fields: new Set(differing.map(({ fields }) => fields)),
  };
}

/** S for a stream without a row. */
function greatestCursor({ table }: World, ledger: number): number | null {
  if (table.kind !== "touched-row") return table.cursor.at(ledger)?.value ?? null;
  let greatest: number | null = null;
  for (const history of table.rows.values()) {
    const synced = history.at(ledger)?.value?.synced ?? null;
    if (synced !== null && (greatest === null || synced > greatest)) greatest = synced;
  }
  return greatest;
}
