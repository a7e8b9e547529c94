import type { RunColumns } from "../../core/records/run-columns.js";
import type { RunQuery, RunSnapshot } from "../../ports/db-client.js";
import { readOnce } from "./read-once.js";
import { IS_NUMBERED, type RecordSession, readHeads, runOf, SEQUENCE, selectRuns } from "./run-rows.js";
import { HEAD_TABLE, RUN_TABLE, unreadableWithout } from "./run-table.js";
import { runTableMissing, runTableUnsealed } from "./run-table-fault.js";

/** A new connection that only reads and, from `begin` on, sees a single state of the database. */
export interface RecordView extends RecordSession {
  begin(): Promise<void>;
  /** The rows of a statement, with only a few in memory at a time. */
  rows(sql: string, parameters: readonly string[]): AsyncIterable<readonly unknown[]>;
  explain(fault: unknown): unknown;
  close(): Promise<void>;
}

/** Opens the snapshot; the view is closed when it ends or fails. */
export async function readRuns(view: RecordView, { contractId }: RunQuery): Promise<RunSnapshot> {
  try {
    await view.begin();
    const columns = await view.columnsOf(RUN_TABLE);
    if (columns === null) throw runTableMissing();
    const names = unreadableWithout(columns);
    if (names.length > 0) throw runTableUnsealed(names);
    // If this table was removed, the records themselves still show that they had a head.
    const ofHeads = await view.columnsOf(HEAD_TABLE);
    const heads = ofHeads === null ? [] : await readHeads(view, ofHeads);
    const where = contractId === null ? "" : " WHERE contract_id = $1";
    const { byBytes } = view.dialect;
    // Rows whose number is none come first: an explanation, which speaks of what is before it, can speak of them too.
    const numbers = `COALESCE(${IS_NUMBERED}, false), ${SEQUENCE} NULLS FIRST`;
    const order = `ORDER BY contract_id ${byBytes}, ${numbers}, run_id ${byBytes}`;
    const rows = view.rows(
      `${selectRuns(view.dialect, columns)}${where} ${order}`,
      contractId === null ? [] : [contractId],
    );
    return { heads, runs: readOnce(runsFrom(view, rows)) };
  } catch (fault) {
    await view.close();
    throw view.explain(fault);
  }
}

async function* runsFrom(view: RecordView, rows: AsyncIterable<readonly unknown[]>): AsyncGenerator<RunColumns> {
  try {
    for await (const row of rows) yield runOf(row, view.dialect);
  } catch (fault) {
    throw view.explain(fault);
  } finally {
    await view.close();
  }
}
