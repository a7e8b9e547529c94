import type { DatabaseProbe } from "../../../ports/database-probe.js";
import type { DbClient, StreamQuery, StreamSnapshot } from "../../../ports/db-client.js";
import { assertPageSize } from "../page-size.js";
import { PostgresProbe } from "./probe.js";
import { readStreams } from "./read-streams.js";
import { PostgresRunRecorder } from "./run-recorder.js";
import { readPostgresUrl } from "./target.js";

export interface PostgresOptions {
  /** How long one connection may take to be made; default 10 s, or `connect_timeout` of the URL. */
  readonly connectTimeout_ms?: number;
}

/**
 * A PostgreSQL database. Connects when it is used; only the URL is checked here.
 * @throws ConfigurationError when the URL, or a certificate that it names, cannot be read.
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<DbClient> {
  return new PostgresClient(await readPostgresUrl(url, options.connectTimeout_ms));
}

/** Looks at the database; connects when it is asked something. @throws as openPostgres does */
export async function probePostgres(url: string): Promise<DatabaseProbe> {
  return new PostgresProbe(await readPostgresUrl(url));
}

class PostgresClient extends PostgresRunRecorder implements DbClient {
  /** Every snapshot has a connection of its own. */
  async getStreams(query: StreamQuery, signal?: AbortSignal): Promise<StreamSnapshot> {
    assertPageSize(query.pageSize);
    return readStreams(await this.openSession(signal), query);
  }
}
