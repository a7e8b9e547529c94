import { ConfigurationError, ReconcileError, UnavailableError } from "../../core/errors.js";
import { faultMessage } from "./fault.js";
import { RUN_TABLE } from "./run-table.js";

const DRY_RUN = "Or run with --dry-run, which leaves no record.";
const MIGRATE = "reconcile-streams migrate creates the table; with --print it shows the SQL.";

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
