import type { ColumnValue } from "../../../ports/db-client.js";

/** Stands for a REAL, which would look like an integer where it is a whole number. */
const UNFIT = "json('{}')";

/** The columns of one row as the text of a JSON array, for `readJsonRows`. It fails where one of them holds a BLOB. */
export function jsonRowSql(columns: readonly { readonly sql: string; readonly mayBeReal: boolean }[]): string {
  const cells = columns.map(({ sql, mayBeReal }) =>
    mayBeReal ? `CASE typeof(${sql}) WHEN 'real' THEN ${UNFIT} ELSE ${sql} END` : sql,
  );
  return `json_array(${cells.join(", ")})`;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The rows of JSON arrays with commas in between, integers as bigint. Null when a value did not survive: text that is
 * not valid UTF-8, an integer that JSON's numbers round, a REAL. Then all of it has to be read in another way.
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
