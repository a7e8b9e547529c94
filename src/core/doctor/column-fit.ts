import type { ColumnDescription, ColumnKind } from "../../ports/database-probe.js";
import type { Layout } from "../contract/layout.js";
import type { DatabaseMapping } from "../rules/mapping.js";
import type { FieldType } from "../values/field.js";

/** A column that a run reads, and the configuration key that names it. */
export interface ColumnUse {
  readonly key: string;
  readonly column: string;
  readonly use: FieldType | "numbered status" | "stream id" | "on-chain id" | "cursor";
}

/** Every column of the table that a run needs. */
export function columnUses(mapping: DatabaseMapping, layout: Layout, contractColumn: string | null): ColumnUse[] {
  const uses: ColumnUse[] = [
    { key: "database.streamId", column: mapping.streamId, use: "stream id" },
    { key: "database.onChainId", column: mapping.onChainId, use: "on-chain id" },
  ];
  if (mapping.cursorColumn !== null) {
    uses.push({ key: "database.cursor.column", column: mapping.cursorColumn, use: "cursor" });
  }
  for (const [name, { column }] of Object.entries(mapping.fields)) {
    const { type, values } = layout.fields[name]!;
    const use = type === "status" && values !== undefined ? "numbered status" : type;
    uses.push({ key: `database.fields.${name}.column`, column, use });
  }
  if (contractColumn !== null) uses.push({ key: "database.contractColumn", column: contractColumn, use: "text" });
  return uses;
}

/** A doubt about a column's type. Whether its rows can be read is checked separately. */
export interface ColumnRemark {
  readonly found: string;
  readonly action: string;
}

/** The kinds of columns that surely suit a use. */
const FITTING: Readonly<Record<ColumnUse["use"], readonly ColumnKind[]>> = {
  amount: ["integer", "decimal", "text"],
  integer: ["integer", "decimal", "text"],
  "on-chain id": ["integer", "decimal", "text"],
  cursor: ["integer", "decimal", "text"],
  timestamp: ["integer", "decimal", "text", "timestamp"],
  boolean: ["boolean", "integer", "text"],
  address: ["text"],
  status: ["text"],
  "numbered status": ["text", "integer"],
  text: ["text", "integer", "decimal"],
  "stream id": ["text", "integer", "decimal"],
};

/** Uses whose every digit counts. */
const EXACT: readonly ColumnUse["use"][] = ["amount", "integer", "on-chain id", "cursor", "timestamp"];

/** Doubts about a column's type for its use. */
export function columnRemarks({ key, use }: ColumnUse, column: ColumnDescription, decimals: number): ColumnRemark[] {
  const { name, type, kind } = column;
  const what = `${name} (${key}) is ${type}`;
  const remarks: ColumnRemark[] = [];
  if (kind === "float" && use === "amount") {
    remarks.push({
      found: `${what}: FLOATING POINT FOR MONEY. Amounts beyond 2^53 are rounded before anything is compared.`,
      action: `Make ${name} numeric, bigint or text; restore amounts that are already rounded from the chain.`,
    });
  } else if (column.losesDigits && EXACT.includes(use) && kind !== "text") {
    remarks.push({
      found: `${what}, which may lose digits: it stores large numbers and fractions as floating point.`,
      action: `Make ${name} ${use === "amount" ? "text or INTEGER" : "an integer"}.`,
    });
  } else if (!FITTING[use].includes(kind) && kind !== "other") {
    remarks.push({
      found: `${what}, but ${use === "amount" ? "an amount" : `a value of type ${use}`} is expected.`,
      action: `Check that ${key} names the right column.`,
    });
  }
  if (use === "amount") remarks.push(...scaleRemarks(column, decimals, what));
  if (use === "stream id" && column.isNullable) {
    remarks.push({
      found: `${what} and may be NULL: such a row has no name in the report.`,
      action: `Make ${name} NOT NULL, or set database.streamId to the table's key.`,
    });
  }
  return remarks;
}

/** Whether the column has as many decimals as the configuration gives its amounts. */
function scaleRemarks({ name, kind, scale }: ColumnDescription, decimals: number, what: string): ColumnRemark[] {
  const setting = `database.amountDecimals is ${decimals}`;
  if (kind === "integer" && decimals > 0) {
    return [
      {
        found: `${what}, but ${setting}: such a column can only hold whole tokens.`,
        action: `If ${name} holds base units, remove database.amountDecimals.`,
      },
    ];
  }
  if (kind !== "decimal" || scale === null || scale === decimals) return [];
  if (scale > decimals) {
    return [
      {
        found: `${what}, but ${setting}: an amount with more decimals cannot be read.`,
        action: `If ${name} holds tokens and not base units, set database.amountDecimals to ${scale}.`,
      },
    ];
  }
  // With a scale of 0 the column holds whole tokens; any scale below `decimals` loses the smallest units.
  return [
    {
      found: `${what}, but ${setting}: the column cannot hold the smallest units.`,
      action: `Check database.amountDecimals: ${scale} would fit this column, 0 would fit base units.`,
    },
  ];
}
