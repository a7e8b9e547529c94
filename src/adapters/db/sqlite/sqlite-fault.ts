import { ConfigurationError, type ErrorDetails, UnavailableError } from "../../../core/errors.js";
import { faultCode, faultMessage, isBug, isExpected } from "../fault.js";
import { clauseText, type OperatorClause } from "../operator-clause.js";
import { reachesOutside } from "./condition.js";

/** Translates a driver error for the user. Translated errors and bugs pass through. */
export function sqliteFault(fault: unknown, path: string, clause?: OperatorClause): unknown {
  if (isExpected(fault) || isBug(fault)) return fault;
  const code = faultCode(fault) ?? "";
  const more = (hints: readonly string[], details: readonly string[] = []): ErrorDetails => ({
    details: [`SQLite says about ${path}: ${faultMessage(fault)}${code === "" ? "" : ` (${code})`}`, ...details],
    hints,
    cause: fault,
  });

  const unsafe = UNSAFE.exec(faultMessage(fault));
  if (unsafe !== null) return reachesOutside(unsafe[1]!, undefined, fault);
  if (code.startsWith("SQLITE_NOTADB")) {
    return new ConfigurationError(
      "database_file_unusable",
      `The file ${path} is not an SQLite database.`,
      more(["Correct the database URL. Encrypted databases cannot be read."]),
    );
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new UnavailableError(
      "database_busy",
      `Another program has locked the SQLite file ${path}.`,
      more(["Run again when it is done; in WAL mode (PRAGMA journal_mode = WAL) readers and writers do not block."]),
    );
  }
  if (code.startsWith("SQLITE_FULL")) {
    return new UnavailableError(
      "database_read_failed",
      `There is no space left for the SQLite file ${path}.`,
      more(["Free space on its disk (or raise the quota), then run again."]),
    );
  }
  if (code.startsWith("SQLITE_CORRUPT")) {
    return new UnavailableError(
      "database_read_failed",
      `The SQLite file ${path} is damaged.`,
      more(["PRAGMA integrity_check shows where; restore the file from a backup."]),
    );
  }
  if (clause !== undefined && /^SQLITE_(ERROR|MISMATCH|TOOBIG|RANGE)/.test(code)) {
    return new ConfigurationError(
      "database_where_invalid",
      `SQLite rejects ${clause.key} of the configuration.`,
      more([`Correct ${clause.key}; it is inserted in parentheses after WHERE.`], clauseText(clause)),
    );
  }
  return new UnavailableError(
    "database_read_failed",
    `The SQLite file ${path} could not be read.`,
    more([
      "Check that this user may read the file and, in WAL mode, write to its folder.",
      "A crashed process may have left a rollback journal: open the file once with the application to repair that.",
    ]),
  );
}

/** SQLite itself refuses functions that reach outside in views and generated columns. */
const UNSAFE = /^unsafe use of (?:virtual table )?"?([^"()]+)/;

export function isReadOnly(fault: unknown): boolean {
  return (faultCode(fault) ?? "").startsWith("SQLITE_READONLY");
}
