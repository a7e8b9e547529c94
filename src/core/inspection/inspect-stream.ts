import type { EntryFault, LedgerEntry, LedgerHead } from "../../ports/on-chain-client.js";
import { bytesText, instanceStorage } from "../contract/instance-storage.js";
import type { Layout } from "../contract/layout.js";
import { type StreamLocator, streamLocator } from "../contract/stream-key.js";
import { StreamsOnChain } from "../contract/stream-on-chain.js";
import type { Report } from "../report/report.js";
import { idOfOrphan } from "../report/stream-outcome.js";
import type { Policy } from "../rules/judge.js";
import { ledgerIfReadable, type RowPlan, rowOnChainId, rowStreamId } from "../rules/mapping.js";
import type { RawValue } from "../values/column-value.js";
import { UnreadableValue } from "../values/field.js";
import { encodeScVal } from "../xdr/encode.js";
import { XdrError } from "../xdr/xdr-error.js";
import { type BalanceTime, balancesOf } from "./balances.js";
import { inspectFields } from "./inspected-fields.js";
import type { Inspection, InspectionResult, RawEntry } from "./inspection.js";
import { lifetimeOf } from "./lifetime.js";
import { reasonOf, resultOf } from "./reason.js";
import type { HistoryQuestion } from "./stream-history.js";

/** The last answer for an entry, and the ledger at which it was read. */
export interface SeenEntry {
  readonly entry: LedgerEntry | EntryFault | null;
  readonly ledger: number;
}

/** What was read of the stream when the report's verdict was reached. */
export interface Evidence {
  /** The row's columns in the plan's order; null where there is none, or the database was not read. */
  readonly row: readonly RawValue[] | null;
  /** S where it is kept for all rows at one place; undefined where each row tells its own. */
  readonly globalCursor: RawValue | undefined;
  /** The last answer for a LedgerKey; null where the chain was not asked for it. */
  entryOf(key: Uint8Array): SeenEntry | null;
  /** Ledgers and close times that the chain told. */
  readonly heads: readonly LedgerHead[];
}

export interface InspectionFacts {
  readonly asked: string;
  readonly report: Report;
  readonly evidence: Evidence;
  readonly layout: Layout;
  readonly plan: RowPlan;
  readonly policy: Policy;
  /** The time by this machine's clock. */
  readonly now: Date;
  /** Whether the raw entry is wanted. */
  readonly raw: boolean;
}

/** The stream as it is, before anything is known of how it came about. */
export function inspectStream(facts: InspectionFacts): Omit<Inspection, "history"> {
  const { report, evidence, layout, plan, policy, now } = facts;
  const verdict = resultOf(report);
  // A row that was there at the first look and gone at the last has still told which stream it was about.
  const row = verdict === "missing-in-db" ? null : evidence.row;
  const id = (evidence.row === null ? null : rowOnChainId(evidence.row, plan)) ?? idOfOrphan(facts.asked);
  const locator = streamLocator(layout, report.contractId);
  const isPossible = id !== null && id >= 0n && id <= locator.greatestId;
  const seen = isPossible ? evidence.entryOf(locator.ledgerKey(id)) : null;
  const record = seen === null || id === null ? null : new StreamsOnChain(layout, locator).find(id, seen.entry);
  const stream = record?.kind === "stream" ? record.stream : null;
  const ledger = ledgersOf(facts, row, seen);
  const fields = row === null && stream === null ? [] : inspectFields(layout, plan, row, stream, policy);
  return {
    toolVersion: report.toolVersion,
    inspectedAt: now,
    streamId: row === null ? facts.asked : rowStreamId(row, plan),
    onChainId: id,
    contractId: report.contractId,
    layout: layout.name,
    network: report.network,
    status: report.status,
    exitCode: report.exitCode,
    verdict,
    reason: reasonOf(report, verdict, ledger, policy.maxLagLedgers),
    ledger,
    fields,
    token: fields.find(({ role }) => role === "token")?.onChainValue ?? null,
    tokens: report.tokens,
    balances: stream === null ? null : balancesOf(stream, layout, timeOf(evidence, seen, now)),
    lifetime:
      record?.kind === "stream" && seen !== null
        ? lifetimeOf(record.liveUntil, seen.ledger, policy.ttlWarningLedgers)
        : null,
    violations: report.violations,
    errors: report.errors,
    notices: report.notices,
    raw: isPossible ? rawEntry(id, seen, locator) : null,
    // Of an entry that cannot be read, its bytes are all that there is to see.
    showRaw: facts.raw || record?.kind === "fault",
  };
}

/** What to ask the chain's history; null where there is nothing to look for. */
export function historyQuestion(
  inspection: Pick<Inspection, "onChainId" | "contractId" | "ledger" | "fields" | "verdict" | "violations">,
  layout: Layout,
): HistoryQuestion | null {
  const { onChainId: id, contractId, fields, verdict, violations } = inspection;
  const { dbSynced: synced, chainModified: modified, observed } = inspection.ledger;
  if (id === null || observed === null) return null;
  const differences = fields.flatMap(
    ({ field, type, role, comparison, dbMeaning: rowValue, onChainValue, difference }) =>
      comparison === "differs" ? [{ field, type, role, rowValue, onChainValue, difference }] : [],
  );
  const lastChangeOnly = verdict === "in-sync" && violations.length === 0;
  return { contractId, layout, id, synced, modified, observed, differences, lastChangeOnly };
}

/** Why there is nothing to ask. */
export function whyNoHistory(verdict: InspectionResult): string {
  return verdict === "not-found" ? "there is no such stream" : "the stream's entry was not read";
}

function ledgersOf(
  { report, evidence, plan }: InspectionFacts,
  row: Evidence["row"],
  seen: SeenEntry | null,
): Inspection["ledger"] {
  // The report's own, where it has them: what stands in for a missing row's is known there alone.
  const told = report.discrepancies[0]?.ledger;
  if (told !== undefined) return told;
  const cursor = plan.cursorIndex === null ? evidence.globalCursor : row?.[plan.cursorIndex];
  const chainModified = seen?.entry?.kind === "entry" ? seen.entry.lastModifiedLedger : null;
  return {
    dbSynced: cursor === undefined ? null : ledgerIfReadable(cursor),
    chainModified,
    observed: seen?.ledger ?? null,
  };
}

/** The close of the entry's own ledger, else of the first later one that is known, else our clock's time. */
function timeOf({ heads }: Evidence, seen: SeenEntry | null, now: Date): BalanceTime {
  const ledger = seen?.ledger ?? 0;
  const known = heads
    .filter((head) => head.closeTime !== null && head.ledger >= ledger)
    .sort((a, b) => a.ledger - b.ledger)[0];
  if (known === undefined) {
    return { seconds: BigInt(Math.floor(now.getTime() / 1000)), source: { kind: "clock" } };
  }
  const kind = known.ledger === ledger ? "ledger" : "later-ledger";
  return { seconds: known.closeTime!, source: { kind, ledger: known.ledger } };
}

function rawEntry(id: bigint, seen: SeenEntry | null, locator: StreamLocator): RawEntry {
  const key = locator.ledgerKey(id);
  if (seen?.entry?.kind !== "entry") return { key, value: null };
  const inner = locator.innerKey(id);
  return { key, value: inner === null ? seen.entry.value : innerValue(seen.entry.value, inner) };
}

/** The stream's part of the instance entry; the whole of it where it cannot be taken apart. */
function innerValue(instance: Uint8Array, inner: Uint8Array): Uint8Array | null {
  try {
    const value = instanceStorage(instance).get(bytesText(inner));
    return value === undefined ? null : encodeScVal(value);
  } catch (error) {
    if (error instanceof XdrError || error instanceof UnreadableValue) return instance;
    throw error;
  }
}
