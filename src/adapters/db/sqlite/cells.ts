import type { ColumnValue } from "../../../ports/db-client.js";

/**
 * Selects a column in a form that survives the driver, which crashes the process on text that is not valid UTF-8 and
 * cuts text at a NUL. So text other than plain ASCII is sent as bytes prefixed with `tt`, and bytes are prefixed with
 * `bb`: both in the file's own encoding, which these two letters reveal.
 */
export function cellSql(column: string): string {
  return (
    `CASE typeof(${column}) ` +
    `WHEN 'text' THEN CASE WHEN ${column} GLOB '*[^ -~]*' OR length(${column}) <> octet_length(${column}) ` +
    `THEN CAST('tt' || ${column} AS BLOB) ELSE ${column} END ` +
    `WHEN 'blob' THEN CAST('bb' || ${column} AS BLOB) ELSE ${column} END`
  );
}

const decoderOf = (name: string) => new TextDecoder(name, { fatal: true, ignoreBOM: true });
const [UTF_8, UTF_16] = [decoderOf("utf-8"), decoderOf("utf-16le")];
/** https://www.sqlite.org/pragma.html#pragma_encoding */
const ENCODINGS = [
  { mark: Buffer.from("tt"), decoder: UTF_8, isSwapped: false },
  { mark: Buffer.from("tt", "utf16le"), decoder: UTF_16, isSwapped: false },
  { mark: Buffer.from("tt", "utf16le").swap16(), decoder: UTF_16, isSwapped: true },
];

/** Reads a value that `cellSql` selected. Text that is invalid in its encoding stays bytes. */
export function readCell(cell: unknown): ColumnValue {
  if (typeof cell !== "object" || !(cell instanceof Uint8Array)) return cell as ColumnValue;
  const found = ENCODINGS.find(({ mark }) => mark.equals(cell.subarray(0, mark.length)));
  // The two letters take two bytes, or four if one of the first two is zero.
  if (found === undefined) return Uint8Array.from(cell.subarray(cell[0] === 0 || cell[1] === 0 ? 4 : 2));
  const bytes = Uint8Array.from(cell.subarray(found.mark.length));
  try {
    return found.decoder.decode(found.isSwapped ? Buffer.from(bytes).swap16() : bytes);
  } catch {
    return bytes;
  }
}
