import { ReconcileError } from "../../../core/errors.js";
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
import { faultCode, faultMessage } from "../fault.js";
import {
  addColumnSql,
  createTableSql,
  HEAD_TABLE,
  headUpsertSql,
  headValues,
  LOCK_TABLE,
  LOCK_TABLE_SQL,
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
import { SqliteConnection, whileBusy } from "./connection.js";
import { checkFile, createFolder, fileExists } from "./database-file.js";
import { readRuns } from "./read-runs.js";
import { lockRuns, type WriteTransaction } from "./run-lock.js";
import { journalState } from "./run-rows.js";
import { isReadOnly, sqliteFault } from "./sqlite-fault.js";

export interface SqliteTarget {
  readonly path: string;
  readonly busyTimeout_ms: number;
  readonly create: boolean;
}

const WRITABLE = "Make the file and its folder writable for this user.";

/** Run records in an SQLite file; every call is one connection and one transaction. */
export class SqliteRunRecorder implements RunRecorder {
  readonly #target: SqliteTarget;
  readonly #reading = new Set<SqliteConnection>();
  #isClosed = false;

  constructor(target: SqliteTarget) {
    this.#target = target;
  }

  async canRecordRuns(): Promise<boolean> {
    if (this.#target.create && !(await fileExists(this.#target.path))) return false;
    return this.#connected(notWritable, async (connection) => {
      const found = await this.#whileBusy(() => findRunTables(connection));
      if (found.run === null) return false;
      const { names, own } = missingRunColumns(found.run);
      if (!own) throw wrongRunTable([`Columns it lacks: ${names.join(", ")}`]);
      for (const table of found.missing) names.push(`the table ${table}`);
      if (names.length > 0) throw runTableUnsealed(names);
      // The one proof that writing works, triggers and constraints included: do it and take it back.
      await this.#inTransaction(connection, "ROLLBACK", () => write(connection, TRIAL_STEP));
      return true;
    });
  }

  createRunTable(): Promise<RunTableChange> {
    return this.#connected(notCreated, async (connection) => {
      // A look first: where everything is there, a file that cannot be written is no obstacle.
      if (isComplete(await this.#whileBusy(() => findRunTables(connection)))) return "unchanged";
      return this.#inTransaction(connection, "COMMIT", () => {
        const found = findRunTables(connection);
        if (isComplete(found)) return "unchanged";
        const { names, own } = missingRunColumns(found.run ?? new Set());
        if (found.run !== null && !own) throw wrongRunTable([`Columns it lacks: ${names.join(", ")}`]);
        if (found.run === null) connection.exec(createTableSql(RUN_TABLE, "sqlite"));
        else for (const name of names) connection.exec(addColumnSql("sqlite", name));
        connection.exec(createTableSql(HEAD_TABLE, "sqlite"));
        connection.exec(LOCK_TABLE_SQL);
        return found.run === null ? "created" : "upgraded";
      });
    });
  }

  async updateLastRunStatus(record: RunRecord, sealing: Sealing): Promise<void> {
    const next = refusable(sealing);
    try {
      await this.#connected(sqliteFault, (connection) =>
        this.#inTransaction(connection, "COMMIT", () => {
          // It waited for the file's lock, and meanwhile its run was stopped and has ended.
          if (this.#isClosed) throw new Error("the database was closed meanwhile");
          write(connection, next.of(journalState(connection, record, sealing)));
        }),
      );
    } catch (fault) {
      if (fault === next.refusal) throw fault;
      const driverFault = fault instanceof ReconcileError ? fault.cause : fault;
      if (faultMessage(driverFault).startsWith("no such table")) throw recordNotWritten(driverFault, true);
      throw recordNotWritten(fault, false, isReadOnly(driverFault) ? [WRITABLE] : []);
    }
  }

  async lockRuns(request: RunLockRequest): Promise<RunLock> {
    const inTransaction: WriteTransaction = (work, patient) =>
      this.#connected(sqliteFault, (connection) =>
        this.#inTransaction(connection, "COMMIT", () => work(connection), patient ? undefined : 0),
      );
    return lockRuns(inTransaction, request);
  }

  async readRuns(query: RunQuery): Promise<RunSnapshot> {
    const { path, busyTimeout_ms } = this.#target;
    await checkFile(path);
    const connection = await SqliteConnection.open(path, "ro").catch((fault: unknown) => {
      throw sqliteFault(fault, path);
    });
    this.#reading.add(connection);
    return readRuns(connection, query, busyTimeout_ms);
  }

  /** Ends every view that is still open; a lock is its taker's to release. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const connection of this.#reading) connection.close();
    this.#reading.clear();
  }

  /** A failure leaves the transaction to the connection's end, which rolls it back. */
  async #inTransaction<T>(
    connection: SqliteConnection,
    end: "COMMIT" | "ROLLBACK",
    work: () => T,
    timeout_ms = this.#target.busyTimeout_ms,
  ): Promise<T> {
    await whileBusy(timeout_ms, () => connection.exec("BEGIN IMMEDIATE"));
    const result = work();
    // Without WAL, readers that are still at it hold this up.
    await whileBusy(timeout_ms, () => connection.exec(end));
    return result;
  }

  #whileBusy<T>(work: () => T): Promise<T> {
    return whileBusy(this.#target.busyTimeout_ms, work);
  }

  async #connected<T>(explain: Explain, work: (connection: SqliteConnection) => Promise<T>): Promise<T> {
    const { path, create } = this.#target;
    if (create) await createFolder(path);
    else await checkFile(path);
    let connection: SqliteConnection | undefined;
    try {
      connection = await SqliteConnection.open(path, create ? "rwc" : "rw");
      return await work(connection);
    } catch (fault) {
      throw explain(fault, path);
    } finally {
      connection?.close();
    }
  }
}

function write(connection: SqliteConnection, { run, head }: JournalStep): void {
  connection.run(runUpsertSql("sqlite"), runValues(run));
  connection.run(headUpsertSql("sqlite"), headValues(head));
}

interface RunTables {
  /** Names of the columns; null: there is no such table. */
  readonly run: ReadonlySet<string> | null;
  /** The others that are not there. */
  readonly missing: readonly string[];
}

function findRunTables(connection: SqliteConnection): RunTables {
  const run = findTable(connection, { schema: null, name: RUN_TABLE });
  const missing = [HEAD_TABLE, LOCK_TABLE].filter((name) => findTable(connection, { schema: null, name }) === null);
  return { run: run === null ? null : new Set(run.columns.keys()), missing };
}

function isComplete({ run, missing }: RunTables): boolean {
  return run !== null && missing.length === 0 && missingRunColumns(run).names.length === 0;
}

type Explain = (fault: unknown, path: string) => unknown;

function notWritable(fault: unknown, path: string): unknown {
  if (isReadOnly(fault)) return runTableNotWritable(faultMessage(fault), WRITABLE, fault);
  // Our row does not fit: a constraint, a trigger, no unique run_id.
  if (/^SQLITE_(ERROR|CONSTRAINT|MISMATCH)/.test(faultCode(fault) ?? ""))
    return wrongRunTable([faultMessage(fault)], fault);
  return sqliteFault(fault, path);
}

function notCreated(fault: unknown, path: string): unknown {
  if (isReadOnly(fault)) return runTableNotCreated(faultMessage(fault), WRITABLE, fault);
  return sqliteFault(fault, path);
}
