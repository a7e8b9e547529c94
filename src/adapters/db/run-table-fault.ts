import { ConfigurationError, ReconcileError, RunLocked, UnavailableError } from "../../core/errors.js";
import { faultMessage } from "./fault.js";
import { RUN_TABLE } from "./run-table.js";

const DRY_RUN = "Or run with --dry-run, which writes no record.";
const MIGRATE = "reconcile-streams migrate creates the table; with --print it shows the SQL.";

export function runTableMissing(): ConfigurationError {
  return new ConfigurationError("run_table_missing", `There is no table ${RUN_TABLE}, so there are no run records.`, {
    hints: ["Check that runStore.url (or else database.url) names the database with the run records.", MIGRATE],
  });
}

/** The tables are from an earlier version: `lacking` lists what to add. */
export function runTableUnsealed(lacking: readonly string[]): ConfigurationError {
  return new ConfigurationError("run_table_shape", "The run record tables are from an earlier version.", {
    details: [`Missing: ${lacking.join(", ")}`],
    hints: ["Add it with: reconcile-streams migrate (with --print it shows the SQL).", DRY_RUN],
  });
}

/** The holder of the run lock, as far as known. */
export interface LockHolder {
  readonly runId: string | null;
  /** What is known about the holder, one fact per line. */
  readonly facts: readonly string[];
}

/** Another run of the same contract is in progress. */
export function runLocked(contractId: string, { runId, facts }: LockHolder): RunLocked {
  return new RunLocked(runId, "Another run of this contract is in progress; this one was not started.", {
    details: [`contract ${contractId}`, ...facts],
    hints: ["Run again when it is done, or with --dry-run, which needs no lock and writes no record."],
  });
}

/** This connection is not allowed to take the run lock, whether or not it is free. */
export function runLockRefused(fault: unknown, step: string): ConfigurationError {
  return new ConfigurationError("run_lock_permission", "The database does not permit taking the run lock.", {
    details: [faultMessage(fault)],
    hints: [step, DRY_RUN],
    cause: fault,
  });
}

/** The table exists, but a record does not fit into it. */
export function wrongRunTable(details: readonly string[], cause?: unknown): ConfigurationError {
  return new ConfigurationError("run_table_shape", `The table ${RUN_TABLE} exists, but does not match this version.`, {
    details,
    hints: [`If it belongs to another program, rename or drop it, then: ${MIGRATE}`, DRY_RUN],
    cause,
  });
}

/** The table exists, but this connection may not write to it; `step` is the remedy. */
export function runTableNotWritable(reason: string, step: string, cause: unknown): ConfigurationError {
  return new ConfigurationError("run_table_permission", `The table ${RUN_TABLE} cannot be written.`, {
    details: [reason],
    hints: [step, DRY_RUN],
    cause,
  });
}

/** This connection cannot create the table; `step` is the remedy. */
export function runTableNotCreated(reason: string, step: string, cause: unknown): ConfigurationError {
  return new ConfigurationError("run_table_permission", `The table ${RUN_TABLE} cannot be created.`, {
    details: [reason],
    hints: [step, "Or have the database's owner run the SQL that reconcile-streams migrate --print shows."],
    cause,
  });
}

/** The record was not written: whatever the reason, the run is incomplete, not misconfigured. */
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
