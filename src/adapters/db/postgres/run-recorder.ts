import type { JournalStep } from "../../../core/records/journal.js";
import type { RunRecord } from "../../../core/records/run-record.js";
import type {
  RunLock,
  RunLockRequest,
  RunQuery,
  RunRecorder,
  RunSnapshot,
  RunTableChange,
  Sealing,
} from "../../../ports/db-client.js";
import { faultMessage } from "../fault.js";
import {
  addColumnSql,
  createTableSql,
  HEAD_TABLE,
  headUpsertSql,
  headValues,
  missingRunColumns,
  RUN_TABLE,
  runUpsertSql,
  runValues,
  TRIAL_STEP,
} from "../run-table.js";
import {
  recordNotWritten,
  runTableNotCreated,
  runTableNotWritable,
  runTableUnsealed,
  wrongRunTable,
} from "../run-table-fault.js";
import { refusable } from "../sealing.js";
import { findTable } from "./catalog.js";
import { readRuns } from "./read-runs.js";
import { lockRuns } from "./run-lock.js";
import { journalState, TEXT_FORMS } from "./run-rows.js";
import { PostgresSession } from "./session.js";
import { serverCode, statementFault } from "./statement-fault.js";
import type { PostgresTarget } from "./target.js";

type Explain = (fault: unknown, place: string) => unknown;

/** A record is one row: whatever holds it up for longer is a fault. */
const LIMITS =
  "SELECT pg_catalog.set_config('lock_timeout', '10s', true), pg_catalog.set_config('statement_timeout', '30s', true)";

/** Run records in a PostgreSQL database; every call is one connection and one transaction. */
export class PostgresRunRecorder implements RunRecorder {
  readonly #target: PostgresTarget;
  readonly #sessions = new Set<PostgresSession>();
  #isClosed = false;

  constructor(target: PostgresTarget) {
    this.#target = target;
  }

  canRecordRuns(): Promise<boolean> {
    return this.#inTransaction("ROLLBACK", notWritable, async (session) => {
      const found = await findRunTables(session);
      if (found.run === null) return false;
      const { names, own } = missingRunColumns(found.run);
      if (!own) throw wrongRunTable([`Columns it lacks: ${names.join(", ")}`]);
      if (!found.head) names.push(`the table ${HEAD_TABLE}`);
      if (names.length > 0) throw runTableUnsealed(names);
      // The one proof that writing works, privileges, triggers and constraints included: do it and take it back.
      await write(session, TRIAL_STEP);
      return true;
    });
  }

  createRunTable(): Promise<RunTableChange> {
    return this.#inTransaction("COMMIT", notCreated, async (session) => {
      // CREATE … IF NOT EXISTS asks for the right to create even where there is nothing to do.
      if (isComplete(await findRunTables(session))) return "unchanged";
      // Two at once would both find nothing, and one would fail; the lock's number is this tool's own.
      await session.query("SELECT pg_catalog.pg_advisory_xact_lock(7236833401)");
      const found = await findRunTables(session);
      if (isComplete(found)) return "unchanged";
      const { names, own } = missingRunColumns(found.run ?? new Set());
      if (found.run !== null && !own) throw wrongRunTable([`Columns it lacks: ${names.join(", ")}`]);
      if (found.run === null) await session.query(createTableSql(RUN_TABLE, "postgres"));
      else for (const name of names) await session.query(addColumnSql("postgres", name));
      if (!found.head) await session.query(createTableSql(HEAD_TABLE, "postgres"));
      return found.run === null ? "created" : "upgraded";
    });
  }

  async updateLastRunStatus(record: RunRecord, sealing: Sealing): Promise<void> {
    const next = refusable(sealing);
    try {
      await this.#inTransaction(
        "COMMIT",
        (fault) => fault,
        async (session) => {
          await session.query(TEXT_FORMS);
          await write(session, next.of(await journalState(session, record, sealing)));
        },
      );
    } catch (fault) {
      if (fault === next.refusal) throw fault;
      throw recordNotWritten(fault, serverCode(fault) === "42P01");
    }
  }

  async lockRuns(request: RunLockRequest): Promise<RunLock> {
    const { lock, session } = await lockRuns(this.#target, request);
    this.#sessions.add(session);
    return lock;
  }

  async readRuns(query: RunQuery): Promise<RunSnapshot> {
    const session = await PostgresSession.open(this.#target);
    this.#sessions.add(session);
    return readRuns(session, query);
  }

  /** Ends whatever is still open: what a run was stopped in the middle of is not written after its end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#sessions].map((session) => session.close()));
    this.#sessions.clear();
  }

  async #inTransaction<T>(
    end: "COMMIT" | "ROLLBACK",
    explain: Explain,
    work: (session: PostgresSession) => Promise<T>,
  ): Promise<T> {
    const session = await PostgresSession.open(this.#target);
    this.#sessions.add(session);
    try {
      if (this.#isClosed) throw new Error("the database was closed meanwhile");
      await session.query("BEGIN");
      await session.query(LIMITS);
      const result = await work(session);
      await session.query(end);
      return result;
    } catch (fault) {
      throw explain(fault, session.place);
    } finally {
      await session.close();
      this.#sessions.delete(session);
    }
  }
}

async function write(session: PostgresSession, { run, head }: JournalStep): Promise<void> {
  await session.query(runUpsertSql("postgres"), runValues(run));
  await session.query(headUpsertSql("postgres"), headValues(head));
}

interface RunTables {
  /** Names of the columns; null: there is no such table. */
  readonly run: ReadonlySet<string> | null;
  readonly head: boolean;
}

async function findRunTables(session: PostgresSession): Promise<RunTables> {
  const run = await findTable(session, { schema: null, name: RUN_TABLE });
  const head = await findTable(session, { schema: null, name: HEAD_TABLE });
  return { run: run === null ? null : new Set(run.columns.map(({ name }) => name)), head: head !== null };
}

function isComplete({ run, head }: RunTables): boolean {
  return run !== null && head && missingRunColumns(run).names.length === 0;
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
