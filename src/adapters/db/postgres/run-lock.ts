import type { RunLock, RunLockRequest } from "../../../ports/db-client.js";
import { RUN_TABLE } from "../run-table.js";
import { type LockHolder, runLocked, runLockRefused } from "../run-table-fault.js";
import { findTable } from "./catalog.js";
import type { PostgresSession } from "./session/session.js";
import { serverCode, statementFault } from "./session/statement-fault.js";

/** The prefix of the holder's application name, which is all that other roles can see of it. */
const NAME = "reconcile-streams ";

/** Keeps the connection open for the whole run; if this machine dies, the server notices within about two minutes. */
const SETTINGS = `SELECT pg_catalog.set_config('application_name', $1, false), (SELECT count(pg_catalog.set_config(name,
  CASE name WHEN 'tcp_keepalives_idle' THEN '60' WHEN 'tcp_keepalives_interval' THEN '15'
            WHEN 'tcp_keepalives_count' THEN '4' ELSE '0' END, false))
  FROM pg_catalog.pg_settings
  WHERE name IN ('idle_session_timeout', 'tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count'))`;

const KEY = "pg_catalog.hashtextextended($1, 0)";
/** pg_locks shows the bigint of an advisory lock as two halves. */
const HOLDER = `SELECT l.pid::text, a.application_name, pg_catalog.host(a.client_addr) FROM pg_catalog.pg_locks l
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
    AND (l.classid::bigint << 32 | l.objid::bigint) = ${KEY}`;

/** Takes an advisory lock on its own connection: the server frees it when the connection ends, for whatever reason. */
export async function lockRuns(session: PostgresSession, { contractId, runId }: RunLockRequest): Promise<RunLock> {
  try {
    await session.query(SETTINGS, [NAME + runId]);
    // Tables of the same name in different schemas keep separate records.
    const table = await findTable(session, { schema: null, name: RUN_TABLE });
    const key = `reconcile-streams: runs of ${contractId} in ${table?.sql ?? RUN_TABLE}`;
    const [taken] = await session.query(`SELECT pg_catalog.pg_try_advisory_lock(${KEY})`, [key]);
    if (taken?.[0] !== true) throw runLocked(contractId, await holderOf(session, key));
    return new AdvisoryLock(session, key);
  } catch (fault) {
    await session.close();
    if (serverCode(fault) === "42501") throw runLockRefused(fault, GRANT);
    throw statementFault(fault, session.place);
  }
}

const GRANT = "As a superuser: GRANT EXECUTE ON FUNCTION pg_catalog.pg_try_advisory_lock(bigint) TO …;";

class AdvisoryLock implements RunLock {
  readonly #session: PostgresSession;
  readonly #key: string;

  constructor(session: PostgresSession, key: string) {
    this.#session = session;
    this.#key = key;
  }

  async isHeld(): Promise<boolean> {
    try {
      const rows = await this.#session.query(`${HOLDER} AND l.pid = pg_catalog.pg_backend_pid()`, [this.#key]);
      return rows.length > 0;
    } catch {
      // If the query fails, the connection may be gone, and the lock with it.
      return false;
    }
  }

  async release(): Promise<void> {
    await this.#session.close();
  }
}

/** The lock's holder: the run's own record says more than the server does. */
async function holderOf(session: PostgresSession, key: string): Promise<LockHolder> {
  const [holder] = await session.query(HOLDER, [key]);
  if (holder === undefined) return { runId: null, facts: ["it was released just now"] };
  const name = String(holder[1]);
  // Other roles do not see the address.
  const place = `PostgreSQL process ${holder[0]}${holder[2] === null ? "" : `, connected from ${holder[2]}`}`;
  if (!name.startsWith(NAME)) {
    return { runId: null, facts: [`held by ${place} (${name === "" ? "without a name" : name})`] };
  }
  const runId = name.slice(NAME.length);
  const [run] = await session.query(
    `SELECT requested_by, service, pg_catalog.to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
     FROM ${RUN_TABLE} WHERE run_id = $1`,
    [runId],
  );
  if (run === undefined) return { runId, facts: [`held by run ${runId}, which is just starting (${place})`] };
  const [requestedBy, service, since] = run;
  const who = service === null ? requestedBy : `${requestedBy}, service ${service}`;
  return { runId, facts: [`held by run ${runId} (${place})`, `requested by ${who}, running since ${since}`] };
}
