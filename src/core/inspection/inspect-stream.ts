import type { StreamRow } from "../../ports/db-client.js";
import { instanceStorage } from "../contract/instance-storage.js";
import type { Layout } from "../contract/layout.js";
import { type StreamLocator, streamLocator } from "../contract/stream-key.js";
import type { Observation } from "../look/observation.js";
import type { Report } from "../report/report.js";
import { idOfOrphan } from "../report/stream-outcome.js";
import type { Policy } from "../rules/judge.js";
import { lifetimeOf } from "../rules/lifetime.js";
import { type RowPlan, rowOnChainId, rowStreamId } from "../rules/mapping.js";
import { bytesText } from "../values/byte-text.js";
import { cut } from "../values/cut.js";
import { readOr } from "../values/field.js";
import { encodeScVal } from "../xdr/encode.js";
import { type BalanceTime, balancesOf } from "./balances.js";
import { inspectFields } from "./inspected-fields.js";
import type { Inspection, RawEntry } from "./inspection.js";
import { reasonOf, resultOf } from "./reason.js";
import type { HistoryQuestion } from "./stream-history.js";

export interface InspectionFacts {
  readonly asked: string;
  readonly report: Report;
  /** The stream at the run's last look; null: it was not read. */
  readonly seen: Observation | null;
  /** The last row that was read, even if it no longer exists; null: there was none. */
  readonly row: StreamRow | null;
  readonly layout: Layout;
  readonly plan: RowPlan;
  readonly policy: Policy;
  /** This machine's time. */
  readonly now: Date;
  /** Whether to show the raw entry. */
  readonly raw: boolean;
}

/** The stream's current state, without its history. */
export function inspectStream(facts: InspectionFacts): Omit<Inspection, "history"> {
  const { report, seen, layout, plan, policy, now } = facts;
  const verdict = resultOf(report);
  // A row that disappeared after the first look still gives the stream's on-chain id.
  const row = verdict === "missing-in-db" ? null : facts.row;
  const id = (facts.row === null ? null : rowOnChainId(facts.row, plan)) ?? idOfOrphan(facts.asked);
  const locator = streamLocator(layout, report.contractId);
  const isPossible = id !== null && id >= 0n && id <= locator.greatestId;
  const chain = seen?.chain ?? null;
  const stream = chain?.kind === "stream" ? chain.stream : null;
  const ledger = ledgersOf(facts);
  const fields = row === null && stream === null ? [] : inspectFields(layout, plan, row, stream, policy);
  return {
    toolVersion: report.toolVersion,
    inspectedAt: now,
    streamId: cut(row === null ? facts.asked : rowStreamId(row, plan)),
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
    balances: stream === null ? null : balancesOf(stream, layout, timeOf(seen, now)),
    lifetime:
      chain?.kind === "stream" && seen !== null && seen.ledger !== null
        ? lifetimeOf(chain.liveUntil, seen.ledger, policy.ttlWarningLedgers)
        : null,
    violations: report.violations,
    errors: report.errors,
    notices: report.notices,
    raw: isPossible ? rawEntry(id, seen?.entry ?? null, locator) : null,
    // The bytes are all there is to show of an unreadable entry.
    showRaw: facts.raw || chain?.kind === "fault",
  };
}

/** The question for the chain's history; null if there is none. */
export function historyQuestion(inspection: Omit<Inspection, "history">, layout: Layout): HistoryQuestion | null {
  const { onChainId: id, contractId, fields, verdict, violations, errors } = inspection;
  const { dbSynced: synced, chainModified: modified, observed } = inspection.ledger;
  const isUnknown = errors.some(({ code }) => code === "stream_not_found");
  if (id === null || observed === null || isUnknown) return null;
  const differences = fields.flatMap(
    ({ field, type, role, comparison, dbMeaning: rowValue, onChainValue, difference }) =>
      comparison === "differs" ? [{ field, type, role, rowValue, onChainValue, difference }] : [],
  );
  const lastChangeOnly = verdict === "in-sync" && violations.length === 0;
  return { contractId, layout, id, synced, modified, observed, differences, lastChangeOnly };
}

/** Why there is no question. */
export function whyNoHistory({ verdict }: Pick<Inspection, "verdict">): string {
  return verdict === "not-found" ? "there is no such stream" : "the stream's entry was not read";
}

function ledgersOf({ report, seen }: InspectionFacts): Inspection["ledger"] {
  // Prefer the report's ledgers: only it knows the ledger that replaces a missing row's.
  const reported = report.discrepancies[0]?.ledger;
  if (reported !== undefined) return reported;
  const chainModified = seen?.entry?.kind === "entry" ? seen.entry.lastModifiedLedger : null;
  return { dbSynced: seen?.synced ?? null, chainModified, observed: seen?.ledger ?? null };
}

/** The close of the entry's ledger or of a later one, or else this machine's time. */
function timeOf(seen: Observation | null, now: Date): BalanceTime {
  const head = seen?.head ?? null;
  if (head === null || head.closeTime === null || head.ledger < (seen?.ledger ?? 0)) {
    return { seconds: BigInt(Math.floor(now.getTime() / 1000)), source: { kind: "clock" } };
  }
  const kind = head.ledger === seen?.ledger ? "ledger" : "later-ledger";
  return { seconds: head.closeTime, source: { kind, ledger: head.ledger } };
}

function rawEntry(id: bigint, entry: Observation["entry"], locator: StreamLocator): RawEntry {
  const key = locator.ledgerKey(id);
  if (entry?.kind !== "entry") return { key, value: null };
  const inner = locator.innerKey(id);
  return { key, value: inner === null ? entry.value : innerValue(entry.value, inner) };
}

/** The stream's part of the instance entry, or the whole entry if it cannot be decoded. */
function innerValue(instance: Uint8Array, inner: Uint8Array): Uint8Array | null {
  return readOr(
    () => {
      const value = instanceStorage(instance).get(bytesText(inner));
      return value === undefined ? null : encodeScVal(value);
    },
    () => instance,
  );
}
