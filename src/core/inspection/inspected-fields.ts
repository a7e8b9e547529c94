import type { Layout } from "../contract/layout.js";
import type { ChainStream } from "../contract/stream-struct.js";
import type { Tolerances } from "../rules/compare.js";
import { type MappedField, type RowPlan, readField } from "../rules/mapping.js";
import { describeRaw, displayValue, type RawValue } from "../values/column-value.js";
import { type FieldType, type FieldValue, type Role, readOr } from "../values/field.js";

/** One field on both sides, equal or not. */
export interface InspectedField {
  readonly field: string;
  readonly type: FieldType;
  readonly role: Role | null;
  /** The column that is compared with it; null when none is. */
  readonly column: string | null;
  readonly dbValue: string | null;
  readonly onChainValue: string | null;
  /** What the row's value is compared as: a status under the contract's name for it. */
  readonly dbMeaning: string | null;
  readonly comparison:
    | "equal"
    /** An amount that differs, but not beyond the tolerance. */
    | "tolerated"
    | "differs"
    /** The column holds what is no value of the field's type. */
    | "unreadable"
    /** No column is mapped to it. */
    | "not-mapped"
    /** One side is not there, or could not be read. */
    | "one-sided";
  /** On-chain minus database; null for all but amounts that both sides have. */
  readonly difference: bigint | null;
}

/** A row's field; one that cannot be read has the raw value as its text, and nothing to compare. */
interface ReadField {
  readonly value: FieldValue | undefined;
  readonly text: string | null;
}

/** The layout's fields in its order, as both sides have them. */
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
    // A field that this deployment's struct does not have, and that nothing is compared with.
    if (mapped === undefined && onChain === undefined) return [];
    const [dbValue, onChainValue] = [onDb?.text ?? null, onChain?.text ?? null];
    const difference = differenceOf(onDb?.value, onChain?.value, type);
    const tolerance = tolerances.fieldTolerance.get(field) ?? tolerances.tolerance;
    const isTolerated = difference !== null && abs(difference) <= tolerance;
    const comparison = mapped === undefined ? "not-mapped" : comparisonOf(onDb, onChain, isTolerated);
    const dbMeaning = displayValue(onDb?.value ?? null);
    const values = { dbValue, onChainValue, dbMeaning };
    return [{ field, type, role, column: mapped?.column ?? null, ...values, comparison, difference }];
  });
}

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
