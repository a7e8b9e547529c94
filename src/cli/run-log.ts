import { ConfigurationError, ReconcileError } from "../core/errors.js";
import type { Report } from "../core/report.js";
import type { RunRecord } from "../core/run-record.js";
import type { RunRecorder } from "../ports/db-client.js";
import { exitOfError } from "./exit-codes.js";

/** The record of one run: RUNNING before the work, completed after it. */
export class RunLog {
  readonly #recorder: RunRecorder;
  #begun: RunRecord | null = null;

  private constructor(recorder: RunRecorder) {
    this.#recorder = recorder;
  }

  /** @throws ConfigurationError when the table of run records is missing. */
  static async check(recorder: RunRecorder): Promise<RunLog> {
    if (await recorder.canRecordRuns()) return new RunLog(recorder);
    throw new ConfigurationError(
      "run_table_missing",
      "The table reconciliation_runs, which keeps the run's record, does not exist.",
      {
        hints: [
          "Create it once with: reconcile-streams migrate (see the SQL first with: reconcile-streams migrate --print)",
          "Or check without a record: --dry-run",
        ],
      },
    );
  }

  async begin(report: Report, requestedBy: string): Promise<void> {
    this.#begun = {
      ...recordOf(report),
      requestedBy,
      finishedAt: null,
      status: "RUNNING",
      exitCode: null,
      summary: null,
      report: null,
    };
    await this.#recorder.updateLastRunStatus(this.#begun);
  }

  /** @returns why the record could not be completed; null when it was */
  async finish(report: Report, isInterrupted: boolean): Promise<ReconcileError | null> {
    const status = isInterrupted ? "INTERRUPTED" : report.status;
    const { requestedBy } = this.#begun!;
    return this.#update({ ...recordOf(report), requestedBy, status, report: JSON.stringify(report) });
  }

  /** The run ended by an error: nobody shall take it for one that is still at work. */
  async fail(error: unknown, finishedAt: Date): Promise<void> {
    if (this.#begun === null) return;
    const exitCode = exitOfError(error);
    await this.#update({ ...this.#begun, finishedAt: finishedAt.toISOString(), status: "INCOMPLETE", exitCode });
  }

  async #update(record: RunRecord): Promise<ReconcileError | null> {
    try {
      await this.#recorder.updateLastRunStatus(record);
      return null;
    } catch (error) {
      if (error instanceof ReconcileError) return error;
      throw error;
    }
  }
}

function recordOf(report: Report): Omit<RunRecord, "requestedBy"> {
  return {
    runId: report.runId,
    startedAt: report.startedAt,
    finishedAt: report.finishedAt,
    status: report.status,
    exitCode: report.exitCode,
    scope: typeof report.scope === "string" ? report.scope : JSON.stringify(report.scope),
    toolVersion: report.toolVersion,
    contractId: report.contractId,
    network: report.network,
    ledgerFirst: report.ledger.first,
    ledgerLast: report.ledger.last,
    summary: report.summary,
    report: null,
  };
}
