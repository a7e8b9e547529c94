import type { RunColumns } from "../../../core/records/run-columns.js";
import type { RunQuery, RunSnapshot } from "../../../ports/db-client.js";
import { readOnce } from "../read-once.js";
import { HEAD_TABLE, missingRunColumns, RUN_TABLE } from "../run-table.js";
import { runTableMissing, runTableUnsealed } from "../run-table-fault.js";
import { findTable } from "./catalog.js";
import { NUMBER, RUN_SELECT, readHeads, runOf, TEXT_FORMS } from "./run-rows.js";
import type { PostgresSession } from "./session.js";

const CURSOR = "reconcile_streams_runs";
/** Reports may be large. */
const RUNS_AT_A_TIME = 5;
const ORDER = `ORDER BY contract_id COLLATE "C", ${NUMBER} NULLS FIRST, run_id COLLATE "C"`;
const END_OF_CHAIN = `sequence >= COALESCE((SELECT max(sequence) FROM ${RUN_TABLE}
  WHERE contract_id = $1 AND scope = 'all-streams'), 0)`;

/** Opens the view in a fresh session, which ends with the records or with a failure. */
export async function readRuns(session: PostgresSession, { contractId, from }: RunQuery): Promise<RunSnapshot> {
  try {
    await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await session.query(TEXT_FORMS);
    const table = await findTable(session, { schema: null, name: RUN_TABLE });
    if (table === null) throw runTableMissing();
    const { names } = missingRunColumns(new Set(table.columns.map(({ name }) => name)));
    if (names.length > 0) throw runTableUnsealed(names);
    // Where this table was removed, the records themselves still tell that they had a head.
    const hasHeads = (await findTable(session, { schema: null, name: HEAD_TABLE })) !== null;
    const heads = hasHeads ? await readHeads(session, contractId) : [];
    const conditions = [
      ...(contractId === null ? [] : ["contract_id = $1"]),
      ...(from === "first" ? [] : [END_OF_CHAIN]),
    ];
    const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
    await session.query(
      `DECLARE ${CURSOR} NO SCROLL CURSOR FOR ${RUN_SELECT}${where} ${ORDER}`,
      contractId === null ? [] : [contractId],
    );
    return { heads, runs: readOnce(runsFrom(session)) };
  } catch (fault) {
    await session.close();
    throw session.explain(fault);
  }
}

async function* runsFrom(session: PostgresSession): AsyncGenerator<RunColumns> {
  try {
    for (;;) {
      const rows = await session.query(`FETCH ${RUNS_AT_A_TIME} FROM ${CURSOR}`);
      for (const row of rows) yield runOf(row);
      if (rows.length < RUNS_AT_A_TIME) return;
    }
  } catch (fault) {
    throw session.explain(fault);
  } finally {
    await session.close();
  }
}
