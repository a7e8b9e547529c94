import type { RunColumns } from "../../core/records/run-columns.js";
import type { RunQuery, RunSnapshot } from "../../ports/db-client.js";
import { readOnce } from "./read-once.js";
import { type RecordSession, readHeads, runOf, SEQUENCE, selectRuns } from "./run-rows.js";
import { HEAD_TABLE, missingRunColumns, RUN_TABLE } from "./run-table.js";
import { runTableMissing, runTableUnsealed } from "./run-table-fault.js";

/** A new connection that only reads and, from `begin` on, sees a single state of the database. */
export interface RecordView extends RecordSession {
  begin(): Promise<void>;
  /** The rows of a statement, with only a few in memory at a time. */
  rows(sql: string, parameters: readonly string[]): AsyncIterable<readonly unknown[]>;
  explain(fault: unknown): unknown;
  close(): Promise<void>;
}

const END_OF_CHAIN = `sequence >= COALESCE((SELECT max(sequence) FROM ${RUN_TABLE}
  WHERE contract_id = $1 AND scope = 'all-streams'), 0)`;

/** Opens the snapshot; the view is closed when it ends or fails. */
export async function readRuns(view: RecordView, { contractId, from }: RunQuery): Promise<RunSnapshot> {
  try {
    await view.begin();
    const columns = await view.columnsOf(RUN_TABLE);
    if (columns === null) throw runTableMissing();
    const { names } = missingRunColumns(columns);
    if (names.length > 0) throw runTableUnsealed(names);
    // If this table was removed, the records themselves still show that they had a head.
    const heads = (await view.columnsOf(HEAD_TABLE)) === null ? [] : await readHeads(view, contractId);
    const conditions = [
      ...(contractId === null ? [] : ["contract_id = $1"]),
      ...(from === "first" ? [] : [END_OF_CHAIN]),
    ];
    const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
    const { byBytes } = view.dialect;
    const order = `ORDER BY contract_id ${byBytes}, ${SEQUENCE} NULLS FIRST, run_id ${byBytes}`;
    const rows = view.rows(`${selectRuns(view.dialect)}${where} ${order}`, contractId === null ? [] : [contractId]);
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
