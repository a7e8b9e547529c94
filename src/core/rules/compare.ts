import type { ChainField, ChainStream } from "../contract/stream-struct.js";
import type { FieldValue } from "../values/field.js";
import { UnreadableValue } from "../values/field.js";
import type { DbStream, MappedField, RowPlan } from "./mapping.js";

/** A field whose two values differ beyond tolerance. */
export interface FieldDifference {
  readonly field: string;
  readonly dbValue: string | null;
  readonly onChainValue: string | null;
}

export interface Tolerances {
  /** Largest difference of an amount that counts as equal, in base units. */
  readonly tolerance: bigint;
  /** The same for single fields, instead of `tolerance`. */
  readonly fieldTolerance: ReadonlyMap<string, bigint>;
}

/**
 * Compares the mapped fields of one stream. Tolerance is for amounts only; everything else must be equal.
 * @throws UnreadableValue when the contract's struct lacks a field that the mapping compares: not comparing it would
 *   make a green run of something that was not checked.
 */
export function compareStream(
  db: DbStream,
  chain: ChainStream,
  plan: RowPlan,
  tolerances: Tolerances,
): readonly FieldDifference[] {
  let differences: FieldDifference[] | null = null;
  for (let i = 0; i < plan.fields.length; i++) {
    const field = plan.fields[i]!;
    const onDb = db.fields[i]!;
    const onChain = chain.get(field.name);
    if (onChain === undefined) {
      throw new UnreadableValue(
        `the contract's struct has no field ${field.name}, which column ${field.column} is compared with`,
      );
    }
    if (sameField(onDb.value, onChain, toleranceOf(field, tolerances))) continue;
    differences ??= [];
    differences.push({ field: field.name, dbValue: onDb.text, onChainValue: onChain.text });
  }
  return differences ?? NONE;
}

/** Nearly every stream's differences: one list for all of them. */
const NONE: readonly FieldDifference[] = [];

/** Only amounts may be off. */
export function toleranceOf({ name, type }: MappedField, { tolerance, fieldTolerance }: Tolerances): bigint {
  return type === "amount" ? (fieldTolerance.get(name) ?? tolerance) : 0n;
}

export function sameField(onDb: FieldValue, onChain: ChainField, tolerance: bigint): boolean {
  if (onChain.is !== undefined) return typeof onDb === "string" && onChain.is(onDb);
  return sameValue(onDb, onChain.value, tolerance);
}

function sameValue(a: FieldValue, b: FieldValue, tolerance: bigint): boolean {
  if (typeof a === "bigint" && typeof b === "bigint") {
    if (a === b) return true;
    const difference = a > b ? a - b : b - a;
    return difference <= tolerance;
  }
  return a === b;
}
