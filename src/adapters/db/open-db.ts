import type { DatabaseProbe } from "../../ports/database-probe.js";
import type { DbClient } from "../../ports/db-client.js";
import { dialectOf } from "./dialect.js";

export { type Dialect, dialectOf } from "./dialect.js";
export { runTableSql } from "./run-table.js";

export interface DatabaseOptions {
  /** PostgreSQL: how long one connection may take to be made. Default 10 s, or the URL's `connect_timeout`. */
  readonly connectTimeout_ms?: number;
  /** SQLite: how long to wait for another program's lock. Default 5 s. */
  readonly busyTimeout_ms?: number;
  /** SQLite: make the file and its folders where they are missing. Default: a missing file is an error. */
  readonly create?: boolean;
}

/**
 * Opens the database that a URL names: `postgres://…`, `postgresql://…` or `sqlite:<path>`. Drivers are loaded here
 * and not before.
 * @throws ConfigurationError for another scheme, or a URL or file that cannot be used.
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<DbClient> {
  if (dialectOf(url) === "postgres") {
    const { openPostgres } = await import("./postgres/open-postgres.js");
    return openPostgres(url, options);
  }
  const { openSqlite, sqlitePathOf } = await import("./sqlite/open-sqlite.js");
  return openSqlite(sqlitePathOf(url), options);
}

/** Looks at the database that a URL names. @throws as openDatabase does */
export async function probeDatabase(url: string): Promise<DatabaseProbe> {
  if (dialectOf(url) === "postgres") {
    const { probePostgres } = await import("./postgres/open-postgres.js");
    return probePostgres(url);
  }
  const { probeSqlite, sqlitePathOf } = await import("./sqlite/open-sqlite.js");
  return probeSqlite(sqlitePathOf(url));
}
