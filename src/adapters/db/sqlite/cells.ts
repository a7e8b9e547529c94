import type { ColumnValue } from "../../../ports/db-client.js";

/**
 * Selects a column in a form that survives the driver. It ends the whole process on text that is not valid UTF-8,
 * and cuts text at a NUL; so text other than plain ASCII travels as bytes with a `t` in front, and bytes with a `b`.
 */
export function cellSql(column: string): string {
  return (
    `CASE typeof(${column}) ` +
    `WHEN 'text' THEN CASE WHEN ${column} GLOB '*[^ -~]*' OR length(${column}) <> octet_length(${column}) ` +
    `THEN CAST('t' || ${column} AS BLOB) ELSE ${column} END ` +
    `WHEN 'blob' THEN CAST('b' || ${column} AS BLOB) ELSE ${column} END`
  );
}

const TEXT_MARK = "t".charCodeAt(0);
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The value that `cellSql` selected. Text that is not valid UTF-8 stays bytes. */
export function readCell(cell: unknown): ColumnValue {
  if (typeof cell !== "object" || !(cell instanceof Uint8Array)) return cell as ColumnValue;
  const bytes = Uint8Array.from(cell.subarray(1));
  if (cell[0] !== TEXT_MARK) return bytes;
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes;
  }
}
