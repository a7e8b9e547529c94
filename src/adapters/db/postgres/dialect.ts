import type { RunTableDialect } from "../run-table.js";

export const POSTGRES: RunTableDialect = {
  types: {
    text: "text",
    instant: "timestamptz",
    count: "bigint",
    code: "integer",
    // Not jsonb, which reorders the keys: the report could no longer be compared byte for byte.
    json: "json",
  },
  parameter: "$",
  addsIfMissing: true,
  lockTable: null,
};
