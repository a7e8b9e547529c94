import type { RunRecord } from "./run-record.js";

/**
 * A row of `reconciliation_runs`, every column as text: times in ISO 8601 UTC with at least three decimals, integers in
 * decimal digits, everything else unchanged. A malformed value is kept as it is; it equals nothing that was sealed.
 */
export type RunColumns = Readonly<Record<string, string | null>>;

type Value = (run: RunRecord) => string | number | null;

/** The facts of a run, in the order in which they are sealed (docs/run-records.md). */
const FACTS: Readonly<Record<string, Value>> = {
  run_id: (run) => run.runId,
  started_at: (run) => run.startedAt,
  finished_at: (run) => run.finishedAt,
  status: (run) => run.status,
  exit_code: (run) => run.exitCode,
  scope: (run) => run.scope,
  requested_by: (run) => run.requestedBy,
  tool_version: (run) => run.toolVersion,
  contract_id: (run) => run.contractId,
  network: (run) => run.network,
  ledger_first: (run) => run.ledgerFirst,
  ledger_last: (run) => run.ledgerLast,
  streams_checked: (run) => run.summary?.streamsChecked ?? null,
  in_sync: (run) => run.summary?.inSync ?? null,
  drifted: (run) => run.summary?.drifted ?? null,
  lagging: (run) => run.summary?.lagging ?? null,
  missing_on_chain: (run) => run.summary?.missingOnChain ?? null,
  missing_in_db: (run) => run.summary?.missingInDb ?? null,
  violations: (run) => run.summary?.violations ?? null,
  unchecked: (run) => run.summary?.unchecked ?? null,
  service: (run) => run.service,
  key_id: (run) => run.keyId,
};

/** The columns that are sealed; the report is represented by its digest. */
export const SEALED_COLUMNS: readonly string[] = [
  ...Object.keys(FACTS),
  "sequence",
  "previous_digest",
  "report_digest",
  "record_key",
];

/** The columns beyond the run's facts; a record older than sealing has none of them. */
export const SEAL_COLUMNS = [
  "sequence",
  "previous_digest",
  "report_digest",
  "record_key",
  "record_digest",
  "record_hmac",
  "journal_note",
] as const;

/** The run's facts and its report, not yet sealed. */
export function factsOf(run: RunRecord): RunColumns {
  const facts = Object.entries(FACTS).map(([name, value]) => [name, textOf(value(run))]);
  return { ...Object.fromEntries(facts), report: run.report };
}

function textOf(value: string | number | null): string | null {
  return value === null ? null : String(value);
}

/**
 * The text (as UTF-8) that digest and HMAC are made from: one line per column, with the length of its value in bytes,
 * so that no two records have the same text. Only a record with a note is of version 2.
 */
export function sealedText(run: RunColumns): string {
  const columns = SEALED_COLUMNS.map((name) => line(name, run[name] ?? null)).join("");
  const note = run.journal_note ?? null;
  if (note === null) return `reconcile-streams-record-v1\n${columns}`;
  return `reconcile-streams-record-v2\n${columns}${line("journal_note", note)}`;
}

/** One value of a sealed text. */
export function line(name: string, value: string | null): string {
  return value === null ? `${name}:-\n` : `${name}:${new TextEncoder().encode(value).length}:${value}\n`;
}

/** A record's place, from 1; 0: not a number. */
export function numberOf(sequence: string | null | undefined): number {
  return /^[1-9]\d{0,14}$/.test(sequence ?? "") ? Number(sequence) : 0;
}
