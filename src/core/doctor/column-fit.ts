import type { ColumnDescription, ColumnKind } from "../../ports/database-probe.js";
import type { Layout } from "../contract/layout.js";
import type { DatabaseMapping } from "../rules/mapping.js";
import type { FieldType } from "../values/field.js";

/** A column that a run reads, and the key of the configuration that names it. */
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

/** Something about a column that may go wrong; whether rows can be read is for the rows to show. */
export interface ColumnRemark {
  readonly found: string;
  readonly action: string;
}

/** Kinds of columns that hold values of a use without any doubt. */
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

/** What is doubtful about a column's type for what it is used for. */
export function columnRemarks({ key, use }: ColumnUse, column: ColumnDescription, decimals: number): ColumnRemark[] {
  const { name, type, kind } = column;
  const what = `${name} (${key}) is ${type}`;
  const remarks: ColumnRemark[] = [];
  if (kind === "float" && use === "amount") {
    remarks.push({
      found: `${what}: FLOATING POINT FOR MONEY. Amounts beyond 2^53 are rounded before anything is compared.`,
      action: `Keep ${name} as numeric, bigint or text; what was rounded already has to be restored from the chain.`,
    });
  } else if (column.losesDigits && EXACT.includes(use) && kind !== "text") {
    remarks.push({
      found: `${what}, which may lose digits: it keeps great numbers and fractions as floating point.`,
      action: `Keep ${name} as ${use === "amount" ? "text or INTEGER" : "an integer"}.`,
    });
  } else if (!FITTING[use].includes(kind) && kind !== "other") {
    remarks.push({
      found: `${what}, where ${use === "amount" ? "an amount" : `a value of type ${use}`} is expected.`,
      action: `Check that ${key} names the right column.`,
    });
  }
  if (use === "amount") remarks.push(...scaleRemarks(column, decimals, what));
  if (use === "stream id" && column.isNullable) {
    remarks.push({
      found: `${what} and may be NULL: such a row has no name in the report.`,
      action: `Make ${name} NOT NULL, or let database.streamId name the table's key.`,
    });
  }
  return remarks;
}

/** Whether the column has as many decimals as the configuration says that its amounts have. */
function scaleRemarks({ name, kind, scale }: ColumnDescription, decimals: number, what: string): ColumnRemark[] {
  const setting = `database.amountDecimals is ${decimals}`;
  if (kind === "integer" && decimals > 0) {
    return [
      {
        found: `${what}, and ${setting}: such a column can only hold whole tokens.`,
        action: `If ${name} holds base units, remove database.amountDecimals.`,
      },
    ];
  }
  if (kind !== "decimal" || scale === null || scale === decimals) return [];
  if (scale > decimals) {
    return [
      {
        found: `${what}, and ${setting}: an amount with more decimals than that cannot be read.`,
        action: `If ${name} holds tokens and not base units, set database.amountDecimals to ${scale}.`,
      },
    ];
  }
  // A scale of 0 with decimals is a column of whole tokens, a smaller one loses the smallest units.
  return [
    {
      found: `${what}, and ${setting}: the column cannot hold the smallest units.`,
      action: `Check database.amountDecimals: ${scale} would go with this column, 0 with base units.`,
    },
  ];
}
