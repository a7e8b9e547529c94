import type { CustomTypesConfig } from "pg";
import type { ColumnValue } from "../../../ports/db-client.js";

type Parser = (text: string) => ColumnValue;

/** Type numbers that never change: pg_type.dat. Domains arrive as the type below them. */
const PARSERS = new Map<number, Parser>([
  [16, (text) => text === "t"], // bool
  [17, bytesOf], // bytea
  [20, BigInt], // int8
  [21, BigInt], // int2
  [23, BigInt], // int4
  // "NaN", "Infinity" and "-Infinity" are spelled as in JavaScript.
  [700, float4],
  [701, Number], // float8
]);

const asSent: Parser = (text) => text;

/** The port's types: integers whole, floating point as such, and everything else as the server's text. */
export const COLUMN_TYPES = {
  getTypeParser: (type: number) => PARSERS.get(type) ?? asSent,
} as CustomTypesConfig;

/** Six digits survive single precision (IEEE 754): with more, what was written cannot be told, and is no number. */
function float4(text: string): number {
  const digits = text.replace(/^-?0*\.?0*|[.-]|e.*$/g, "").replace(/0+$/, "");
  return /^\d{7,}$/.test(digits) ? Number.NaN : Number(text);
}

/** `\x0102`: the session asks for this form of bytea. */
function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.slice(2), "hex"));
}
