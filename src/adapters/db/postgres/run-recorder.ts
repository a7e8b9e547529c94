import type { RunLock, RunLockRequest } from "../../../ports/db-client.js";
import { faultMessage } from "../fault.js";
import type { RecordView } from "../read-runs.js";
import { type Explain, SqlRunRecorder } from "../run-recorder.js";
import type { RecordSession, RecordWriter } from "../run-rows.js";
import { HEAD_TABLE, RUN_TABLE } from "../run-table.js";
import { recordNotWritten, runTableNotCreated, runTableNotWritable, wrongRunTable } from "../run-table-fault.js";
import { findTable } from "./catalog.js";
import { POSTGRES } from "./dialect.js";
import { lockRuns } from "./run-lock.js";
import { PostgresSession } from "./session/session.js";
import { DISK_FULL, serverCode, statementFault } from "./session/statement-fault.js";
import type { PostgresTarget } from "./session/target.js";

/** For this transaction only: text becomes unambiguous, and rows that a policy would hide raise an error. */
const TEXT_FORMS = { DateStyle: "ISO, YMD", TimeZone: "UTC", client_encoding: "UTF8", row_security: "off" };
/** A record is a single row: anything that takes longer is a fault, and must not keep other writers waiting. */
const LIMITS = {
  lock_timeout: "10s",
  statement_timeout: "30s",
  idle_in_transaction_session_timeout: "30s",
};
const ROWS_AT_A_TIME = 5;
const CURSOR = "reconcile_streams_runs";

export class PostgresRunRecorder extends SqlRunRecorder {
  protected readonly target: PostgresTarget;
  protected readonly notWritable = notWritable;
  protected readonly notCreated = notCreated;

  constructor(target: PostgresTarget) {
    super();
    this.target = target;
  }

  async lockRuns(request: RunLockRequest): Promise<RunLock> {
    return lockRuns(await this.openSession(), request);
  }

  protected async connected<T>(explain: Explain, work: (session: RecordWriter) => Promise<T>): Promise<T> {
    const session = await this.openSession();
    try {
      return await work(writerOn(session));
    } catch (fault) {
      throw explain(fault, session.place);
    } finally {
      await session.close();
      this.open.delete(session);
    }
  }

  protected async openView(): Promise<RecordView> {
    return viewOn(await this.openSession());
  }

  /** Opens a connection that `close` closes unless it has ended before. */
  protected async openSession(signal?: AbortSignal): Promise<PostgresSession> {
    const session = await PostgresSession.open(this.target, signal);
    this.open.add(session);
    return session;
  }

  protected notRecorded(fault: unknown): Error {
    const code = serverCode(fault);
    return recordNotWritten(fault, code === "42P01", code === null ? [] : (STEPS[code] ?? []));
  }
}

function sessionOn(session: PostgresSession): RecordSession {
  return {
    dialect: POSTGRES,
    async columnsOf(name) {
      const table = await findTable(session, { schema: null, name });
      return table === null ? null : new Set(table.columns.map((column) => column.name));
    },
    query: (sql, parameters) => session.query(sql, parameters),
  };
}

function writerOn(session: PostgresSession): RecordWriter {
  return {
    ...sessionOn(session),
    run: (sql, parameters) => session.query(sql, parameters),
    async inTransaction(end, work) {
      await session.query("BEGIN");
      await session.query(settings({ ...TEXT_FORMS, ...LIMITS }));
      const result = await work();
      await session.query(end);
      return result;
    },
    alone: (purpose) =>
      session.query("SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))", [
        `reconcile-streams: ${purpose}`,
      ]),
  };
}

function viewOn(session: PostgresSession): RecordView {
  return {
    ...sessionOn(session),
    async begin() {
      await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      await session.query(settings(TEXT_FORMS));
    },
    async *rows(sql, parameters) {
      await session.query(`DECLARE ${CURSOR} NO SCROLL CURSOR FOR ${sql}`, parameters);
      for (;;) {
        const rows = await session.query(`FETCH ${ROWS_AT_A_TIME} FROM ${CURSOR}`);
        yield* rows;
        if (rows.length < ROWS_AT_A_TIME) return;
      }
    },
    explain: (fault) => session.explain(fault),
    close: () => session.close(),
  };
}

function settings(values: Readonly<Record<string, string>>): string {
  const calls = Object.entries(values).map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`);
  return `SELECT ${calls.join(", ")}`;
}

function notWritable(fault: unknown, place: string): unknown {
  const code = serverCode(fault) ?? "";
  const message = faultMessage(fault);
  if (code === "42501") {
    return runTableNotWritable(
      message,
      `As its owner: GRANT SELECT, INSERT, UPDATE ON ${RUN_TABLE}, ${HEAD_TABLE} TO …;`,
      fault,
    );
  }
  if (code === "25006") return runTableNotWritable(message, PRIMARY, fault);
  // Our row does not fit: a type, a constraint, or no unique index on run_id.
  if (/^(22|23|42)/.test(code)) return wrongRunTable([message], fault);
  return statementFault(fault, place);
}

function notCreated(fault: unknown, place: string): unknown {
  const code = serverCode(fault);
  const message = faultMessage(fault);
  if (code === "42501")
    return runTableNotCreated(message, "As the schema's owner: GRANT CREATE ON SCHEMA … TO …;", fault);
  if (code === "25006") return runTableNotCreated(message, PRIMARY, fault);
  if (code === "3F000")
    return runTableNotCreated(message, "Set search_path for this user to an existing schema.", fault);
  return statementFault(fault, place);
}

const PRIMARY = "Connect to the primary instead of a replica, as a user that is not restricted to reading.";
/** What to do when a record was not written, by SQLSTATE. */
const STEPS: Readonly<Record<string, readonly string[]>> = { "25006": [PRIMARY], "53100": [DISK_FULL] };
