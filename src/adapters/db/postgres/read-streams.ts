import { ConfigurationError } from "../../../core/errors.js";
import type { ColumnValue, StreamQuery, StreamRow, StreamSnapshot } from "../../../ports/db-client.js";
import { quoteIdentifier } from "../identifier.js";
import { condition, conditionTest, cursorClause, type OperatorClause, streamsClause } from "../operator-clause.js";
import { readOnce } from "../read-once.js";
import { columnsNamed, rowFilters } from "../row-filter.js";
import { type CatalogTable, readableTable } from "./catalog.js";
import type { PostgresSession } from "./session/session.js";

const CURSOR = "reconcile_streams";

/**
 * For this transaction only: a pooler in transaction mode would leak session settings to other users. Text becomes
 * unambiguous, lock waits are limited, policies that would hide rows raise an error, the planner optimises for the
 * whole result, and a server on Linux notices when we are gone.
 */
export const SETTINGS = `SELECT ${Object.entries({
  DateStyle: "ISO, YMD",
  IntervalStyle: "iso_8601",
  TimeZone: "UTC",
  client_encoding: "UTF8",
  bytea_output: "hex",
  extra_float_digits: "3",
  standard_conforming_strings: "on",
  row_security: "off",
  lock_timeout: "30s",
  cursor_tuple_fraction: "1",
})
  .map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`)
  .join(", ")}, (SELECT pg_catalog.set_config(name, '5s', true) FROM pg_catalog.pg_settings
  WHERE name = 'client_connection_check_interval' AND pg_catalog.version() LIKE '%linux%')`;

/** Opens the snapshot in a new session, which is closed after the last page or on failure. */
export async function readStreams(session: PostgresSession, query: StreamQuery): Promise<StreamSnapshot> {
  const clause = streamsClause(query.where);
  try {
    // This is enough: once a read-only transaction has its snapshot, nothing can enable writing.
    await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await session.query(SETTINGS);
    const table = await readableTable(session, query.table, columnsNamed(query), query.namedBy);
    const globalCursor = await readGlobalCursor(session, query.globalCursor);
    const greatest = await readGreatest(session, table, query, clause);
    await explained(session, clause, () => declareCursor(session, table, query, clause));
    const first = await explained(session, clause, () => fetchPage(session, query.pageSize));
    return { globalCursor, ...greatest, pages: readOnce(pagesFrom(session, first, query.pageSize, clause)) };
  } catch (fault) {
    await session.close();
    throw session.explain(fault);
  }
}

async function declareCursor(
  session: PostgresSession,
  table: CatalogTable,
  query: StreamQuery,
  clause: OperatorClause | undefined,
): Promise<void> {
  if (clause !== undefined) await session.query(conditionTest(table.sql, clause));
  const { from, parameters } = rowsOf(table, query, clause);
  await session.query(
    `DECLARE ${CURSOR} NO SCROLL CURSOR FOR SELECT ${query.columns.map(quoteIdentifier).join(", ")} ` +
      `${from} ORDER BY ${orderOf(table, query.orderBy)}`,
    parameters,
  );
}

/** The query's FROM and WHERE, and their parameters. */
export function rowsOf(
  table: CatalogTable,
  query: StreamQuery,
  clause: OperatorClause | undefined,
): { from: string; parameters: (readonly string[])[] } {
  const conditions: string[] = [];
  if (clause !== undefined) conditions.push(condition(clause));
  const parameters: (readonly string[])[] = [];
  for (const { column, values } of rowFilters(query)) {
    // PostgreSQL text cannot contain a NUL, so a value with one equals nothing.
    parameters.push(values.filter((value) => !value.includes("\0")));
    conditions.push(`${quoteIdentifier(column)}::text = ANY ($${parameters.length}::text[])`);
  }
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return { from: `FROM ${table.sql}${where}`, parameters };
}

/** Ids stored as text are sorted by number: fewer digits mean a smaller number. */
export function orderOf(table: CatalogTable, column: string, direction: "ASC" | "DESC" = "ASC"): string {
  const name = quoteIdentifier(column);
  if (table.columns.find((known) => known.name === column)?.isNumeric) return `${name} ${direction} NULLS LAST`;
  return `pg_catalog.length(${name}::text) ${direction} NULLS LAST, ${name}::text COLLATE "C" ${direction}`;
}

async function readGlobalCursor(
  session: PostgresSession,
  cursor: StreamQuery["globalCursor"],
): Promise<ColumnValue | undefined> {
  if (cursor === undefined) return undefined;
  const table = await readableTable(
    session,
    cursor.table,
    [cursor.column],
    new Map([[cursor.column, "database.cursor.column"]]),
  );
  const clause = cursorClause(cursor.where);
  const where = clause === undefined ? "" : ` WHERE ${condition(clause)}`;
  const sql = `SELECT ${quoteIdentifier(cursor.column)} FROM ${table.sql}${where} LIMIT 2`;
  const rows = await explained(session, clause, async () => {
    if (clause !== undefined) await session.query(conditionTest(table.sql, clause));
    return session.query(sql);
  });
  if (rows.length > 1) {
    throw new ConfigurationError(
      "database_cursor_ambiguous",
      `${table.sql} has more than one row, so its cursor is ambiguous.`,
      {
        hints: ["In the configuration file, select one row with database.cursor.where."],
      },
    );
  }
  return rows[0]?.[0] ?? null;
}

async function readGreatest(
  session: PostgresSession,
  table: CatalogTable,
  { only: _, greatest, ...query }: StreamQuery,
  clause: OperatorClause | undefined,
): Promise<{ readonly greatest?: ColumnValue }> {
  if (greatest === undefined) return {};
  const { from, parameters } = rowsOf(table, query, clause);
  const text = `${quoteIdentifier(greatest.column)}::text`;
  // A column of text may hold anything; what is no ledger is passed over.
  const value = `CASE WHEN ${text} ~ '^[0-9]{1,10}$' THEN ${text}::bigint END`;
  const sql = `SELECT max(n) FROM (SELECT ${value} AS n ${from}) AS cursors WHERE n <= ${BigInt(greatest.atMost)}`;
  const rows = await explained(session, clause, () => session.query(sql, parameters));
  return { greatest: rows[0]?.[0] ?? null };
}

async function fetchPage(session: PostgresSession, pageSize: number): Promise<StreamRow[]> {
  return session.query(`FETCH FORWARD ${pageSize} FROM ${CURSOR}`);
}

async function* pagesFrom(
  session: PostgresSession,
  first: readonly StreamRow[],
  pageSize: number,
  clause: OperatorClause | undefined,
): AsyncGenerator<readonly StreamRow[], void, undefined> {
  try {
    let page = first;
    while (page.length === pageSize) {
      // The server prepares the next page while this one is processed.
      const next = fetchPage(session, pageSize);
      // A failure is thrown where it is awaited; a consumer that left never awaits it.
      next.catch(() => undefined);
      yield page;
      page = await next;
    }
    if (page.length > 0) yield page;
    await session.query("COMMIT");
  } catch (fault) {
    throw session.explain(fault, clause);
  } finally {
    await session.close();
  }
}

async function explained<T>(
  session: PostgresSession,
  clause: OperatorClause | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    throw session.explain(fault, clause);
  }
}
