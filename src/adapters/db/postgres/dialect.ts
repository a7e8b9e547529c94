import { type RecordDialect, runTableSql } from "../run-table.js";

export const POSTGRES: RecordDialect = {
  types: {
    text: "text",
    instant: "timestamptz",
    bigint: "bigint",
    integer: "integer",
    // Not jsonb, which reorders keys: reports must stay comparable byte for byte.
    json: "json",
  },
  addsIfMissing: true,
  lockTable: null,
  rowKey: "run_id",
  byBytes: 'COLLATE "C"',
  selected: (column) => `${column}::text`,
  textOf: (value, type) => (typeof value !== "string" ? null : type === "instant" ? instantOf(value) : value),
};

/** `2026-11-22 03:15:00.5+00` becomes `2026-11-22T03:15:00.500Z`; microseconds are kept, so edited times differ. */
function instantOf(text: string): string {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text);
  return match === null ? text : `${match[1]}T${match[2]}.${(match[3] ?? "").padEnd(3, "0")}Z`;
}

/** One row per used signature. Like the run records, it is found by the search path. */
export const SEEN_TABLE = "reconciliation_seen_signatures";

export const SEEN_TABLE_SQL = `CREATE TABLE IF NOT EXISTS ${SEEN_TABLE} (
  digest text NOT NULL PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
`;

/** The statements that create all tables the program writes to. */
export function tablesSql(): string {
  return `${runTableSql(POSTGRES)}${SEEN_TABLE_SQL}`;
}
