import { ReconcileError } from "../../core/errors.js";
import { databaseOf } from "../sources/databases.js";
import type { Settings } from "./settings.js";

/**
 * Drops the layout's optional columns that this table lacks. Columns that the configuration names are not optional: the
 * run itself refuses to start without them.
 */
export async function withoutMissingColumns(settings: Settings): Promise<Settings> {
  const { url, table, mapping } = settings.database;
  const optional = Object.entries(mapping.fields).filter(([, { isOptional }]) => isOptional === true);
  if (optional.length === 0) return settings;
  const columns = await columnsOf(url, table);
  // The run will fail for the same reason, and report it.
  if (columns === null) return settings;
  const missing = optional.filter(([, { column }]) => !columns.has(column));
  const fields = Object.entries(mapping.fields).filter(([name]) => !missing.some(([lost]) => lost === name));
  return {
    ...settings,
    database: {
      ...settings.database,
      mapping: { ...mapping, fields: Object.fromEntries(fields) },
      missingColumns: missing.map(([field, { column }]) => ({ field, column })),
    },
  };
}

async function columnsOf(url: string, table: string): Promise<ReadonlySet<string> | null> {
  try {
    const description = await (await databaseOf(url).probe(url)).table(table);
    return description === null ? null : new Set(description.columns.map(({ name }) => name));
  } catch (error) {
    if (error instanceof ReconcileError) return null;
    throw error;
  }
}
