import { ConfigurationError } from "../../core/errors.js";
import { nearest, nearestName } from "../../core/values/suggest.js";

const TABLES_LISTED = 20;
const COLUMNS_LISTED = 100;

/** The table is not there: says which are, and which of them was probably meant. */
export function missingTable(wanted: string, where: string, existing: readonly string[]): ConfigurationError {
  const near = nearestTable(wanted, existing);
  return new ConfigurationError("database_table_missing", `There is no table or view ${wanted} in ${where}.`, {
    details: [
      existing.length === 0
        ? "The database has no tables that this connection can see."
        : `Tables there are: ${listed(existing, TABLES_LISTED)}`,
    ],
    hints: [
      ...(near === null ? [] : [`Did you mean ${near}?`]),
      "Set database.table in the configuration file to the table of streams (and database.cursor.table, if used).",
      "Check that the database URL names the right database.",
    ],
  });
}

/** Columns are not there: all of them at once, each with what named it and the one that was probably meant. */
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
        return near === null ? `${place}: no column of a similar name` : `${place}: did you mean ${near}?`;
      }),
      `Columns there are: ${listed(existing, COLUMNS_LISTED)}`,
    ],
    hints: [
      "Map the fields to existing columns in the configuration file's database section; null leaves a field out.",
    ],
  });
}

/** Of tables with one name in several schemas, that of the connection's own schema, whose name stands alone. */
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
