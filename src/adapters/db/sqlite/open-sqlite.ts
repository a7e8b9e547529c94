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
  /** Create the file and its folders on the first write; by default, a missing file is an error. */
  readonly create?: boolean;
}

/**
 * Opens an SQLite file. Streams are read over a read-only connection.
 * @throws ConfigurationError unless the file exists (or may be created) and can be read.
 */
export async function openSqlite(path: string, options: SqliteOptions = {}): Promise<DbClient> {
  const { busyTimeout_ms = DEFAULT_BUSY_TIMEOUT_MS, create = false } = options;
  if (!create) await checkFile(path);
  return new SqliteClient({ path, busyTimeout_ms, create });
}

/** Opens the file on first use. */
export function probeSqlite(path: string): DatabaseProbe {
  return new SqliteProbe(path, DEFAULT_BUSY_TIMEOUT_MS);
}

class SqliteClient extends SqliteRunRecorder implements DbClient {
  /** Every snapshot gets its own connection. Without WAL, writers wait until it ends. */
  async getStreams(query: StreamQuery, signal?: AbortSignal): Promise<StreamSnapshot> {
    assertPageSize(query.pageSize);
    signal?.throwIfAborted();
    return readStreams(await this.openReader(), query, this.target.busyTimeout_ms, signal);
  }
}
