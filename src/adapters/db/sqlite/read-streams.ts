import { setImmediate as yieldToEvents } from "node:timers/promises";
import { ConfigurationError, UnavailableError } from "../../../core/errors.js";
import type { ColumnValue, StreamQuery, StreamRow, StreamSnapshot } from "../../../ports/db-client.js";
import { quoteIdentifier } from "../identifier.js";
import { condition, cursorClause, type OperatorClause, streamsClause } from "../operator-clause.js";
import { readOnce } from "../read-once.js";
import { columnsNamed, rowFilters } from "../row-filter.js";
import { readableTable, type SqliteTable } from "./catalog.js";
import { cellSql, readCell } from "./cells.js";
import { type SqliteConnection, type SqliteParameter, whileBusy } from "./connection.js";
import { sqliteFault } from "./sqlite-fault.js";

/** Opens the snapshot on a fresh connection, which ends with the pages or with a failure. */
export async function readStreams(
  connection: SqliteConnection,
  query: StreamQuery,
  busyTimeout_ms: number,
  signal?: AbortSignal,
): Promise<StreamSnapshot> {
  const clause = streamsClause(query.where);
  try {
    connection.exec("BEGIN");
    // The snapshot starts with the first read, not with BEGIN.
    await whileBusy(busyTimeout_ms, () => connection.all("SELECT count(*) FROM main.sqlite_schema"), signal);
    const table = readableTable(connection, query.table, columnsNamed(query), query.namedBy);
    const globalCursor = readGlobalCursor(connection, query.globalCursor);
    const { sql, parameters } = selectSql(table, query, clause);
    const rows = explained(connection, clause, () => connection.iterate(sql, parameters));
    const takePage = () => explained(connection, clause, () => pageOf(rows, query.pageSize));
    const first = takePage();
    return { globalCursor, pages: readOnce(pagesFrom(connection, first, takePage, query.pageSize, signal)) };
  } catch (fault) {
    connection.close();
    signal?.throwIfAborted();
    throw sqliteFault(fault, connection.path);
  }
}

function selectSql(
  table: SqliteTable,
  query: StreamQuery,
  clause: OperatorClause | undefined,
): { sql: string; parameters: SqliteParameter[] } {
  const { from, parameters } = rowsOf(table, query, clause);
  return { sql: `SELECT ${cellsOf(query)} ${from} ORDER BY ${orderOf(table, query.orderBy)}`, parameters };
}

/** The query's columns, as `readCell` reads them. */
export const cellsOf = (query: StreamQuery): string =>
  query.columns.map((column) => cellSql(quoteIdentifier(column))).join(", ");

/** The query's rows: FROM and WHERE, and the parameters in there. */
export function rowsOf(
  table: SqliteTable,
  query: StreamQuery,
  clause: OperatorClause | undefined,
): { from: string; parameters: SqliteParameter[] } {
  const conditions: string[] = [];
  const parameters: SqliteParameter[] = [];
  if (clause !== undefined) conditions.push(condition(clause));
  for (const { column, values } of rowFilters(query)) {
    // One parameter for all values, as SQLite limits their number; and as JSON, for the driver cuts text at a NUL.
    parameters.push(JSON.stringify(values));
    conditions.push(`CAST(${quoteIdentifier(column)} AS TEXT) IN (SELECT value FROM json_each(?${parameters.length}))`);
  }
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return { from: `FROM ${table.sql}${where}`, parameters };
}

/** Ids kept as text come in the order of their numbers: a shorter run of digits is a smaller number. */
export function orderOf(table: SqliteTable, column: string, direction: "ASC" | "DESC" = "ASC"): string {
  const name = quoteIdentifier(column);
  if (table.columns.get(column)?.isNumeric) return `${name} ${direction} NULLS LAST`;
  return `length(CAST(${name} AS TEXT)) ${direction} NULLS LAST, CAST(${name} AS TEXT) COLLATE BINARY ${direction}`;
}

function readGlobalCursor(connection: SqliteConnection, cursor: StreamQuery["globalCursor"]): ColumnValue | undefined {
  if (cursor === undefined) return undefined;
  const table = readableTable(
    connection,
    cursor.table,
    [cursor.column],
    new Map([[cursor.column, "database.cursor.column"]]),
  );
  const clause = cursorClause(cursor.where);
  const where = clause === undefined ? "" : ` WHERE ${condition(clause)}`;
  const sql = `SELECT ${cellSql(quoteIdentifier(cursor.column))} FROM ${table.sql}${where} LIMIT 2`;
  const rows = explained(connection, clause, () => connection.all(sql));
  if (rows.length > 1) {
    throw new ConfigurationError(
      "database_cursor_ambiguous",
      `Table ${cursor.table} has more than one row, so its cursor is ambiguous.`,
      { hints: ["Choose one row with database.cursor.where in the configuration file."] },
    );
  }
  return rows[0] === undefined ? null : readCell(rows[0][0]);
}

function pageOf(rows: Iterator<unknown, unknown, undefined>, pageSize: number): StreamRow[] {
  const page: StreamRow[] = [];
  while (page.length < pageSize) {
    const step = rows.next();
    if (step.done === true) break;
    // A new array: the driver hangs a property on its own.
    const cells = step.value as unknown[];
    const row: ColumnValue[] = [];
    for (let i = 0; i < cells.length; i++) row.push(readCell(cells[i]));
    page.push(row);
  }
  return page;
}

async function* pagesFrom(
  connection: SqliteConnection,
  first: readonly StreamRow[],
  takePage: () => StreamRow[],
  pageSize: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly StreamRow[], void, undefined> {
  try {
    signal?.throwIfAborted();
    let page = first;
    while (page.length > 0) {
      yield page;
      // Reading blocks; here signals and timers get their turn.
      await yieldToEvents();
      signal?.throwIfAborted();
      if (page.length < pageSize) return;
      if (!connection.isOpen) throw closedMeanwhile(connection);
      page = takePage();
    }
  } finally {
    connection.close();
  }
}

function closedMeanwhile(connection: SqliteConnection): UnavailableError {
  return new UnavailableError(
    "database_connection_lost",
    `The SQLite file ${connection.path} was closed before all of it was read.`,
    { hints: ["What was read so far is not the whole table: run again."] },
  );
}

function explained<T>(connection: SqliteConnection, clause: OperatorClause | undefined, work: () => T): T {
  try {
    return work();
  } catch (fault) {
    throw sqliteFault(fault, connection.path, clause);
  }
}
