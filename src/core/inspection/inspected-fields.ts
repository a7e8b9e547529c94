import type { Layout } from "../contract/layout.js";
import type { ChainStream } from "../contract/stream-struct.js";
import type { Tolerances } from "../rules/compare.js";
import { type MappedField, type RowPlan, readField } from "../rules/mapping.js";
import { describeRaw, displayValue, type RawValue } from "../values/column-value.js";
import { cut } from "../values/cut.js";
import { type FieldType, type FieldValue, type Role, readOr } from "../values/field.js";

/** One field on both sides, equal or not. */
export interface InspectedField {
  readonly field: string;
  readonly type: FieldType;
  readonly role: Role | null;
  /** The column that is compared with the field; null: none. */
  readonly column: string | null;
  readonly dbValue: string | null;
  readonly onChainValue: string | null;
  /** The row's value as it is compared: statuses have the contract's names. */
  readonly dbMeaning: string | null;
  readonly comparison:
    | "equal"
    /** An amount that differs within the tolerance. */
    | "tolerated"
    | "differs"
    /** The column's value does not fit the field's type. */
    | "unreadable"
    /** No column is mapped to the field. */
    | "not-mapped"
    /** One side is missing or could not be read. */
    | "one-sided";
  /** On-chain minus database; null unless both sides have an amount. */
  readonly difference: bigint | null;
}

/** A row's field; if it cannot be read, the text is the raw value and there is nothing to compare. */
interface ReadField {
  readonly value: FieldValue | undefined;
  readonly text: string | null;
}

/** Both sides' values of the layout's fields, in its order. */
export function inspectFields(
  layout: Layout,
  plan: RowPlan,
  row: readonly RawValue[] | null,
  chain: ChainStream | null,
  tolerances: Tolerances,
): InspectedField[] {
  return Object.entries(layout.fields).flatMap(([field, { type, role = null }]) => {
    const mapped = plan.fields.find(({ name }) => name === field);
    const onDb = mapped === undefined || row === null ? undefined : fieldOf(row, mapped, plan);
    const onChain = chain?.get(field);
    // This deployment's struct lacks the field, and no column is compared with it.
    if (mapped === undefined && onChain === undefined) return [];
    const [dbValue, onChainValue] = [textOf(onDb), textOf(onChain)];
    const difference = differenceOf(onDb?.value, onChain?.value, type);
    const tolerance = tolerances.fieldTolerance.get(field) ?? tolerances.tolerance;
    const isTolerated = difference !== null && abs(difference) <= tolerance;
    const comparison = mapped === undefined ? "not-mapped" : comparisonOf(onDb, onChain, isTolerated);
    const dbMeaning = textOf({ text: displayValue(onDb?.value ?? null) });
    const values = { dbValue, onChainValue, dbMeaning };
    return [{ field, type, role, column: mapped?.column ?? null, ...values, comparison, difference }];
  });
}

const textOf = (field: { readonly text: string | null } | undefined): string | null =>
  field === undefined || field.text === null ? null : cut(field.text);

function fieldOf(row: readonly RawValue[], field: MappedField, plan: RowPlan): ReadField {
  const raw = row[field.index]!;
  return readOr(
    () => readField(raw, field, plan),
    () => ({ value: undefined, text: describeRaw(raw) }),
  );
}

function comparisonOf(
  onDb: ReadField | undefined,
  onChain: { readonly value: FieldValue } | undefined,
  isTolerated: boolean,
): InspectedField["comparison"] {
  if (onDb !== undefined && onDb.value === undefined) return "unreadable";
  if (onDb === undefined || onChain === undefined) return "one-sided";
  if (onDb.value === onChain.value) return "equal";
  return isTolerated ? "tolerated" : "differs";
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

function differenceOf(db: FieldValue | undefined, chain: FieldValue | undefined, type: FieldType): bigint | null {
  return type === "amount" && typeof db === "bigint" && typeof chain === "bigint" ? chain - db : null;
}
