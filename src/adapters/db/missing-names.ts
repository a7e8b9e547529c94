import { closest, distance } from "fastest-levenshtein";
import { ConfigurationError } from "../../core/errors.js";

const TABLES_LISTED = 20;
const COLUMNS_LISTED = 100;

/** The table is not there: says which are, and which of them was probably meant. */
export function missingTable(wanted: string, where: string, existing: readonly string[]): ConfigurationError {
  const near = nearest(wanted, existing);
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
        const near = nearest(name, existing);
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

/** The closest name, where it is close enough to be worth proposing. */
function nearest(wanted: string, existing: readonly string[]): string | null {
  const candidates = new Map<string, string>();
  // `lastLedger` for `last_ledger`; and another schema's table of the same name, after those of this one.
  for (const name of existing) candidates.set(letters(name), name);
  for (const name of existing) {
    const bare = letters(name.replace(SCHEMA, ""));
    if (!candidates.has(bare)) candidates.set(bare, name);
  }
  if (candidates.size === 0) return null;
  const near = closest(letters(wanted), [...candidates.keys()]);
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  return distance(letters(wanted), near) <= limit ? (candidates.get(near) ?? null) : null;
}

const SCHEMA = /^("(?:[^"]|"")*"|[^".]+)\.(?=.)/;

function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

function listed(names: readonly string[], limit: number): string {
  const shown = names.slice(0, limit).join(", ");
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}
