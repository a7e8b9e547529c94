import type { StreamQuery, StreamRow } from "../../../ports/db-client.js";
import { quoteIdentifier } from "../identifier.js";
import { condition, type OperatorClause } from "../operator-clause.js";
import { rowFilters } from "../row-filter.js";
import type { SqliteTable } from "./catalog.js";
import { cellSql } from "./cells.js";
import type { SqliteParameter } from "./connection.js";

/** Takes the next rows; fewer than `atMost` are the last ones. */
export type TakeRows = (atMost: number) => readonly StreamRow[];

/** The query's columns, for `readCell`. */
export const cellsOf = (query: StreamQuery): string =>
  query.columns.map((column) => cellSql(quoteIdentifier(column))).join(", ");

/** The query's FROM and WHERE, restricted by `also`, and their parameters except those of `also`. */
export function rowsOf(
  table: SqliteTable,
  query: StreamQuery,
  clause: OperatorClause | undefined,
  also: readonly string[] = [],
): { from: string; parameters: SqliteParameter[] } {
  const conditions: string[] = [];
  const parameters: SqliteParameter[] = [];
  if (clause !== undefined) conditions.push(condition(clause));
  for (const { column, values } of rowFilters(query)) {
    // One parameter for all values, because SQLite limits their number; JSON, because the driver cuts text at a NUL.
    parameters.push(JSON.stringify(values));
    conditions.push(`${textOf(quoteIdentifier(column))} IN (SELECT value FROM json_each(?${parameters.length}))`);
  }
  conditions.push(...also);
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return { from: `FROM ${table.sql}${where}`, parameters };
}

/** A column without a declared type may hold whole numbers as REAL, whose text would end in ".0". */
export function textOf(name: string): string {
  const whole = `CAST(${name} AS INTEGER)`;
  return `CAST(CASE WHEN typeof(${name}) = 'real' AND ${name} = ${whole} THEN ${whole} ELSE ${name} END AS TEXT)`;
}

/** Ids stored as text are sorted by number: fewer digits mean a smaller number. */
export function orderOf(table: SqliteTable, column: string, direction: "ASC" | "DESC" = "ASC"): string {
  const name = quoteIdentifier(column);
  if (table.columns.get(column)?.isNumeric) return `${name} ${direction} NULLS LAST`;
  return `length(CAST(${name} AS TEXT)) ${direction} NULLS LAST, CAST(${name} AS TEXT) COLLATE BINARY ${direction}`;
}
