import type { RunRecord } from "../../core/records/run-record.js";
import type {
  RunLock,
  RunLockRequest,
  RunQuery,
  RunRecorder,
  RunSnapshot,
  RunTableChange,
  Sealing,
} from "../../ports/db-client.js";
import { PROBE_STEP } from "./probe-step.js";
import { type RecordView, readRuns } from "./read-runs.js";
import { journalState, type RecordSession, type RecordWriter, writeStep } from "./run-rows.js";
import { addColumnSql, missingRunColumns, RUN_TABLE, type RunColumn, recordTables, type Table } from "./run-table.js";
import { runTableUnsealed, wrongRunTable } from "./run-table-fault.js";
import { refusable } from "./sealing.js";

/** Translates a driver error for the user; `place` says where the database is. */
export type Explain = (fault: unknown, place: string) => unknown;

/** Run records in an SQL database: every call uses its own connection and writes in one transaction. */
export abstract class SqlRunRecorder implements RunRecorder {
  /** The connections that `close` closes. */
  protected readonly open = new Set<{ close(): Promise<void> | void }>();
  #isClosed = false;

  /** Does the work on a connection of its own and closes it; failures are thrown as `explain` translates them. */
  protected abstract connected<T>(explain: Explain, work: (session: RecordWriter) => Promise<T>): Promise<T>;
  /** Opens a view that `close` closes. */
  protected abstract openView(): Promise<RecordView>;
  /** Explain why tables cannot be written or created, and why a record was not written. */
  protected abstract readonly notWritable: Explain;
  protected abstract readonly notCreated: Explain;
  protected abstract notRecorded(fault: unknown): Error;
  abstract lockRuns(request: RunLockRequest): Promise<RunLock>;

  canRecordRuns(): Promise<boolean> {
    return this.connected(this.notWritable, async (session) => {
      const { columns, missing, lacking } = await findTables(session);
      if (columns === null) return false;
      const { names, own } = missingRunColumns(columns);
      if (!own) throw wrongRunTable([`Columns it lacks: ${names.join(", ")}`]);
      const toAdd = [...lacking.map(({ column }) => column.name), ...missing.map(({ name }) => `the table ${name}`)];
      if (toAdd.length > 0) throw runTableUnsealed(toAdd);
      // Only a write that is rolled back proves that privileges, triggers and constraints allow writing.
      await session.inTransaction("ROLLBACK", () => writeStep(session, PROBE_STEP));
      return true;
    });
  }

  createRunTable(): Promise<RunTableChange> {
    return this.connected(this.notCreated, async (session) => {
      // Check first: if everything exists, no right to create or write is needed.
      if (isComplete(await findTables(session))) return "unchanged";
      return session.inTransaction("COMMIT", () => createTables(session));
    });
  }

  async updateLastRunStatus(record: RunRecord, sealing: Sealing): Promise<void> {
    const next = refusable(sealing);
    try {
      await this.connected(
        (fault) => fault,
        (session) =>
          session.inTransaction("COMMIT", async () => {
            const state = await journalState(session, record, sealing);
            // The run may have been stopped while this waited for other writers.
            if (this.#isClosed) throw new Error("the database was closed while waiting to write");
            await writeStep(session, next.of(state));
          }),
      );
    } catch (fault) {
      throw fault === next.refusal ? fault : this.notRecorded(fault);
    }
  }

  async readRuns(query: RunQuery): Promise<RunSnapshot> {
    return readRuns(await this.openView(), query);
  }

  /** Closes all open connections: nothing is written afterwards, and readers get an error, never an early end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.open].map((connection) => connection.close()));
    this.open.clear();
  }
}

interface FoundTables {
  /** The columns of the record table; null if there is no such table. */
  readonly columns: ReadonlySet<string> | null;
  /** The other tables that do not exist. */
  readonly missing: readonly Table[];
  /** Columns that tables of an earlier version lack. */
  readonly lacking: readonly { readonly table: string; readonly column: RunColumn }[];
}

async function findTables(session: RecordSession): Promise<FoundTables> {
  let columns: FoundTables["columns"] = null;
  const missing: Table[] = [];
  const lacking: FoundTables["lacking"][number][] = [];
  for (const table of recordTables(session.dialect)) {
    const present = await session.columnsOf(table.name);
    if (table.name === RUN_TABLE) columns = present;
    else if (present === null) missing.push(table);
    const added = table.later.filter(({ name }) => present !== null && !present.has(name));
    lacking.push(...added.map((column) => ({ table: table.name, column })));
  }
  return { columns, missing, lacking };
}

function isComplete({ columns, missing, lacking }: FoundTables): boolean {
  return columns !== null && missing.length === 0 && lacking.length === 0 && missingRunColumns(columns).own;
}

async function createTables(session: RecordWriter): Promise<RunTableChange> {
  // Two at once would both find nothing, and one of them would fail.
  await session.alone("tables of run records");
  const found = await findTables(session);
  if (isComplete(found)) return "unchanged";
  const { columns, missing, lacking } = found;
  const { names, own } = missingRunColumns(columns ?? new Set());
  if (columns !== null && !own) throw wrongRunTable([`Columns it lacks: ${names.join(", ")}`]);
  const [runTable] = recordTables(session.dialect);
  if (columns === null) await session.run(runTable!.sql);
  for (const { table, column } of lacking) await session.run(addColumnSql(session.dialect, table, column));
  for (const { sql } of missing) await session.run(sql);
  return columns === null ? "created" : "upgraded";
}
