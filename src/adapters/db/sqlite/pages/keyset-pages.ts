import type { StreamQuery, StreamRow } from "../../../../ports/db-client.js";
import { quoteIdentifier } from "../../identifier.js";
import type { OperatorClause } from "../../operator-clause.js";
import { rowFilters } from "../../row-filter.js";
import { orderOfRowids, type SqliteTable } from "../catalog.js";
import type { SqliteConnection } from "../connection.js";
import { rowsOf, type TakeRows } from "../select.js";
import { WholePages } from "./whole-pages.js";

/**
 * Takes rows in order of their ids by keyset pagination: each page is a statement that starts where the last one ended.
 * Rows without an id are left out.
 *
 * Null if that would cost more than reading the rows: no rowid to distinguish rows of the same id, an id not stored as
 * a number, no index on it, or a condition with a subquery. The caller's transaction keeps the pages consistent.
 */
export function keysetPages(
  connection: SqliteConnection,
  table: SqliteTable,
  query: StreamQuery,
  clause: OperatorClause | undefined,
): TakeRows | null {
  if (query.only !== undefined || !table.columns.get(query.orderBy)?.isNumeric) return null;
  // A subquery that runs once for a cursor would run for every page.
  if (clause !== undefined && /\bselect\b/i.test(clause.sql)) return null;
  const order = orderOfRowids(connection, query.table, query.orderBy);
  if (order === null) return null;
  const pages = new KeysetPages(connection, table, order, query, clause);
  return (atMost) => pages.take(atMost);
}

class KeysetPages {
  readonly #pages: WholePages;
  readonly #table: SqliteTable;
  readonly #ordered: SqliteTable;
  readonly #query: StreamQuery;
  readonly #clause: OperatorClause | undefined;
  /** The rowid of the last row taken. */
  #place: bigint | null = null;

  constructor(
    connection: SqliteConnection,
    table: SqliteTable,
    order: string,
    query: StreamQuery,
    clause: OperatorClause | undefined,
  ) {
    this.#pages = new WholePages(connection, table, query);
    this.#table = table;
    this.#ordered = { ...table, sql: `${table.sql} ${order}` };
    this.#query = query;
    this.#clause = clause;
  }

  take(atMost: number): readonly StreamRow[] {
    const id = quoteIdentifier(this.#query.orderBy);
    const place = this.#place === null ? null : this.#asSql(this.#place);
    const condition = place === null ? `${id} IS NOT NULL` : this.#after(id, place.sql);
    const { from, parameters } = rowsOf(this.#ordered, this.#query, this.#clause, [condition]);
    const given = [...parameters, ...(place?.parameters ?? [])];
    const rows = this.#pages.read(`${from} ORDER BY ${id}, rowid LIMIT ${atMost}`, given);
    for (const row of rows) this.#place = row.pop() as bigint;
    return rows;
  }

  /** A parameter, so that one statement serves all pages; but inline if a clause might use the parameter's number. */
  #asSql(place: bigint): { readonly sql: string; readonly parameters: readonly bigint[] } {
    if (this.#clause !== undefined) return { sql: String(place), parameters: [] };
    return { sql: `?${rowFilters(this.#query).length + 1}`, parameters: [place] };
  }

  #after(id: string, place: string): string {
    // The sorting index cannot be searched by rowid: with it, each page would scan all earlier rows.
    const last = `SELECT ${id} FROM ${this.#table.sql} NOT INDEXED WHERE rowid = ${place}`;
    return `(${id}, rowid) > ((${last}), ${place})`;
  }
}
