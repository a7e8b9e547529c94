import type { ChainStream } from "../contract/stream-struct.js";
import type { FieldValue } from "../values/field.js";
import { fingerprint } from "../values/fingerprint.js";
import { type Tolerances, toleranceOf } from "./compare.js";
import type { DbStream, RowPlan } from "./mapping.js";

/**
 * What one side says of the compared fields, small enough to keep for each look: a fingerprint of all that must be equal,
 * then the amounts in base units, which may be off by the tolerance.
 */
export type SideState = readonly [rest: number, ...amounts: (string | null)[]];

export function rowState(db: DbStream, plan: RowPlan): SideState {
  return stateOf(
    db.fields.map(({ value }) => value),
    plan,
  );
}

/** @returns null when the struct lacks a compared field, so that nothing can be said of it */
export function entryState(stream: ChainStream, plan: RowPlan): SideState | null {
  const values: FieldValue[] = [];
  for (const { name } of plan.fields) {
    const field = stream.get(name);
    if (field === undefined) return null;
    values.push(field.value);
  }
  return stateOf(values, plan);
}

function stateOf(values: readonly FieldValue[], { fields }: RowPlan): SideState {
  const isAmount = (i: number): boolean => fields[i]!.type === "amount";
  const rest = values.filter((_, i) => !isAmount(i)).map((value) => `${typeof value} ${value}`);
  const amounts = values.filter((_, i) => isAmount(i)).map((value) => (value === null ? null : String(value)));
  return [fingerprint(JSON.stringify(rest)), ...amounts];
}

/** Tells whether two states are the same, within the tolerances of their amounts. */
export type SameState = (a: SideState, b: SideState) => boolean;

export function sameStateOf({ fields }: RowPlan, tolerances: Tolerances): SameState {
  const allowed = fields.filter(({ type }) => type === "amount").map((field) => toleranceOf(field, tolerances));
  return ([restA, ...a], [restB, ...b]) =>
    restA === restB && a.every((amount, i) => isWithin(amount, b[i] ?? null, allowed[i]!));
}

function isWithin(a: string | null, b: string | null, tolerance: bigint): boolean {
  if (a === b) return true;
  if (a === null || b === null || tolerance === 0n) return false;
  const difference = BigInt(a) - BigInt(b);
  return difference <= tolerance && -difference <= tolerance;
}
