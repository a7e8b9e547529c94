import type { RunStatus, RunSummary } from "../report/report.js";

/** What one run leaves behind in `reconciliation_runs`: written as RUNNING before the work, completed after it. */
export interface RunRecord {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly status: "RUNNING" | RunStatus | "INTERRUPTED";
  readonly exitCode: number | null;
  /** `"all-streams"`, `"db-only"` (all rows, and nothing beyond them), or the JSON array of the ids that were asked for. */
  readonly scope: string;
  readonly requestedBy: string;
  /** The service that asked, and the key of `auth.keys` that it is known by; null: nobody in particular. */
  readonly service: string | null;
  readonly keyId: string | null;
  readonly toolVersion: string;
  readonly contractId: string;
  readonly network: string | null;
  readonly ledgerFirst: number | null;
  readonly ledgerLast: number | null;
  readonly summary: RunSummary | null;
  /** The report (docs/report.md#keys) as JSON text, byte for byte as it was made. */
  readonly report: string | null;
}
