import { ConfigurationError, type ErrorDetails, UnavailableError } from "../../../../core/errors.js";
import { faultCode, faultMessage, isBug, isExpected } from "../../fault.js";
import { clauseText, type OperatorClause } from "../../operator-clause.js";

/**
 * Translates a failed statement for the user. Complaints about the operator's SQL are configuration errors; everything
 * else means that the database could not be read. Translated errors and bugs of this program pass through.
 */
export function statementFault(fault: unknown, place: string, clause?: OperatorClause): unknown {
  if (isExpected(fault) || isBug(fault)) return fault;
  const code = serverCode(fault);
  const message = faultMessage(fault);
  const more = (hints: readonly string[], details: readonly string[] = []): ErrorDetails => ({
    details: [`PostgreSQL at ${place} says: ${message}${code === null ? "" : ` (SQLSTATE ${code})`}`, ...details],
    hints,
    cause: fault,
  });

  if (code === "42501") {
    return new ConfigurationError(
      "database_permission",
      "The database user may not read what the run needs.",
      more(
        /row-level security/.test(message)
          ? ["Row-level security would hide rows. As a superuser: ALTER ROLE … BYPASSRLS, or read from a view."]
          : clause !== undefined && /permission denied for function/.test(message)
            ? [`Remove the function from ${clause.key}: a run reads nothing but the tables.`]
            : ["As the owner: GRANT USAGE ON SCHEMA … TO …; GRANT SELECT ON … TO …"],
      ),
    );
  }
  // 25001: an attempt to make the transaction writable.
  if (code === "25006" || code === "25001") {
    return new ConfigurationError(
      "database_write_refused",
      clause === undefined ? "Reading the table or view tries to write." : `${clause.key} tries to write.`,
      more(["Use a condition or view without functions that write."], clauseText(clause)),
    );
  }
  // Classes 21, 22, 2F, 42 and P0: the statement is wrong or does not fit the data. 08P01: it has a parameter ($1).
  if (clause !== undefined && code !== null && /^(21|22|2F|38|39|42|P0|0A|08P01)/.test(code)) {
    return new ConfigurationError(
      "database_where_invalid",
      `PostgreSQL rejects ${clause.key} of the configuration.`,
      more([`Correct ${clause.key}; it is inserted in parentheses after WHERE.`], clauseText(clause)),
    );
  }
  if (code === "57014" || code === "55P03" || code === "25P03" || code === "25P04") {
    return new UnavailableError(
      "database_read_failed",
      "PostgreSQL stopped a statement or session that took too long.",
      more([LIMITS[code]]),
    );
  }
  if (code === "40001") {
    return new UnavailableError(
      "database_read_failed",
      "A standby of PostgreSQL cancelled the query.",
      more([STANDBY]),
    );
  }
  if (code === "53100") {
    return new UnavailableError("database_read_failed", "The disk of PostgreSQL is full.", more([DISK_FULL]));
  }
  if (code === null || /^(08|57P)/.test(code)) {
    return new UnavailableError(
      "database_connection_lost",
      "The connection to PostgreSQL was lost during the run.",
      more(["The table was only read in part: run again when the server is stable."]),
    );
  }
  return new UnavailableError(
    "database_read_failed",
    "PostgreSQL could not execute a statement.",
    more(["Look up the SQLSTATE in PostgreSQL's documentation and the server's log, then run again."]),
  );
}

const LIMITS = {
  "57014": "It was cancelled, or statement_timeout is too short: ALTER ROLE … SET statement_timeout = '5min'.",
  "55P03": "Another session has locked the table (a migration?): run again when it is done.",
  "25P03": "Raise it for this user: ALTER ROLE … SET idle_in_transaction_session_timeout = '10min'.",
  "25P04": "Raise it for this user: ALTER ROLE … SET transaction_timeout = '1h'.",
} as const;

const STANDBY =
  "Set hot_standby_feedback = on or raise max_standby_streaming_delay there, or read from the primary; then run again.";
export const DISK_FULL = "Free space on the server's disk (or in the tablespace), then run again.";

/** The SQLSTATE of an error from the server itself; system error codes can look alike (EPIPE). */
export function serverCode(fault: unknown): string | null {
  const fromServer = typeof fault === "object" && fault !== null && "severity" in fault;
  return fromServer ? (faultCode(fault) ?? null) : null;
}
