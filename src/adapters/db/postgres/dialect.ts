import { type RunTableDialect, runTableSql } from "../run-table.js";

export const POSTGRES: RunTableDialect = {
  types: {
    text: "text",
    instant: "timestamptz",
    bigint: "bigint",
    integer: "integer",
    // Not jsonb, which reorders the keys: the report could no longer be compared byte for byte.
    json: "json",
  },
  parameter: "$",
  addsIfMissing: true,
  lockTable: null,
};

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
