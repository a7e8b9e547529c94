import { setImmediate as yieldToEvents } from "node:timers/promises";
import type { RunLock, RunLockRequest } from "../../../ports/db-client.js";
import { faultCode, faultMessage } from "../fault.js";
import type { RecordView } from "../read-runs.js";
import { type Explain, SqlRunRecorder } from "../run-recorder.js";
import type { RecordSession, RecordWriter } from "../run-rows.js";
import { recordNotWritten, runTableNotCreated, runTableNotWritable, wrongRunTable } from "../run-table-fault.js";
import { findTable } from "./catalog.js";
import { SqliteConnection, whileBusy } from "./connection.js";
import { checkFile, createFolder, fileExists } from "./database-file.js";
import { SQLITE } from "./dialect.js";
import { lockRuns, type WriteTransaction } from "./run-lock.js";
import { isReadOnly, sqliteFault } from "./sqlite-fault.js";

export interface SqliteTarget {
  readonly path: string;
  readonly busyTimeout_ms: number;
  readonly create: boolean;
}

const WRITABLE = "Make the file and its folder writable for this user.";

export class SqliteRunRecorder extends SqlRunRecorder {
  protected readonly target: SqliteTarget;
  protected readonly notWritable = notWritable;
  protected readonly notCreated = notCreated;

  constructor(target: SqliteTarget) {
    super();
    this.target = target;
  }

  override async canRecordRuns(): Promise<boolean> {
    if (this.target.create && !(await fileExists(this.target.path))) return false;
    return super.canRecordRuns();
  }

  async lockRuns(request: RunLockRequest): Promise<RunLock> {
    const inTransaction: WriteTransaction = (work, patient) =>
      this.#connected(sqliteFault, (connection) =>
        transaction(connection, "COMMIT", async () => work(connection), patient ? this.target.busyTimeout_ms : 0),
      );
    return lockRuns(inTransaction, request);
  }

  protected connected<T>(explain: Explain, work: (session: RecordWriter) => Promise<T>): Promise<T> {
    const { busyTimeout_ms } = this.target;
    return this.#connected(explain, (connection) =>
      work({
        ...sessionOn(connection, busyTimeout_ms),
        run: async (sql, parameters = []) => connection.run(sql, parameters),
        inTransaction: (end, inside) => transaction(connection, end, inside, busyTimeout_ms),
        // SQLite has only one writing transaction at a time.
        alone: async () => undefined,
      }),
    );
  }

  protected async openView(): Promise<RecordView> {
    return viewOn(await this.openReader(), this.target.busyTimeout_ms);
  }

  /** Opens a read-only connection that `close` closes unless it has ended before. */
  protected async openReader(): Promise<SqliteConnection> {
    const { path } = this.target;
    await checkFile(path);
    const connection = await SqliteConnection.open(path, "ro").catch((fault: unknown) => {
      throw sqliteFault(fault, path);
    });
    this.open.add(connection);
    return connection;
  }

  protected notRecorded(fault: unknown): Error {
    if (faultMessage(fault).startsWith("no such table")) return recordNotWritten(fault, true);
    return recordNotWritten(sqliteFault(fault, this.target.path), false, isReadOnly(fault) ? [WRITABLE] : []);
  }

  async #connected<T>(explain: Explain, work: (connection: SqliteConnection) => Promise<T>): Promise<T> {
    const { path, create } = this.target;
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

function sessionOn(connection: SqliteConnection, busyTimeout_ms: number): RecordSession {
  return {
    dialect: SQLITE,
    async columnsOf(name) {
      const table = await whileBusy(busyTimeout_ms, () => findTable(connection, { schema: null, name }));
      return table === null ? null : new Set(table.columns.keys());
    },
    query: async (sql, parameters) => connection.all(sql, parameters),
  };
}

/** If the work fails, closing the connection rolls the transaction back. */
async function transaction<T>(
  connection: SqliteConnection,
  end: "COMMIT" | "ROLLBACK",
  work: () => Promise<T>,
  timeout_ms: number,
): Promise<T> {
  await whileBusy(timeout_ms, () => connection.exec("BEGIN IMMEDIATE"));
  const result = await work();
  // Without WAL, active readers block this.
  await whileBusy(timeout_ms, () => connection.exec(end));
  return result;
}

function viewOn(connection: SqliteConnection, busyTimeout_ms: number): RecordView {
  return {
    ...sessionOn(connection, busyTimeout_ms),
    begin: async () => connection.exec("BEGIN"),
    async *rows(sql, parameters) {
      const rows = connection.iterate(sql, parameters);
      for (let step = rows.next(); step.done !== true; step = rows.next()) {
        yield step.value as unknown[];
        // Reading blocks; let signals and timers run.
        await yieldToEvents();
      }
    },
    explain: (fault) => sqliteFault(fault, connection.path),
    close: async () => connection.close(),
  };
}

function notWritable(fault: unknown, path: string): unknown {
  if (isReadOnly(fault)) return runTableNotWritable(faultMessage(fault), WRITABLE, fault);
  // Our row does not fit: a constraint, a trigger, or no unique index on run_id.
  if (/^SQLITE_(ERROR|CONSTRAINT|MISMATCH)/.test(faultCode(fault) ?? ""))
    return wrongRunTable([faultMessage(fault)], fault);
  return sqliteFault(fault, path);
}

function notCreated(fault: unknown, path: string): unknown {
  if (isReadOnly(fault)) return runTableNotCreated(faultMessage(fault), WRITABLE, fault);
  return sqliteFault(fault, path);
}
