import { type JsonValue, UnreadableJson } from "./json-value.js";

const HEX = /^(?:[0-9a-f]{2})*$/i;

/** Reads opaque data from hex digits. `length` is the required number of bytes, if fixed. */
export function readHex(value: JsonValue | undefined, where: string, length?: number): Uint8Array {
  const expected = length === undefined ? "bytes as hex digits" : `${length} bytes as hex digits`;
  if (typeof value !== "string" || !HEX.test(value)) throw new UnreadableJson(where, expected, value);
  if (length !== undefined && value.length !== length * 2) throw new UnreadableJson(where, expected, value);
  return new Uint8Array(Buffer.from(value, "hex"));
}

const ESCAPE = /\\(?:[0tnr\\]|x[0-9a-fA-F]{2})/y;
/** A lossy writer replaces undecodable bytes with U+FFFD; an unpaired surrogate has no UTF-8. */
const LOST = /\ufffd|\p{Surrogate}/u;
const SIMPLE: Readonly<Record<string, number>> = { "0": 0, t: 9, n: 10, r: 13, "\\": 92 };

/**
 * The bytes of an XDR string. XDR strings have no fixed encoding, so XDR-JSON (SEP-51) escapes every byte outside
 * printable ASCII, before JSON's own escaping: `\0 \t \n \r \\`, and `\xNN` for the rest. Unescaped characters are read
 * as UTF-8, as stellar-xdr does.
 */
export function readEscapedString(value: JsonValue | undefined, where: string): Uint8Array {
  if (typeof value !== "string" || LOST.test(value)) {
    throw new UnreadableJson(where, "text with every byte outside printable ASCII escaped", value);
  }
  if (!value.includes("\\")) return new Uint8Array(Buffer.from(value, "utf8"));

  const chunks: Uint8Array[] = [];
  for (let at = 0; at < value.length; ) {
    const backslash = value.indexOf("\\", at);
    const end = backslash < 0 ? value.length : backslash;
    chunks.push(Buffer.from(value.slice(at, end), "utf8"));
    if (backslash < 0) break;
    ESCAPE.lastIndex = backslash;
    const sequence = ESCAPE.exec(value)?.[0];
    if (sequence === undefined) throw new UnreadableJson(where, "only escapes \\0 \\t \\n \\r \\\\ and \\xNN", value);
    chunks.push(Uint8Array.of(SIMPLE[sequence.charAt(1)] ?? Number.parseInt(sequence.slice(2), 16)));
    at = backslash + sequence.length;
  }
  return new Uint8Array(Buffer.concat(chunks));
}

const MAX_SYMBOL_BYTES = 32;

/** Reads a symbol: at most 32 bytes, and ASCII, or two spellings could have the same value. */
export function readSymbol(value: JsonValue | undefined, where: string): string {
  const bytes = readEscapedString(value, where);
  if (bytes.length > MAX_SYMBOL_BYTES || bytes.some((byte) => byte > 0x7f)) {
    throw new UnreadableJson(where, `a symbol of at most ${MAX_SYMBOL_BYTES} ASCII characters`, value);
  }
  return Buffer.from(bytes).toString("latin1");
}
