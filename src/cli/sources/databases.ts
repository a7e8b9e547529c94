import type { DbClient } from "../../ports/db-client.js";
import { postgres } from "./postgres.js";
import { type DatabaseSource, sourceOf } from "./source.js";
import { sqlite } from "./sqlite.js";

export type DatabaseName = "postgres" | "sqlite";

export const DATABASES: Readonly<Record<DatabaseName, DatabaseSource>> = { postgres, sqlite };

/** The database that a URL of the settings names. */
export function databaseOf(url: string): DatabaseSource {
  const database = sourceOf(url, DATABASES);
  if (database === null) throw new Error("The configuration accepted a database URL that no database handles.");
  return database;
}

/** Opens a database. @throws as DatabaseSource.open does */
export function openDb(url: string, options: { readonly create?: boolean } = {}): Promise<DbClient> {
  return databaseOf(url).open(url, options);
}
