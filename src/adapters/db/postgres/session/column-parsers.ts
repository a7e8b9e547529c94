import type { CustomTypesConfig } from "pg";
import type { ColumnValue } from "../../../../ports/db-client.js";

type Parser = (text: string) => ColumnValue;

/** By type OID, which never changes (pg_type.dat). Domains arrive as their base type. */
const PARSERS = new Map<number, Parser>([
  [16, (text) => text === "t"], // bool
  [17, bytesOf], // bytea
  [20, BigInt], // int8
  [21, BigInt], // int2
  [23, BigInt], // int4
  // PostgreSQL spells "NaN", "Infinity" and "-Infinity" as JavaScript does.
  [700, float4],
  [701, Number], // float8
]);

const asSent: Parser = (text) => text;

/** The port's types: integers as bigint, floating point as number, and everything else as the server's text. */
export const COLUMN_TYPES = {
  getTypeParser: (type: number) => PARSERS.get(type) ?? asSent,
} as CustomTypesConfig;

/** Single precision (IEEE 754) preserves six digits: with more, the original value is unknown, hence NaN. */
function float4(text: string): number {
  const digits = text.replace(/^-?0*\.?0*|[.-]|e.*$/g, "").replace(/0+$/, "");
  return /^\d{7,}$/.test(digits) ? Number.NaN : Number(text);
}

/** Parses `\x0102`, the bytea format that the session sets. */
function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.slice(2), "hex"));
}
