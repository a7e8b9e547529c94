import type { ColumnValue } from "../../../ports/db-client.js";

/** Marks a REAL, since a whole number would look like an integer. */
const UNFIT = "json('{}')";

/** Selects a row's columns as JSON array text for `readJsonRows`. The statement fails if a value is a BLOB. */
export function jsonRowSql(columns: readonly { readonly sql: string; readonly mayBeReal: boolean }[]): string {
  const cells = columns.map(({ sql, mayBeReal }) =>
    mayBeReal ? `CASE typeof(${sql}) WHEN 'real' THEN ${UNFIT} ELSE ${sql} END` : sql,
  );
  return `json_array(${cells.join(", ")})`;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Parses rows from comma-separated JSON arrays, with integers as bigint. Null if a value did not survive (text that is
 * not valid UTF-8, an integer that JSON numbers round, a REAL); then all rows must be read differently.
 */
export function readJsonRows(bytes: Uint8Array): ColumnValue[][] | null {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return null;
  }
  const rows = JSON.parse(`[${text}]`) as (string | number | null | object)[][];
  for (const row of rows) {
    for (let i = 0; i < row.length; i += 1) {
      const cell = row[i];
      if (typeof cell === "string" || cell === null) continue;
      if (typeof cell !== "number" || !Number.isSafeInteger(cell)) return null;
      (row as ColumnValue[])[i] = BigInt(cell);
    }
  }
  return rows as ColumnValue[][];
}
