import type { LayoutField } from "../../src/core/contract/layout.js";
import { IgnoreRules } from "../../src/core/rules/ignore-rules.js";
import type { Policy } from "../../src/core/rules/judge.js";
import { type DatabaseMapping, planRows, type RowPlan } from "../../src/core/rules/mapping.js";
import type { ColumnValue, StreamRow } from "../../src/ports/db-client.js";
import { streampay } from "../../src/presets/streampay.js";
import type { StreamStruct } from "./streampay-contract.js";

/** A mapping that compares every field of the contract's struct, each with a column of its own name. */
export const fullMapping: DatabaseMapping = {
  streamId: "id",
  onChainId: "on_chain_id",
  cursorColumn: "last_sync_ledger",
  fields: Object.fromEntries(Object.keys(streampay.fields).map((name) => [name, { column: `${name}_column` }])),
  amountDecimals: 0,
  statuses: {},
};

export const fullPlan: RowPlan = planRows(fullMapping, streampay);

/** The database's row of a stream: what an indexer in good order would have written. */
export interface DbRow {
  readonly streamId: ColumnValue;
  readonly onChainId: ColumnValue;
  readonly synced: ColumnValue;
  /** By field name. */
  readonly fields: Readonly<Record<string, ColumnValue>>;
}

export function dbRow(stream: StreamStruct, overrides: Partial<DbRow> = {}): DbRow {
  return {
    streamId: `stream_${stream.id}`,
    onChainId: stream.id,
    synced: 1000n,
    ...overrides,
    fields: { ...asColumns(stream), ...overrides.fields },
  };
}

/** Amounts as text, other integers as integers, which is how backends keep them. */
const asColumns = (stream: StreamStruct): Record<string, ColumnValue> =>
  Object.fromEntries(
    Object.entries(stream).map(([name, value]: [string, string | number | bigint]) => {
      const type = (streampay.fields[name] as LayoutField).type;
      if (type === "amount") return [name, String(value)];
      return [name, typeof value === "number" ? BigInt(value) : value];
    }),
  );

/** The values in the order of the plan's columns. */
export function rowOf(row: DbRow, plan: RowPlan = fullPlan): StreamRow {
  const values: ColumnValue[] = plan.columns.map(() => null);
  for (const field of plan.fields) values[field.index] = row.fields[field.name] ?? null;
  values[plan.streamIdIndex] = row.streamId;
  values[plan.onChainIdIndex] = row.onChainId;
  if (plan.cursorIndex !== null) values[plan.cursorIndex] = row.synced;
  return values;
}

/** Pages as a database adapter gives them. */
export async function* pagesOf(rows: readonly StreamRow[], pageSize = 1000): AsyncGenerator<readonly StreamRow[]> {
  for (let at = 0; at < rows.length; at += pageSize) yield rows.slice(at, at + pageSize);
}

/** Exact amounts, two minutes' worth of ledgers for the database, and nothing beyond what a test asks for. */
export const policyOf = (overrides: Partial<Policy> = {}): Policy => ({
  tolerance: 0n,
  fieldTolerance: new Map(),
  maxLagLedgers: 120,
  graceLedgers: 12,
  ttlWarningLedgers: 0,
  ignore: new IgnoreRules([]),
  ...overrides,
});
