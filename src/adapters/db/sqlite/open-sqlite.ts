import type { DatabaseProbe } from "../../../ports/database-probe.js";
import type { DbClient, StreamQuery, StreamSnapshot } from "../../../ports/db-client.js";
import { assertPageSize } from "../page-size.js";
import { checkFile } from "./database-file.js";
import { SqliteProbe } from "./probe.js";
import { readStreams } from "./read-streams.js";
import { SqliteRunRecorder } from "./run-recorder.js";

export const DEFAULT_BUSY_TIMEOUT_MS = 5_000;

export interface SqliteOptions {
  /** How long to wait for another program's lock; default 5 s. */
  readonly busyTimeout_ms?: number;
  /** Make the file and its folders when something is to be written; default: a missing file is an error. */
  readonly create?: boolean;
}

/**
 * An SQLite file. Reading opens it read-only.
 * @throws ConfigurationError unless the file exists (or may be created) and can be read.
 */
export async function openSqlite(path: string, options: SqliteOptions = {}): Promise<DbClient> {
  const { busyTimeout_ms = DEFAULT_BUSY_TIMEOUT_MS, create = false } = options;
  if (!create) await checkFile(path);
  return new SqliteClient({ path, busyTimeout_ms, create });
}

/** Looks at an SQLite file; opens it when it is asked something. */
export function probeSqlite(path: string): DatabaseProbe {
  return new SqliteProbe(path, DEFAULT_BUSY_TIMEOUT_MS);
}

class SqliteClient extends SqliteRunRecorder implements DbClient {
  /** Every snapshot has a connection of its own. Without WAL, writers wait until it ends. */
  async getStreams(query: StreamQuery, signal?: AbortSignal): Promise<StreamSnapshot> {
    assertPageSize(query.pageSize);
    signal?.throwIfAborted();
    return readStreams(await this.openReader(), query, this.target.busyTimeout_ms, signal);
  }
}
