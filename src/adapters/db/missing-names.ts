import { ConfigurationError } from "../../core/errors.js";
import { nearest, nearestName } from "../../core/values/suggest.js";

const TABLES_LISTED = 20;
const COLUMNS_LISTED = 100;

/** The table is missing: lists the existing ones and suggests the likely intended one. */
export function missingTable(wanted: string, where: string, existing: readonly string[]): ConfigurationError {
  const near = nearestTable(wanted, existing);
  return new ConfigurationError("database_table_missing", `There is no table or view ${wanted} in ${where}.`, {
    details: [
      existing.length === 0
        ? "The database has no tables that this connection can see."
        : `Existing tables: ${listed(existing, TABLES_LISTED)}`,
    ],
    hints: [
      ...(near === null ? [] : [`Did you mean ${near}?`]),
      "In the configuration file, set database.table (and database.cursor.table, if used) to an existing table.",
      "Check that the database URL names the right database.",
    ],
  });
}

/** Columns are missing: lists them all, each with its configuration key and the likely intended column. */
export function missingColumns(
  table: string,
  missing: readonly string[],
  existing: readonly string[],
  namedBy: ReadonlyMap<string, string> = new Map(),
): ConfigurationError {
  const count = missing.length === 1 ? "a column" : `${missing.length} columns`;
  return new ConfigurationError("database_columns_missing", `Table ${table} lacks ${count}: ${missing.join(", ")}.`, {
    details: [
      ...missing.map((name) => {
        const near = nearestName(name, existing);
        const key = namedBy.get(name);
        const place = key === undefined ? name : `${name} (${key})`;
        return near === null ? `${place}: no column has a similar name` : `${place}: did you mean ${near}?`;
      }),
      `Existing columns: ${listed(existing, COLUMNS_LISTED)}`,
    ],
    hints: [
      "In the configuration file's database section, map the fields to existing columns; null leaves a field out.",
    ],
  });
}

/** If several schemas have a table of that name, the one in the connection's own schema, listed without a schema. */
function nearestTable(wanted: string, existing: readonly string[]): string | null {
  const candidates = [...existing, ...existing.map((name) => name.replace(SCHEMA, ""))];
  const near = nearest(wanted, candidates);
  return near === null ? null : existing[candidates.indexOf(near) % existing.length]!;
}

const SCHEMA = /^("(?:[^"]|"")*"|[^".]+)\.(?=.)/;

function listed(names: readonly string[], limit: number): string {
  const shown = names.slice(0, limit).join(", ");
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}
