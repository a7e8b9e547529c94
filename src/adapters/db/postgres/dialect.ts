import { type RecordDialect, runTableSql } from "../run-table.js";

export const POSTGRES: RecordDialect = {
  types: {
    text: "text",
    instant: "timestamptz",
    bigint: "bigint",
    integer: "integer",
    // Not jsonb, which reorders the keys: the report could no longer be compared byte for byte.
    json: "json",
  },
  addsIfMissing: true,
  lockTable: null,
  rowKey: "run_id",
  byBytes: 'COLLATE "C"',
  selected: (column) => `${column}::text`,
  textOf: (value, type) => (typeof value !== "string" ? null : type === "instant" ? instantOf(value) : value),
};

/** `2026-11-22 03:15:00.5+00` is `2026-11-22T03:15:00.500Z`; with microseconds it stays another time than without. */
function instantOf(text: string): string {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text);
  return match === null ? text : `${match[1]}T${match[2]}.${(match[3] ?? "").padEnd(3, "0")}Z`;
}

/** One row a signature that was used. It lives where run records do: where the search path finds it. */
export const SEEN_TABLE = "reconciliation_seen_signatures";

export const SEEN_TABLE_SQL = `CREATE TABLE IF NOT EXISTS ${SEEN_TABLE} (
  digest text NOT NULL PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
`;

/** The statements that create every table that the program writes to. */
export function tablesSql(): string {
  return `${runTableSql(POSTGRES)}${SEEN_TABLE_SQL}`;
}
