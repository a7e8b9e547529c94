import type { ChainStream } from "../contract/stream-struct.js";
import { type Tolerances, toleranceOf } from "../rules/compare.js";
import type { DbStream, RowPlan } from "../rules/mapping.js";
import type { FieldValue } from "../values/field.js";
import { fingerprint } from "../values/fingerprint.js";

/**
 * What one side says of the compared fields, small enough to keep for each look: a fingerprint of all that must be equal,
 * then the amounts in base units that may be off by a tolerance.
 */
export type SideState = readonly [rest: number, ...amounts: (string | null)[]];

export function rowState(db: DbStream, plan: RowPlan, tolerances: Tolerances): SideState {
  return stateOf(
    db.fields.map(({ value }) => value),
    plan,
    tolerances,
  );
}

/** @returns null when the struct lacks a compared field, so that nothing can be said of it */
export function entryState(stream: ChainStream, plan: RowPlan, tolerances: Tolerances): SideState | null {
  const values: FieldValue[] = [];
  for (const { name } of plan.fields) {
    const field = stream.get(name);
    if (field === undefined) return null;
    values.push(field.value);
  }
  return stateOf(values, plan, tolerances);
}

function stateOf(values: readonly FieldValue[], { fields }: RowPlan, tolerances: Tolerances): SideState {
  const mayBeOff = (i: number): boolean => toleranceOf(fields[i]!, tolerances) > 0n;
  const rest = values.filter((_, i) => !mayBeOff(i)).map((value) => `${typeof value} ${value}`);
  const amounts = values.filter((_, i) => mayBeOff(i)).map((value) => (value === null ? null : String(value)));
  return [fingerprint(JSON.stringify(rest)), ...amounts];
}

/** Tells whether two states are the same, within the tolerances of their amounts. */
export type SameState = (a: SideState, b: SideState) => boolean;

export function sameStateOf({ fields }: RowPlan, tolerances: Tolerances): SameState {
  const allowed = fields.map((field) => toleranceOf(field, tolerances)).filter((tolerance) => tolerance > 0n);
  return ([restA, ...a], [restB, ...b]) =>
    restA === restB && a.every((amount, i) => isWithin(amount, b[i] ?? null, allowed[i]!));
}

function isWithin(a: string | null, b: string | null, tolerance: bigint): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  const difference = BigInt(a) - BigInt(b);
  return difference <= tolerance && -difference <= tolerance;
}
