import type { RunStatus, RunSummary } from "../report/report.js";

/**
 * What one run leaves in `reconciliation_runs`: written as RUNNING before the work, completed after it. A record that
 * settles a journal (journal-note.ts) is of no run.
 */
export interface RunRecord {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly status: "RUNNING" | RunStatus | "INTERRUPTED" | "BREAK_ACCEPTED" | "REKEYED";
  readonly exitCode: number | null;
  /** `"all-streams"`, `"db-only"` (only the rows), the JSON array of the requested ids, or `"journal"` (no run). */
  readonly scope: string;
  readonly requestedBy: string;
  /** The service that asked, and its key in `auth.keys`; null: no identity. */
  readonly service: string | null;
  readonly keyId: string | null;
  readonly toolVersion: string;
  readonly contractId: string;
  readonly network: string | null;
  readonly ledgerFirst: number | null;
  readonly ledgerLast: number | null;
  readonly summary: RunSummary | null;
  /** The report (docs/report.md#keys) as JSON text, byte for byte as written. */
  readonly report: string | null;
}
