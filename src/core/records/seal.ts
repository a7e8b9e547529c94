import { parseForeignJson } from "../values/foreign-json.js";
import { headText, type JournalHead, type RecordKey, reportDigestOf, type Seals } from "./journal.js";
import { type RunColumns, sealedText } from "./run-columns.js";

/** What a seal proves. */
export type Proof =
  /** The record names the current key, or an earlier one; the HMAC is checked with it. */
  | "current-key"
  | "previous-key"
  /** The HMAC was made with a key that is not configured here. */
  | "unknown-key"
  /** There is no HMAC: anyone who can write to the table can forge such a record. */
  | "digest-only";

export interface SealCheck {
  /** What the record's digest must be. */
  readonly digest: string;
  /** What is wrong with the record by itself; null: nothing. */
  readonly fault: string | null;
  readonly proof: Proof;
}

/** Whether a record is what was sealed, regardless of its neighbours. */
export function checkSeal(run: RunColumns, seals: Seals): SealCheck {
  const text = sealedText(run);
  const digest = seals.digest(text);
  const proof = proofOf(run.record_key ?? null, seals);
  const isIntact = run.record_digest === digest;
  const signed = hmacFault(text, run.record_key ?? null, run.record_hmac ?? null, seals);
  if (reportDigestOf(run, seals) !== (run.report_digest ?? null)) {
    const what = isIntact ? "report is not the one that was sealed" : "report and report_digest do not match";
    return { digest, proof, fault: `${what} (its SHA-256 is not report_digest)` };
  }
  if (isIntact) return { digest, proof, fault: signed };
  const isSigned = signed === null && run.record_hmac != null && proof !== "unknown-key";
  return { digest, proof, fault: isSigned ? "record_digest is not the record's own" : alteredColumns(run) };
}

/** The same for the head of a journal. */
export function checkHead(head: JournalHead, seals: Seals): { readonly fault: string | null; readonly proof: Proof } {
  const fault = hmacFault(headText(head), head.recordKey, head.headHmac, seals);
  return { fault, proof: proofOf(head.recordKey, seals) };
}

function hmacFault(text: string, keyId: string | null, hmac: string | null, seals: Seals): string | null {
  if (keyId === null) return hmac === null ? null : "it has an HMAC, but record_key names no key";
  if (hmac === null) return "its HMAC was removed";
  const key = keyOf(keyId, seals);
  if (key === null || key.fits(text, hmac)) return null;
  return "its HMAC does not fit: it was written without the record key";
}

function proofOf(keyId: string | null, seals: Seals): Proof {
  if (keyId === null) return "digest-only";
  if (seals.current?.id === keyId) return "current-key";
  return keyOf(keyId, seals) === null ? "unknown-key" : "previous-key";
}

function keyOf(id: string, { current, previous }: Seals): RecordKey | null {
  return [current, ...previous].find((key) => key?.id === id) ?? null;
}

/** The digest shows that something was changed; the sealed report often shows what. */
function alteredColumns(run: RunColumns): string {
  const differing = Object.entries(columnsOfReport(run)).filter(([name, value]) => run[name] !== value);
  const named = differing.map(
    ([name, value]) => `${name} is ${run[name] ?? "NULL"}, the report says ${value ?? "NULL"}`,
  );
  const sealed = "its columns are not those that were sealed";
  return named.length === 0 ? sealed : `${sealed}: ${named.join("; ")}`;
}

/** The columns that the sealed report repeats. */
function columnsOfReport(run: RunColumns): Record<string, string | null> {
  const report = parsed(run.report ?? null);
  if (report === null) return {};
  const summary = parsedObject(report.summary);
  const ledger = parsedObject(report.ledger);
  const found: Record<string, unknown> = {
    run_id: report.runId,
    started_at: report.startedAt,
    finished_at: report.finishedAt,
    exit_code: report.exitCode,
    tool_version: report.toolVersion,
    contract_id: report.contractId,
    network: report.network,
    ledger_first: ledger.first,
    ledger_last: ledger.last,
    streams_checked: summary.streamsChecked,
    in_sync: summary.inSync,
    drifted: summary.drifted,
    lagging: summary.lagging,
    missing_on_chain: summary.missingOnChain,
    missing_in_db: summary.missingInDb,
    violations: summary.violations,
    unchecked: summary.unchecked,
  };
  // The record of an interrupted run says so; its report says INCOMPLETE.
  if (run.status !== "INTERRUPTED" || report.status !== "INCOMPLETE") found.status = report.status;
  const told = Object.entries(found).filter(([, value]) => value !== undefined);
  return Object.fromEntries(told.map(([name, value]) => [name, value === null ? null : textOf(value)]));
}

/** An object of a forged report may have a toString of its own. */
const textOf = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

function parsed(text: string | null): Record<string, unknown> | null {
  if (text === null) return null;
  try {
    return parsedObject(parseForeignJson(text));
  } catch {
    return null;
  }
}

function parsedObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
