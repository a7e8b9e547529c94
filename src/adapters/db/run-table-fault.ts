import { ConfigurationError, ReconcileError, RunLocked, UnavailableError } from "../../core/errors.js";
import { faultMessage } from "./fault.js";
import { RUN_TABLE } from "./run-table.js";

const DRY_RUN = "Or run with --dry-run, which leaves no record.";
const MIGRATE = "reconcile-streams migrate creates the table; with --print it shows the SQL.";

/** There is no table of run records. */
export function runTableMissing(): ConfigurationError {
  return new ConfigurationError("run_table_missing", `There is no table ${RUN_TABLE}, so there are no run records.`, {
    hints: ["Check that this is the database that keeps them (runStore.url, else database.url).", MIGRATE],
  });
}

/** The tables are those of an earlier version: `lacking` names what would have to be added. */
export function runTableUnsealed(lacking: readonly string[]): ConfigurationError {
  return new ConfigurationError("run_table_shape", "The tables of run records are those of an earlier version.", {
    details: [`What they lack: ${lacking.join(", ")}`],
    hints: ["Add it with: reconcile-streams migrate (with --print it shows the SQL).", DRY_RUN],
  });
}

/** Who holds the lock of runs, as far as can be told. */
export interface LockHolder {
  readonly runId: string | null;
  /** What there is to say about it, one fact a line. */
  readonly facts: readonly string[];
}

/** Somebody else's run of the same contract is at work. */
export function runLocked(contractId: string, { runId, facts }: LockHolder): RunLocked {
  return new RunLocked(runId, "Another run of this contract is at work; this one was not started.", {
    details: [`contract ${contractId}`, ...facts],
    hints: ["Run again when it is done, or with --dry-run, which needs no lock and leaves no record."],
  });
}

/** The lock of runs cannot be taken by this connection, whoever holds it. */
export function runLockRefused(fault: unknown, step: string): ConfigurationError {
  return new ConfigurationError("run_lock_permission", "The lock that keeps runs apart may not be taken.", {
    details: [faultMessage(fault)],
    hints: [step, DRY_RUN],
    cause: fault,
  });
}

/** The table is there, and a record does not fit into it. */
export function wrongRunTable(details: readonly string[], cause?: unknown): ConfigurationError {
  return new ConfigurationError(
    "run_table_shape",
    `The table ${RUN_TABLE} exists, but not in the shape of this version.`,
    {
      details,
      hints: [`Rename or drop it if it is something else's, then: ${MIGRATE}`, DRY_RUN],
      cause,
    },
  );
}

/** The table is there, and this connection may not write to it; `step` says what would change that. */
export function runTableNotWritable(reason: string, step: string, cause: unknown): ConfigurationError {
  return new ConfigurationError("run_table_permission", `The table ${RUN_TABLE} cannot be written.`, {
    details: [reason],
    hints: [step, DRY_RUN],
    cause,
  });
}

/** The table cannot be made by this connection. */
export function runTableNotCreated(reason: string, step: string, cause: unknown): ConfigurationError {
  return new ConfigurationError("run_table_permission", `The table ${RUN_TABLE} cannot be created.`, {
    details: [reason],
    hints: [step, "Or have the database's owner run the SQL that reconcile-streams migrate --print shows."],
    cause,
  });
}

/** A record that was not written, whatever the reason: the run is incomplete, not wrongly configured. */
export function recordNotWritten(
  fault: unknown,
  isTableMissing: boolean,
  steps: readonly string[] = [],
): UnavailableError {
  const known = fault instanceof ReconcileError ? fault : null;
  return new UnavailableError("run_record_failed", "The run's record could not be written.", {
    details: [faultMessage(fault), ...(known?.details ?? [])],
    hints: [
      ...(isTableMissing ? [`There is no table ${RUN_TABLE}: ${MIGRATE}`] : []),
      ...steps,
      ...(known?.hints ?? []),
    ],
    cause: fault,
  });
}
