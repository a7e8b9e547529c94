import type { RunRecord } from "../../../core/run-record.js";
import type { RunRecorder } from "../../../ports/db-client.js";
import { faultMessage } from "../fault.js";
import { PROBE_RECORD, RUN_COLUMN_NAMES, RUN_TABLE, runTableSql, runUpsertSql, runValues } from "../run-table.js";
import { recordNotWritten, runTableNotCreated, runTableNotWritable, wrongRunTable } from "../run-table-fault.js";
import { findTable } from "./catalog.js";
import { PostgresSession } from "./session.js";
import { serverCode, statementFault } from "./statement-fault.js";
import type { PostgresTarget } from "./target.js";

type Explain = (fault: unknown, place: string) => unknown;

const TABLE = { schema: null, name: RUN_TABLE };
/** A record is one row: whatever holds it up for longer is a fault. */
const LIMITS =
  "SELECT pg_catalog.set_config('lock_timeout', '10s', true), pg_catalog.set_config('statement_timeout', '30s', true)";

/** Run records in a PostgreSQL database; every call is one connection and one transaction. */
export class PostgresRunRecorder implements RunRecorder {
  readonly #target: PostgresTarget;

  constructor(target: PostgresTarget) {
    this.#target = target;
  }

  canRecordRuns(): Promise<boolean> {
    return this.#inTransaction("ROLLBACK", notWritable, async (session) => {
      const table = await findTable(session, TABLE);
      if (table === null) return false;
      const present = new Set(table.columns.map((column) => column.name));
      const missing = RUN_COLUMN_NAMES.filter((name) => !present.has(name));
      if (missing.length > 0) throw wrongRunTable([`Columns it lacks: ${missing.join(", ")}`]);
      // The one proof that writing works, privileges, triggers and constraints included: do it and take it back.
      await session.query(runUpsertSql("postgres"), runValues(PROBE_RECORD));
      return true;
    });
  }

  createRunTable(): Promise<void> {
    return this.#inTransaction("COMMIT", notCreated, async (session) => {
      // CREATE … IF NOT EXISTS asks for the right to create even where there is nothing to do.
      if ((await findTable(session, TABLE)) !== null) return;
      // Two at once would both find nothing, and one would fail; the lock's number is this tool's own.
      await session.query("SELECT pg_catalog.pg_advisory_xact_lock(7236833401)");
      await session.query(runTableSql("postgres"));
    });
  }

  async updateLastRunStatus(record: RunRecord): Promise<void> {
    try {
      await this.#inTransaction(
        "COMMIT",
        (fault) => fault,
        async (session) => void (await session.query(runUpsertSql("postgres"), runValues(record))),
      );
    } catch (fault) {
      throw recordNotWritten(fault, serverCode(fault) === "42P01");
    }
  }

  async #inTransaction<T>(
    end: "COMMIT" | "ROLLBACK",
    explain: Explain,
    work: (session: PostgresSession) => Promise<T>,
  ): Promise<T> {
    const session = await PostgresSession.open(this.#target);
    try {
      await session.query("BEGIN");
      await session.query(LIMITS);
      const result = await work(session);
      await session.query(end);
      return result;
    } catch (fault) {
      throw explain(fault, session.place);
    } finally {
      await session.close();
    }
  }
}

function notWritable(fault: unknown, place: string): unknown {
  const code = serverCode(fault) ?? "";
  const message = faultMessage(fault);
  if (code === "42501") {
    return runTableNotWritable(message, `As its owner: GRANT SELECT, INSERT, UPDATE ON ${RUN_TABLE} TO …;`, fault);
  }
  if (code === "25006") return runTableNotWritable(message, PRIMARY, fault);
  // Our row does not fit: a type, a constraint, no unique run_id.
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

const PRIMARY = "Connect to the primary instead of a replica, as a user who is not set to read-only.";
