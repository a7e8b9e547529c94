import { ConfigurationError } from "../../../core/errors.js";
import { clauseText, conditionTest, type OperatorClause } from "../operator-clause.js";
import type { SqliteConnection } from "./connection.js";

/** SQLite's mark for functions that are dangerous in foreign hands (SQLITE_DIRECTONLY); it refuses them in views. */
const OUTSIDE_FUNCTIONS = `SELECT DISTINCT name FROM pragma_function_list WHERE flags & ${0x80000}`;
/** The driver's only virtual table that reaches outside the database: it lists and reads files. */
const FILE_LIST = "fsdir";

/** @throws the driver's error, or ConfigurationError, unless the operator's SQL is a condition on the database alone */
export function testCondition(connection: SqliteConnection, tableSql: string, clause: OperatorClause): void {
  const functions = connection.all(OUTSIDE_FUNCTIONS).map(([name]) => String(name));
  const found = [...functions, FILE_LIST].find((name) => mentions(clause.sql, name));
  if (found !== undefined) throw reachesOutside(found, clause);
  connection.all(conditionTest(tableSql, clause));
}

/**
 * Whether the SQL contains the name as a whole word. A name cannot be written in any other way, so that no call is
 * missed, however it is quoted. The driver offers nothing better: its authorizer can only deny all functions at once,
 * and what EXPLAIN prints can end the process.
 */
function mentions(sql: string, name: string): boolean {
  return new RegExp(`(?<![\\w$\\u0080-\\uffff])${name}(?![\\w$\\u0080-\\uffff])`, "i").test(sql);
}

/** Without a clause, the call is in a view or a generated column. */
export function reachesOutside(name: string, clause: OperatorClause | undefined, cause?: unknown): ConfigurationError {
  return new ConfigurationError(
    "database_function_refused",
    `${clause?.key ?? "The table or view"} calls ${name}, which reaches outside the database.`,
    {
      details: clauseText(clause),
      hints: [`Remove ${name}: a run reads nothing but the database. Functions that only work on values are allowed.`],
      cause,
    },
  );
}
