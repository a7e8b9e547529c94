import type { DatabaseProbe } from "../../../ports/database-probe.js";
import type { DbClient, StreamQuery, StreamSnapshot } from "../../../ports/db-client.js";
import { assertPageSize } from "../page-size.js";
import { PostgresProbe } from "./probe.js";
import { readStreams } from "./read-streams.js";
import { PostgresRunRecorder } from "./run-recorder.js";
import { readPostgresUrl } from "./session/target.js";

export interface PostgresOptions {
  /** Time limit for connecting; defaults to the URL's `connect_timeout`, else 10 s. */
  readonly connectTimeout_ms?: number;
}

/**
 * Opens a PostgreSQL database. It connects on first use; only the URL is checked here.
 * @throws ConfigurationError if the URL, or a certificate it names, cannot be read.
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<DbClient> {
  return new PostgresClient(await readPostgresUrl(url, options.connectTimeout_ms));
}

/** Connects on first use. @throws as openPostgres does */
export async function probePostgres(url: string): Promise<DatabaseProbe> {
  return new PostgresProbe(await readPostgresUrl(url));
}

class PostgresClient extends PostgresRunRecorder implements DbClient {
  /** Every snapshot gets its own connection. */
  async getStreams(query: StreamQuery, signal?: AbortSignal): Promise<StreamSnapshot> {
    assertPageSize(query.pageSize);
    return readStreams(await this.openSession(signal), query);
  }
}
