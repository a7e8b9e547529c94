import { ReconcileError } from "../../../core/errors.js";
import type { RunRecord } from "../../../core/run-record.js";
import type { RunRecorder } from "../../../ports/db-client.js";
import { faultCode, faultMessage } from "../fault.js";
import { PROBE_RECORD, RUN_COLUMN_NAMES, RUN_TABLE, runTableSql, runUpsertSql, runValues } from "../run-table.js";
import { recordNotWritten, runTableNotCreated, runTableNotWritable, wrongRunTable } from "../run-table-fault.js";
import { findTable } from "./catalog.js";
import { SqliteConnection, whileBusy } from "./connection.js";
import { checkFile, createFolder, fileExists } from "./database-file.js";
import { isReadOnly, sqliteFault } from "./sqlite-fault.js";

export interface SqliteTarget {
  readonly path: string;
  readonly busyTimeout_ms: number;
  readonly create: boolean;
}

const TABLE = { schema: null, name: RUN_TABLE };
const WRITABLE = "Make the file and its folder writable for this user.";

/** Run records in an SQLite file; every call is one connection and one transaction. */
export class SqliteRunRecorder implements RunRecorder {
  readonly #target: SqliteTarget;

  constructor(target: SqliteTarget) {
    this.#target = target;
  }

  async canRecordRuns(): Promise<boolean> {
    if (this.#target.create && !(await fileExists(this.#target.path))) return false;
    return this.#connected(notWritable, async (connection) => {
      const table = await this.#whileBusy(() => findTable(connection, TABLE));
      if (table === null) return false;
      const missing = RUN_COLUMN_NAMES.filter((name) => !table.columns.has(name));
      if (missing.length > 0) throw wrongRunTable([`Columns it lacks: ${missing.join(", ")}`]);
      // The one proof that writing works, triggers and constraints included: do it and take it back.
      await this.#insert(connection, PROBE_RECORD, "ROLLBACK");
      return true;
    });
  }

  createRunTable(): Promise<void> {
    return this.#connected(notCreated, async (connection) => {
      // A look first: where the table exists, a file that cannot be written is no obstacle.
      if ((await this.#whileBusy(() => findTable(connection, TABLE))) !== null) return;
      await this.#whileBusy(() => connection.exec(runTableSql("sqlite")));
    });
  }

  async updateLastRunStatus(record: RunRecord): Promise<void> {
    try {
      await this.#connected(sqliteFault, (connection) => this.#insert(connection, record, "COMMIT"));
    } catch (fault) {
      const driverFault = fault instanceof ReconcileError ? fault.cause : fault;
      if (faultMessage(driverFault).startsWith("no such table")) throw recordNotWritten(driverFault, true);
      throw recordNotWritten(fault, false, isReadOnly(driverFault) ? [WRITABLE] : []);
    }
  }

  async #insert(connection: SqliteConnection, record: RunRecord, end: "COMMIT" | "ROLLBACK"): Promise<void> {
    const values = runValues(record).map((value) => (typeof value === "number" ? BigInt(value) : value));
    await this.#whileBusy(() => connection.exec("BEGIN IMMEDIATE"));
    connection.run(runUpsertSql("sqlite"), values);
    // Without WAL, readers that are still at it hold this up.
    await this.#whileBusy(() => connection.exec(end));
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
