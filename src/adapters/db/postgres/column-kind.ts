import type { ColumnKind } from "../../../ports/database-probe.js";

const KINDS: Readonly<Record<string, ColumnKind>> = {
  int2: "integer",
  int4: "integer",
  int8: "integer",
  oid: "integer",
  numeric: "decimal",
  money: "other",
  float4: "float",
  float8: "float",
  bool: "boolean",
  timestamp: "timestamp",
  timestamptz: "timestamp",
  date: "timestamp",
  bytea: "binary",
  uuid: "text",
};

/** @param base the type's name in pg_type; for a domain, its base type's @param category its typcategory */
export function columnKind(base: string, category: string): ColumnKind {
  // S: strings, E: enums, which arrive as their labels.
  return KINDS[base] ?? (category === "S" || category === "E" ? "text" : "other");
}

/** The scale in a numeric's type modifier (its low eleven bits, signed); null without a modifier. */
export function numericScale(modifier: number): number | null {
  if (modifier < 4) return null;
  const bits = (modifier - 4) & 0x7ff;
  return bits >= 1024 ? bits - 2048 : bits;
}
