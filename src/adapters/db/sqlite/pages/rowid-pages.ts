import type { ColumnValue, StreamQuery, StreamRow } from "../../../../ports/db-client.js";
import type { OperatorClause } from "../../operator-clause.js";
import { hasRowids, type SqliteTable } from "../catalog.js";
import type { SqliteConnection } from "../connection.js";
import { orderOf, rowsOf, type TakeRows } from "../select.js";
import { WholePages } from "./whole-pages.js";

const PLACES = '"places of reconcile-streams"';

/**
 * Takes rows in the query's order, even if they must be sorted: a cursor yields rowids, and rows are read a page at a
 * time. Null if there are no rowids, as in views. The caller's transaction keeps the pages consistent.
 */
export function rowidPages(
  connection: SqliteConnection,
  table: SqliteTable,
  query: StreamQuery,
  clause: OperatorClause | undefined,
): TakeRows | null {
  if (!hasRowids(connection, query.table)) return null;
  const { from, parameters } = rowsOf(table, query, clause);
  const order = orderOf(table, query.orderBy);
  const places = connection.iterate(
    `SELECT ${table.sql}.rowid ${from} ORDER BY ${order}, ${table.sql}.rowid`,
    parameters,
  );
  const pages = new WholePages(connection, table, query);
  // Rows come in the order of the places: SQLite never reorders a CROSS JOIN.
  const page = `FROM json_each(?1) AS ${PLACES} CROSS JOIN ${table.sql} ON ${table.sql}.rowid = ${PLACES}.value`;
  return (atMost) => {
    const wanted = placesOf(places, atMost);
    const rows = wanted.length === 0 ? [] : pages.read(page, [`[${wanted.join(",")}]`]);
    return inOrder(rows, wanted);
  };
}

function placesOf(places: Iterator<unknown, unknown, undefined>, atMost: number): bigint[] {
  const wanted: bigint[] = [];
  while (wanted.length < atMost) {
    const step = places.next();
    if (step.done === true) break;
    wanted.push((step.value as [bigint])[0]);
  }
  return wanted;
}

/** Strips the rowids from the rows, after checking that they are the requested ones. */
function inOrder(rows: readonly ColumnValue[][], wanted: readonly bigint[]): readonly StreamRow[] {
  const isAsWanted = rows.length === wanted.length && rows.every((row, i) => row.pop() === wanted[i]);
  if (!isAsWanted) throw new Error("SQLite returned other rows than requested");
  return rows;
}
