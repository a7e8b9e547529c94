import { typeFor } from "../contract/field-types.js";
import { type Layout, type LayoutField, structNames } from "../contract/layout.js";
import type { FieldType } from "../values/field.js";
import { nearestName } from "../values/suggest.js";
import type { ScVal } from "../xdr/scval.js";
import { OWING_ROLES } from "./liabilities.js";
import type { Misfit } from "./misfit.js";

/** Where to read on. */
export const HOW_TO_DESCRIBE = "How to describe a contract: docs/layouts.md.";

type Struct = ReadonlyMap<string, ScVal>;

interface Proposal {
  /** By field: what to write of it. */
  readonly changes: Record<string, object>;
  /** Fields that nothing in the struct can stand for. */
  readonly without: string[];
  statuses: { readonly statuses?: readonly string[] };
}

/**
 * What to do where a layout does not fit, and what to write, as a configuration file takes it.
 * @param struct one that does not fit
 */
export function layoutAdvice(layout: Layout, misfits: readonly Misfit[], struct: Struct): string[] {
  const steps: string[] = [];
  if (misfits.some(({ fault }) => fault.kind === "no struct"))
    steps.push("Check contract.layout.stream.key: it leads to something else.");
  const { changes, without, statuses } = proposal(layout, misfits, struct);
  const fields = Object.keys(changes).length === 0 ? {} : { fields: changes };
  if (Object.keys({ ...fields, ...statuses }).length > 0) {
    const isRenamed = Object.values(changes).some((change) => "from" in change);
    const when = isRenamed ? "these are the same under other names" : "the contract is right to hold that";
    const base = layout.preset === undefined ? {} : { extends: layout.preset };
    const written = { ...base, ...fields, ...statuses, ...invariantsWithout(layout, changes) };
    steps.push(`If ${when}, write contract.layout: ${flowText(written)}.`);
  }
  if (without.length > 0) {
    const nothing = Object.fromEntries(without.map((name) => [name, null]));
    steps.push(`To compare the rest, write database.fields: ${flowText(nothing)}.`);
  }
  return [...steps, HOW_TO_DESCRIBE];
}

function proposal(layout: Layout, misfits: readonly Misfit[], struct: Struct): Proposal {
  const made: Proposal = { changes: {}, without: [], statuses: {} };
  const free = freeFields(layout, struct);
  const seen = new Set<string>();
  for (const { field: name, fault } of misfits) {
    // What was found of a field first counts.
    if (name === null || seen.has(name)) continue;
    seen.add(name);
    const field = layout.fields[name]!;
    if (fault.kind === "status") {
      proposeStatuses(made, layout, name, [...fault.statuses]);
      continue;
    }
    const change = fault.kind === "type" ? otherType(field, fault.held) : otherName(name, field, free);
    if (change === null) made.without.push(name);
    else made.changes[name] = change;
  }
  return made;
}

/** Drops what the schema allows for the old type only. */
function otherType({ role, changes }: LayoutField, held: ScVal): object | null {
  const type = typeFor(held);
  if (type === null) return null;
  return {
    type,
    ...(role === undefined ? {} : { role: null }),
    ...(changes === "grows" ? { changes: null } : {}),
  };
}

/** A field with a fitting type, and a name like the one that is missing; or else the only one that is left. */
function otherName(name: string, { type, role }: LayoutField, free: Map<string, ScVal>): object | null {
  const fitting = [...free].filter(([, val]) => suits(type, val)).map(([found]) => found);
  const near = nearestName(name, fitting, role);
  const from = near ?? (fitting.length === 1 ? fitting[0]! : null);
  if (from === null) return null;
  free.delete(from);
  return { from };
}

const NUMBERS: readonly (FieldType | null)[] = ["amount", "integer", "timestamp"];

function suits(type: FieldType, val: ScVal): boolean {
  const found = typeFor(val);
  return found === type || (NUMBERS.includes(type) && NUMBERS.includes(found));
}

/** A number, or a variant that carries a value, gets a name first, and every name has to be known. */
function proposeStatuses(made: Proposal, layout: Layout, name: string, found: readonly string[]): void {
  const nameOf = (status: string) => (/^\d+$/.test(status) ? `Status${status}` : status.replace("(..)", ""));
  const named = found.filter((status) => nameOf(status) !== status).map((status) => [status, nameOf(status)]);
  if (named.length > 0)
    made.changes[name] = { values: { ...layout.fields[name]!.values, ...Object.fromEntries(named) } };
  const { statuses } = layout;
  const more = found.map(nameOf).filter((status) => statuses?.includes(status) === false);
  if (statuses !== undefined && more.length > 0) made.statuses = { statuses: [...statuses, ...more] };
}

/** Fields of the struct that the layout does not use. */
function freeFields(layout: Layout, struct: Struct): Map<string, ScVal> {
  const used = new Set(Object.entries(layout.fields).flatMap(([name, field]) => structNames(name, field)));
  return new Map([...struct].filter(([name]) => !used.has(name)));
}

/** Solvency cannot be asked for where a field that it needs has lost its role. */
function invariantsWithout(
  { invariants = [], fields }: Layout,
  changes: Readonly<Record<string, object>>,
): { readonly invariants?: readonly string[] } {
  const lost = Object.entries(changes).flatMap(([name, change]) => ("role" in change ? [fields[name]!.role] : []));
  const isInVain = invariants.includes("solvent") && OWING_ROLES.some((role) => lost.includes(role));
  return isInVain ? { invariants: invariants.filter((name) => name !== "solvent") } : {};
}

/** On one line, as JSON and YAML both take it. */
function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, held]) => `${JSON.stringify(key)}: ${flowText(held)}`);
  return `{ ${members.join(", ")} }`;
}
