import type { StreamQuery } from "../../ports/db-client.js";

/** Rows whose column, as text, is one of the values. Rows must pass every filter. */
export interface RowFilter {
  readonly column: string;
  readonly values: readonly string[];
}

export function rowFilters(query: StreamQuery): RowFilter[] {
  const filters: RowFilter[] = [];
  if (query.equals !== undefined) filters.push({ column: query.equals.column, values: [query.equals.value] });
  if (query.only !== undefined) filters.push(query.only);
  return filters;
}

/** Every column the query uses. */
export function columnsNamed(query: StreamQuery): string[] {
  return [...query.columns, query.orderBy, ...rowFilters(query).map((filter) => filter.column)];
}
