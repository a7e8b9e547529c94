import { setImmediate as yieldToEvents } from "node:timers/promises";
import type { RunColumns } from "../../../core/records/run-columns.js";
import type { RunQuery, RunSnapshot } from "../../../ports/db-client.js";
import { readOnce } from "../read-once.js";
import { HEAD_TABLE, missingRunColumns, RUN_TABLE } from "../run-table.js";
import { runTableMissing, runTableUnsealed } from "../run-table-fault.js";
import { findTable } from "./catalog.js";
import { type SqliteConnection, whileBusy } from "./connection.js";
import { RUN_SELECT, readHeads, runOf } from "./run-rows.js";
import { sqliteFault } from "./sqlite-fault.js";

const ORDER = "ORDER BY contract_id, sequence NULLS FIRST, run_id";
const END_OF_CHAIN = `sequence >= COALESCE((SELECT max(sequence) FROM main.${RUN_TABLE}
  WHERE contract_id = ?1 AND scope = 'all-streams'), 0)`;

/** Opens the view on a fresh connection, which ends with the records or with a failure. */
export async function readRuns(
  connection: SqliteConnection,
  { contractId, from }: RunQuery,
  busyTimeout_ms: number,
): Promise<RunSnapshot> {
  try {
    connection.exec("BEGIN");
    const table = await whileBusy(busyTimeout_ms, () => findTable(connection, { schema: null, name: RUN_TABLE }));
    if (table === null) throw runTableMissing();
    const { names } = missingRunColumns(new Set(table.columns.keys()));
    if (names.length > 0) throw runTableUnsealed(names);
    // Where this table was removed, the records themselves still tell that they had a head.
    const hasHeads = findTable(connection, { schema: null, name: HEAD_TABLE }) !== null;
    const heads = hasHeads ? readHeads(connection, contractId) : [];
    const conditions = [
      ...(contractId === null ? [] : ["contract_id = ?1"]),
      ...(from === "first" ? [] : [END_OF_CHAIN]),
    ];
    const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
    const rows = connection.iterate(`${RUN_SELECT}${where} ${ORDER}`, contractId === null ? [] : [contractId]);
    return { heads, runs: readOnce(runsFrom(connection, rows)) };
  } catch (fault) {
    connection.close();
    throw sqliteFault(fault, connection.path);
  }
}

async function* runsFrom(
  connection: SqliteConnection,
  rows: Iterator<unknown, unknown, undefined>,
): AsyncGenerator<RunColumns, void, undefined> {
  try {
    for (let step = rows.next(); step.done !== true; step = rows.next()) {
      yield runOf(step.value as unknown[]);
      // Reading blocks; here signals and timers get their turn.
      await yieldToEvents();
    }
  } catch (fault) {
    throw sqliteFault(fault, connection.path);
  } finally {
    connection.close();
  }
}
