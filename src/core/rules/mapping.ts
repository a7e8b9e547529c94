import type { Layout, UsualColumn } from "../contract/layout.js";
import {
  describeRaw,
  displayValue,
  type RawValue,
  readAmount,
  readBoolean,
  readInteger,
  readText,
  readTimestamp,
} from "../values/column-value.js";
import { type FieldType, type FieldValue, type Role, readOr, UnreadableValue } from "../values/field.js";

/** Which column of the database holds which field of the contract's struct. Data, from configuration. */
export interface DatabaseMapping {
  /** Printed as streamId. */
  readonly streamId: string;
  /** The contract's id of the stream. */
  readonly onChainId: string;
  /** The ledger up to which the row reflects the chain; null when rows do not tell. */
  readonly cursorColumn: string | null;
  readonly fields: Readonly<Record<string, UsualColumn>>;
  /** Decimals of the amount columns: 0 when they hold base units. */
  readonly amountDecimals: number;
  /** The contract's status for a status of the database; compared without regard to case. */
  readonly statuses: Readonly<Record<string, string>>;
}

/** One compared field: where its database value is found in a row, and how it is read. */
export interface MappedField {
  readonly name: string;
  readonly type: FieldType;
  readonly role: Role | null;
  readonly column: string;
  readonly index: number;
  /** For a status that the contract keeps as a number, which a backend may keep, too: names in upper case. */
  readonly numbers?: ReadonlyMap<string, string>;
}

export interface RowPlan {
  /** The columns to select, in the order that the indexes count. */
  readonly columns: readonly string[];
  readonly streamIdIndex: number;
  readonly onChainIdIndex: number;
  readonly cursorIndex: number | null;
  readonly fields: readonly MappedField[];
  readonly amountDecimals: number;
  /** Keys and values in upper case. */
  readonly statuses: ReadonlyMap<string, string>;
}

/**
 * Prepares the reading of rows. Every mapped field must be one of the layout's; the configuration checks that.
 */
export function planRows(mapping: DatabaseMapping, layout: Layout): RowPlan {
  const columns: string[] = [];
  const indexOf = (column: string): number => {
    const known = columns.indexOf(column);
    return known >= 0 ? known : columns.push(column) - 1;
  };
  const streamIdIndex = indexOf(mapping.streamId);
  const onChainIdIndex = indexOf(mapping.onChainId);
  const cursorIndex = mapping.cursorColumn === null ? null : indexOf(mapping.cursorColumn);
  const fields = Object.entries(mapping.fields).map(([name, { column }]): MappedField => {
    const field = layout.fields[name];
    if (field === undefined) throw new RangeError(`layout ${layout.name} has no field ${name}`);
    const { type, role = null, values } = field;
    const named = { name, type, role, column, index: indexOf(column) };
    return values === undefined ? named : { ...named, numbers: upperCased(values) };
  });
  const statuses = upperCased(mapping.statuses);
  const { amountDecimals } = mapping;
  return { columns, streamIdIndex, onChainIdIndex, cursorIndex, fields, amountDecimals, statuses };
}

const upperCased = (names: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(names).map(([from, to]) => [from.toUpperCase(), to.toUpperCase()] as const));

/** A field of a row: the value to compare, and the text to show. */
export interface RowField {
  readonly value: FieldValue;
  readonly text: string | null;
}

/** A row that could be read. */
export interface DbStream {
  readonly streamId: string;
  /** null: the row names no stream of the contract. */
  readonly onChainId: bigint | null;
  /** S of the verdict table; null when unknown. */
  readonly syncedLedger: number | null;
  /** Why the row's cursor cannot be a ledger; null: nothing speaks against it. */
  readonly cursorFault: string | null;
  /** In the order of `RowPlan.fields`. */
  readonly fields: readonly RowField[];
}

const MAX_LEDGER = 0xffff_ffffn;

/** A cursor further beyond the node than this (an hour and a half) is no ledger, but a time or a counter. */
export const MOST_LEDGERS_AHEAD = 1_000;

/**
 * Reads one row.
 * @throws UnreadableValue naming the column, what it holds and what was expected.
 */
export function readRow(row: readonly RawValue[], plan: RowPlan): DbStream {
  const streamId = rowStreamId(row, plan);
  let column = plan.onChainIdIndex;
  try {
    const onChainId = readInteger(row[column]!);
    let cursor: bigint | null = null;
    if (plan.cursorIndex !== null) {
      column = plan.cursorIndex;
      cursor = readInteger(row[column]!);
    }
    const cursorFault =
      cursor === null || isLedger(cursor) ? null : `${plan.columns[column]} holds ${cursor}, which is no ledger`;
    const syncedLedger = cursor === null || cursorFault !== null ? null : Number(cursor);
    const fields: RowField[] = [];
    for (let i = 0; i < plan.fields.length; i++) {
      const field = plan.fields[i]!;
      column = field.index;
      fields.push(readField(row[column]!, field, plan));
    }
    return { streamId, onChainId, syncedLedger, cursorFault, fields };
  } catch (error) {
    if (!(error instanceof UnreadableValue)) throw error;
    throw new UnreadableValue(`column ${plan.columns[column]}: ${error.message}`);
  }
}

/** The row's name for messages and findings; a row without one is still told apart by its on-chain id. */
export function rowStreamId(row: readonly RawValue[], plan: RowPlan): string {
  const id = row[plan.streamIdIndex]!;
  if (!hasName(row, plan)) {
    const onChainId = row[plan.onChainIdIndex]!;
    const told = typeof onChainId === "bigint" ? String(onChainId) : describeRaw(onChainId);
    return `(no ${plan.columns[plan.streamIdIndex]}, on-chain id ${told})`;
  }
  return String(id);
}

/** Whether the row can be asked for by its name. */
export function hasName(row: readonly RawValue[], { streamIdIndex }: RowPlan): boolean {
  const id = row[streamIdIndex]!;
  return id !== null && !(id instanceof Uint8Array);
}

/** The row's on-chain id where that much can be read of a row that cannot be read as a whole. */
export function rowOnChainId(row: readonly RawValue[], plan: RowPlan): bigint | null {
  return readOr(
    () => readInteger(row[plan.onChainIdIndex]!),
    () => null,
  );
}

/** S of a row; null where it has none, or none that can be read. */
export function rowCursor(row: readonly RawValue[], { cursorIndex }: RowPlan): number | null {
  return cursorIndex === null ? null : ledgerIn(row[cursorIndex]!);
}

/** As `readLedger`; null also for what is not a ledger sequence. */
export function ledgerIn(raw: RawValue): number | null {
  return readOr(
    () => readLedger(raw),
    () => null,
  );
}

/** @throws UnreadableValue for anything but a ledger sequence (32 bits) or NULL. */
export function readLedger(raw: RawValue): number | null {
  const ledger = readInteger(raw);
  if (ledger === null) return null;
  if (!isLedger(ledger)) throw new UnreadableValue(`${ledger} is no ledger sequence`);
  return Number(ledger);
}

const isLedger = (value: bigint): boolean => value >= 0n && value <= MAX_LEDGER;

/** @throws UnreadableValue for what is no value of the field's type */
export function readField(raw: RawValue, field: MappedField, plan: RowPlan): RowField {
  const value = readValue(raw, field, plan);
  return { value, text: field.type === "status" ? (readText(raw)?.trim() ?? null) : displayValue(value) };
}

/**
 * The value of a column in the form that both sides are compared in.
 * @throws UnreadableValue as `readRow` does, without the column's name
 */
export function readValue(
  raw: RawValue,
  { type, numbers }: Pick<MappedField, "type" | "numbers">,
  plan: RowPlan,
): FieldValue {
  switch (type) {
    case "amount":
      return readAmount(raw, plan.amountDecimals);
    case "integer":
      return readInteger(raw);
    case "timestamp":
      return readTimestamp(raw);
    case "boolean":
      return readBoolean(raw);
    case "address":
      return readText(raw)?.trim() ?? null;
    case "text":
      return readText(raw);
    case "status": {
      const text = readText(raw)?.trim() ?? null;
      return text === null ? null : statusOf(text, plan.statuses, numbers);
    }
  }
}

function statusOf(text: string, statuses: ReadonlyMap<string, string>, numbers?: ReadonlyMap<string, string>): string {
  const upper = text.toUpperCase();
  return statuses.get(upper) ?? numbers?.get(upper) ?? upper;
}
