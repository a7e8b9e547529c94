import { ConfigurationError, type ErrorDetails, UnavailableError } from "../../../core/errors.js";
import { faultCode, faultMessage, isBug, isExpected } from "../fault.js";
import { clauseText, type OperatorClause } from "../operator-clause.js";

/** What a failure of the driver means to the user. Errors that are already explained, and bugs, pass through. */
export function sqliteFault(fault: unknown, path: string, clause?: OperatorClause): unknown {
  if (isExpected(fault) || isBug(fault)) return fault;
  const code = faultCode(fault) ?? "";
  const more = (hints: readonly string[], details: readonly string[] = []): ErrorDetails => ({
    details: [`SQLite says about ${path}: ${faultMessage(fault)}${code === "" ? "" : ` (${code})`}`, ...details],
    hints,
    cause: fault,
  });

  if (code.startsWith("SQLITE_NOTADB")) {
    return new ConfigurationError(
      "database_file_unusable",
      `The file ${path} is not an SQLite database.`,
      more(["Correct the database URL. An encrypted database cannot be read."]),
    );
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new UnavailableError(
      "database_busy",
      `Another program keeps the SQLite file ${path} locked.`,
      more(["Run again when it is done; in WAL mode (PRAGMA journal_mode = WAL) readers and writers do not meet."]),
    );
  }
  if (code.startsWith("SQLITE_CORRUPT")) {
    return new UnavailableError(
      "database_read_failed",
      `The SQLite file ${path} is damaged.`,
      more(["PRAGMA integrity_check says where; restore the file from a copy."]),
    );
  }
  if (clause !== undefined && /^SQLITE_(ERROR|MISMATCH|TOOBIG|RANGE)/.test(code)) {
    return new ConfigurationError(
      "database_where_invalid",
      `SQLite does not accept ${clause.key} of the configuration.`,
      more([`Correct ${clause.key}; it is put in parentheses after WHERE.`], clauseText(clause)),
    );
  }
  return new UnavailableError(
    "database_read_failed",
    `The SQLite file ${path} could not be read.`,
    more([
      "Check that this user may read the file and, in WAL mode, write to its folder.",
      "A process that crashed may have left a rollback journal: opening the file once with the application repairs that.",
    ]),
  );
}

export function isReadOnly(fault: unknown): boolean {
  return (faultCode(fault) ?? "").startsWith("SQLITE_READONLY");
}
