import { setImmediate as yieldToEvents } from "node:timers/promises";
import { ConfigurationError, UnavailableError } from "../../../core/errors.js";
import type { ColumnValue, StreamQuery, StreamRow, StreamSnapshot } from "../../../ports/db-client.js";
import { quoteIdentifier } from "../identifier.js";
import { condition, cursorClause, type OperatorClause, streamsClause } from "../operator-clause.js";
import { readOnce } from "../read-once.js";
import { columnsNamed } from "../row-filter.js";
import { readableTable, type SqliteTable } from "./catalog.js";
import { cellSql, readCell } from "./cells.js";
import { testCondition } from "./condition.js";
import { type SqliteConnection, whileBusy } from "./connection.js";
import { keysetPages } from "./pages/keyset-pages.js";
import { rowidPages } from "./pages/rowid-pages.js";
import { cellsOf, orderOf, rowsOf, type TakeRows, textOf } from "./select.js";
import { sqliteFault } from "./sqlite-fault.js";

/** The largest page: reading blocks, and delays the chain's answers. Pages of a local file cost little. */
const MOST_ROWS = 500;

/** Opens the snapshot on a new connection, which is closed after the last page or on failure. */
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
    // Before anything else executes the condition.
    if (clause !== undefined) explained(connection, clause, () => testCondition(connection, table.sql, clause));
    const greatest = readGreatest(connection, table, query, clause);
    const take = explained(connection, clause, () => rowTaker(connection, table, query, clause));
    const pageSize = Math.min(query.pageSize, MOST_ROWS);
    const takePage = () => explained(connection, clause, () => take(pageSize));
    const first = takePage();
    return { globalCursor, ...greatest, pages: readOnce(pagesFrom(connection, first, takePage, pageSize, signal)) };
  } catch (fault) {
    connection.close();
    signal?.throwIfAborted();
    throw sqliteFault(fault, connection.path);
  }
}

/** Takes rows by their ids if that is cheap, else by rowid, and the rest with a cursor. */
function rowTaker(
  connection: SqliteConnection,
  table: SqliteTable,
  query: StreamQuery,
  clause: OperatorClause | undefined,
): TakeRows {
  const byId = keysetPages(connection, table, query, clause);
  if (byId === null) return rowidPages(connection, table, query, clause) ?? cursorOf(connection, table, query, clause);
  let withoutId: TakeRows | undefined;
  return (atMost) => {
    if (withoutId !== undefined) return withoutId(atMost);
    const rows = byId(atMost);
    if (rows.length === atMost) return rows;
    withoutId = cursorOf(connection, table, query, clause, [`${quoteIdentifier(query.orderBy)} IS NULL`]);
    return [...rows, ...withoutId(atMost - rows.length)];
  };
}

function cursorOf(
  connection: SqliteConnection,
  table: SqliteTable,
  query: StreamQuery,
  clause: OperatorClause | undefined,
  also: readonly string[] = [],
): TakeRows {
  const { from, parameters } = rowsOf(table, query, clause, also);
  const sql = `SELECT ${cellsOf(query)} ${from} ORDER BY ${orderOf(table, query.orderBy)}`;
  const rows = connection.iterate(sql, parameters);
  return (atMost) => pageOf(rows, atMost);
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
  const rows = explained(connection, clause, () => {
    if (clause !== undefined) testCondition(connection, table.sql, clause);
    return connection.all(sql);
  });
  if (rows.length > 1) {
    throw new ConfigurationError(
      "database_cursor_ambiguous",
      `Table ${cursor.table} has more than one row, so its cursor is ambiguous.`,
      { hints: ["In the configuration file, select one row with database.cursor.where."] },
    );
  }
  return rows[0] === undefined ? null : readCell(rows[0][0]);
}

function readGreatest(
  connection: SqliteConnection,
  table: SqliteTable,
  { only: _, greatest, ...query }: StreamQuery,
  clause: OperatorClause | undefined,
): { readonly greatest?: ColumnValue } {
  if (greatest === undefined) return {};
  const name = quoteIdentifier(greatest.column);
  const text = textOf(name);
  // A column may hold anything; what is no ledger is passed over. Integers, which most are, need no text.
  const isLedger = `${text} NOT GLOB '*[^0-9]*' AND length(${text}) BETWEEN 1 AND 10`;
  const value = `CASE WHEN typeof(${name}) = 'integer' THEN ${name} WHEN ${isLedger} THEN CAST(${text} AS INTEGER) END`;
  const { from, parameters } = rowsOf(table, query, clause, [`${value} BETWEEN 0 AND ${BigInt(greatest.atMost)}`]);
  const [row] = explained(connection, clause, () => connection.all(`SELECT max(${value}) ${from}`, parameters));
  return { greatest: (row?.[0] ?? null) as ColumnValue };
}

function pageOf(rows: Iterator<unknown, unknown, undefined>, pageSize: number): StreamRow[] {
  const page: StreamRow[] = [];
  while (page.length < pageSize) {
    const step = rows.next();
    if (step.done === true) break;
    // A new array, because the driver adds a property to its own.
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
  takePage: () => readonly StreamRow[],
  pageSize: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly StreamRow[], void, undefined> {
  try {
    signal?.throwIfAborted();
    let page = first;
    while (page.length > 0) {
      yield page;
      // Reading blocks; let signals and timers run.
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
    `The SQLite file ${connection.path} was closed before it was read completely.`,
    { hints: ["The table was only read in part: run again."] },
  );
}

function explained<T>(connection: SqliteConnection, clause: OperatorClause | undefined, work: () => T): T {
  try {
    return work();
  } catch (fault) {
    throw sqliteFault(fault, connection.path, clause);
  }
}
