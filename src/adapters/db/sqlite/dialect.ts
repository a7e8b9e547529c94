import { type RecordDialect, runTableSql } from "../run-table.js";
import { cellSql, readCell } from "./cells.js";

/** Run locks. Times are in milliseconds since the epoch. */
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

export const SQLITE: RecordDialect = {
  types: { text: "TEXT", instant: "TEXT", bigint: "INTEGER", integer: "INTEGER", json: "TEXT" },
  addsIfMissing: false,
  lockTable: { name: LOCK_TABLE, sql: LOCK_TABLE_SQL, later: [] },
  // SQLite allows any value as run_id, whatever the column's type.
  rowKey: "rowid",
  byBytes: "COLLATE BINARY",
  selected: cellSql,
  textOf,
};

/** Values other than text or integers must equal nothing sealed: no sealed text starts with a NUL. */
function textOf(cell: unknown): string | null {
  const value = readCell(cell);
  if (value === null || typeof value === "string") return value;
  return value instanceof Uint8Array ? `\0bytes ${Buffer.from(value).toString("hex")}` : String(value);
}

/** The statements that create all tables the program writes to. */
export function tablesSql(): string {
  return runTableSql(SQLITE);
}
