import type { ColumnKind } from "../../../ports/database-probe.js";

/**
 * What a declared type probably means: SQLite only derives an affinity (https://www.sqlite.org/datatype3.html), and any
 * column may contain any value.
 */
export function columnKind(declared: string): ColumnKind {
  const type = declared.toUpperCase();
  if (/BOOL/.test(type)) return "boolean";
  if (/DATE|TIME/.test(type)) return "timestamp";
  if (type.includes("INT")) return "integer";
  if (/CHAR|CLOB|TEXT/.test(type)) return "text";
  if (type.includes("BLOB")) return "binary";
  if (/REAL|FLOA|DOUB/.test(type)) return "float";
  return /NUMERIC|DECIMAL|NUMBER/.test(type) ? "decimal" : "other";
}

/** The 7 in `DECIMAL(20, 7)`; null if none is declared. SQLite does not enforce either number. */
export function declaredScale(declared: string): number | null {
  const scale = /\(\s*\d+\s*,\s*(\d{1,3})\s*\)/.exec(declared)?.[1];
  return scale === undefined ? null : Number(scale);
}
