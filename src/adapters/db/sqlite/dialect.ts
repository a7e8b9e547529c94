import { type RunTableDialect, runTableSql } from "../run-table.js";

/** The lock of runs. Times in milliseconds since the epoch. */
export const LOCK_TABLE = "reconciliation_locks";

const LOCK_TABLE_SQL = `CREATE TABLE IF NOT EXISTS ${LOCK_TABLE} (
  contract_id TEXT NOT NULL PRIMARY KEY,
  run_id TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  process TEXT NOT NULL,
  since INTEGER NOT NULL,
  expires INTEGER NOT NULL
);
`;

export const SQLITE = {
  types: { text: "TEXT", instant: "TEXT", bigint: "INTEGER", integer: "INTEGER", json: "TEXT" },
  parameter: "?",
  addsIfMissing: false,
  lockTable: { name: LOCK_TABLE, sql: LOCK_TABLE_SQL },
} as const satisfies RunTableDialect;

/** The statements that create every table that the program writes to. */
export function tablesSql(): string {
  return runTableSql(SQLITE);
}
