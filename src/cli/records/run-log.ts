import type { Identity } from "../../auth/identity.js";
import { ConfigurationError, ReconcileError } from "../../core/errors.js";
import {
  digestOf,
  finishJournalStep,
  type JournalHead,
  type JournalState,
  type JournalStep,
  type Seals,
} from "../../core/records/journal.js";
import type { JournalFault } from "../../core/records/journal-fault.js";
import type { Settlement } from "../../core/records/journal-note.js";
import { nextStep } from "../../core/records/next-step.js";
import type { RunRecord } from "../../core/records/run-record.js";
import { checkHead } from "../../core/records/seal.js";
import type { Report } from "../../core/report/report.js";
import type { RunRecorder, Sealing } from "../../ports/db-client.js";
import { exitOfError } from "../process/exit-codes.js";

/** Who asked for a run, and the part of the request that the report has no key for. */
export interface Asker {
  readonly requestedBy: string;
  readonly identity: Identity | null;
  readonly dbOnly: boolean;
}

/** The record of one run: written as RUNNING before the work, completed after it, and sealed both times. */
export class RunLog {
  readonly #recorder: RunRecorder;
  readonly #seals: Seals;
  #begun: { readonly record: RunRecord; readonly asker: Asker; readonly step: JournalStep } | null = null;
  #head: JournalHead | null = null;

  private constructor(recorder: RunRecorder, seals: Seals) {
    this.#recorder = recorder;
    this.#seals = seals;
  }

  /** @throws ConfigurationError when the table of run records is missing. */
  static async check(recorder: RunRecorder, seals: Seals): Promise<RunLog> {
    if (await recorder.canRecordRuns()) return new RunLog(recorder, seals);
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

  /**
   * @returns what is wrong with the end of the existing journal, as it was sealed into the record; null: nothing
   * @throws ConfigurationError when the journal is sealed with a key that is not configured.
   */
  async begin(report: Report, asker: Asker): Promise<JournalFault | null> {
    const record: RunRecord = {
      ...recordOf(report, asker),
      finishedAt: null,
      status: "RUNNING",
      exitCode: null,
      summary: null,
    };
    const { step, found } = await this.#append(record, null);
    this.#begun = { record, asker, step };
    return found;
  }

  /**
   * Appends a record of no run, with which a person vouches for the journal as it is.
   * @returns the journal's new head
   * @throws ConfigurationError as `begin`
   */
  async settle(record: RunRecord, settlement: Settlement): Promise<JournalHead> {
    const { step } = await this.#append(record, settlement);
    return step.head;
  }

  /** The head that this run's record has given to the journal; null: the record has not been completed. */
  get head(): JournalHead | null {
    return this.#head;
  }

  async #append(record: RunRecord, settlement: Settlement | null): Promise<ReturnType<typeof nextStep>> {
    let next: ReturnType<typeof nextStep> | null = null;
    await this.#write(record, (state) => {
      refuseOtherKey(state, this.#seals);
      next = nextStep(record, state, this.#seals, settlement);
      return next.step;
    });
    return next!;
  }

  /** @returns why the record could not be completed; null when it was */
  async finish(report: Report, isInterrupted: boolean): Promise<ReconcileError | null> {
    const status = isInterrupted ? "INTERRUPTED" : report.status;
    return this.#complete({ ...recordOf(report, this.#begun!.asker), status, report: JSON.stringify(report) });
  }

  /** Records that the run ended with an error, so that it does not look as if it were still running. */
  async fail(error: unknown, finishedAt: Date): Promise<void> {
    if (this.#begun === null) return;
    const exitCode = exitOfError(error);
    await this.#complete({
      ...this.#begun.record,
      finishedAt: finishedAt.toISOString(),
      status: "INCOMPLETE",
      exitCode,
    });
  }

  async #complete(record: RunRecord): Promise<ReconcileError | null> {
    try {
      const { step } = this.#begun!;
      let head: JournalHead | null = null;
      await this.#write(record, (state) => {
        const last = finishJournalStep(record, step, state, this.#seals);
        head = last.head;
        return last;
      });
      this.#head = head;
      return null;
    } catch (error) {
      if (error instanceof ReconcileError) return error;
      throw error;
    }
  }

  #write(record: RunRecord, next: Sealing["next"]): Promise<void> {
    const keyId = this.#seals.current?.id ?? null;
    return this.#recorder.updateLastRunStatus(record, { keyId, next, digestOf: (run) => digestOf(run, this.#seals) });
  }
}

/** A record sealed without the key, or with an old one, would look forged later. */
function refuseOtherKey({ head, newest, hasSealedBefore }: JournalState, seals: Seals): void {
  const { current, previous } = seals;
  const keyId = head === null ? newest?.record_key : head.recordKey;
  if (keyId == null) return;
  const check = head === null ? null : checkHead(head, seals);
  // Only a head with a valid HMAC proves that another key has replaced this one.
  if (hasSealedBefore && check?.proof === "previous-key" && check.fault === null) {
    throw new ConfigurationError(
      "record_key_retired",
      "auth.recordKey has been replaced and no longer seals records.",
      {
        details: [`The newest record is sealed with key ${keyId}, earlier ones with auth.recordKey.`],
        hints: ["Set auth.recordKey to the newest key or a new one, and list the others in auth.previousRecordKeys."],
      },
    );
  }
  if (current !== null && [current, ...previous].some(({ id }) => id === keyId)) return;
  const details = [`The newest record is sealed with key ${keyId}.`];
  if (current === null) {
    throw new ConfigurationError("record_key_missing", "Run records are sealed with a key, but none is configured.", {
      details,
      hints: [`Set auth.recordKey in the configuration file, for example to "\${NAME}" from the environment.`],
    });
  }
  throw new ConfigurationError("record_key_unknown", "Run records are sealed with a key other than auth.recordKey.", {
    details: [...details, `The id of auth.recordKey is ${current.id}.`],
    hints: ["Correct auth.recordKey. If you replaced it on purpose, add the old key to auth.previousRecordKeys."],
  });
}

function recordOf(report: Report, { requestedBy, identity, dbOnly }: Asker): RunRecord {
  return {
    runId: report.runId,
    startedAt: report.startedAt,
    finishedAt: report.finishedAt,
    status: report.status,
    exitCode: report.exitCode,
    scope: scopeOf(report, dbOnly),
    requestedBy,
    service: identity?.service ?? null,
    keyId: identity?.keyId ?? null,
    toolVersion: report.toolVersion,
    contractId: report.contractId,
    network: report.network,
    ledgerFirst: report.ledger.first,
    ledgerLast: report.ledger.last,
    summary: report.summary,
    report: null,
  };
}

function scopeOf({ scope }: Report, dbOnly: boolean): string {
  if (typeof scope !== "string") return JSON.stringify(scope);
  return dbOnly ? "db-only" : scope;
}
