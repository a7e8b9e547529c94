import { typeFor, typeName } from "../contract/field-types.js";
import { type Layout, type LayoutField, structNames } from "../contract/layout.js";
import { isReadable } from "../contract/stream-struct.js";
import type { FieldType } from "../values/field.js";
import { nearestName, ROLE_WORDS } from "../values/nearest-name.js";
import type { ScVal } from "../xdr/scval.js";
import { OWING_ROLES } from "./liabilities.js";

/** What of a layout does not fit: by the layout's name of a field. */
type Fault =
  | { readonly kind: "missing" }
  | { readonly kind: "type"; readonly source: string; readonly held: ScVal }
  | { readonly kind: "status"; readonly source: string; readonly statuses: Set<string> };

/** A thousand streams of one form need no more looks than a few. */
const MOST_LOOKS = 1_000;

/**
 * Why streams cannot be read, or compared, by a layout: which fields, what the struct has instead, and what to write in
 * the configuration. Said once for a run; what could not be checked is reported stream by stream.
 */
export class Misfits {
  readonly #layout: Layout;
  readonly #mapped: readonly string[];
  readonly #faults = new Map<string, Fault>();
  #struct: { readonly id: bigint; readonly fields: ReadonlyMap<string, ScVal> } | null = null;
  #noStruct: string | null = null;
  #looks = 0;

  /** @param mapped the fields that are compared, which the struct must have */
  constructor(layout: Layout, mapped: readonly string[]) {
    this.#layout = layout;
    this.#mapped = mapped;
  }

  /** Whether another stream is worth looking at. */
  get isOpen(): boolean {
    return this.#looks < MOST_LOOKS;
  }

  /** @param value what the contract keeps for the stream */
  look(id: bigint, value: ScVal): void {
    this.#looks += 1;
    if (value.type !== "map" || value.value === null) {
      this.#noStruct ??= `what the contract keeps for its stream ${id} is no struct, but of type ${typeName(value)}: check contract.layout.stream.key`;
      return;
    }
    const fields = new Map(value.value.flatMap(({ key, val }) => (key.type === "symbol" ? [[key.value, val]] : [])));
    for (const [name, field] of Object.entries(this.#layout.fields)) {
      const fault = this.#faultOf(name, field, fields);
      if (fault === null) continue;
      this.#struct ??= { id, fields };
      const known = this.#faults.get(name);
      if (known?.kind === "status" && fault.kind === "status")
        for (const one of fault.statuses) known.statuses.add(one);
      else if (known === undefined) this.#faults.set(name, fault);
    }
  }

  #faultOf(name: string, field: LayoutField, struct: ReadonlyMap<string, ScVal>): Fault | null {
    const source = structNames(name, field).find((candidate) => struct.has(candidate));
    if (source === undefined) {
      return this.#mapped.includes(name) && field.absent === undefined ? { kind: "missing" } : null;
    }
    const held = struct.get(source)!;
    if (isReadable(held, field, this.#layout)) return null;
    if (!isReadable(held, { type: field.type }, ANY_STATUS)) return { kind: "type", source, held };
    return { kind: "status", source, statuses: new Set([statusIn(held)]) };
  }

  /** In the layout's order, whichever stream showed which. */
  #inOrder(): [string, Fault][] {
    return Object.keys(this.#layout.fields).flatMap((name) => {
      const fault = this.#faults.get(name);
      return fault === undefined ? [] : [[name, fault]];
    });
  }

  /** For a notice; null: every stream that was looked at fits. */
  get message(): string | null {
    const what = `layout "${this.#layout.name}" does not fit the contract`;
    if (this.#struct === null) return this.#noStruct === null ? null : `${what}: ${this.#noStruct}`;
    const { id, fields } = this.#struct;
    const told = [...fields].map(([name, val]) => `${name} (${typeName(val)})`).join(", ");
    const faults = this.#inOrder()
      .map(([name, fault]) => this.#told(name, fault))
      .join("; ");
    const steps = [...this.advice, "How to describe a contract: docs/layouts.md."].join(" ");
    return `${what}, as in its stream ${id}: ${faults}. The struct's fields are ${told || "none"}. ${steps}`;
  }

  #told(name: string, fault: Fault): string {
    const field = this.#layout.fields[name]!;
    if (fault.kind === "missing") return `there is no field ${structNames(name, field).join(" or ")}`;
    if (fault.kind === "type")
      return `${fault.source} holds ${typeName(fault.held)}, which is not of type ${field.type}`;
    return `${fault.source} is ${[...fault.statuses].join(", ")}, which is no status of the layout`;
  }

  /** What to write, as a configuration file takes it; empty where nothing can be written, or has to be. */
  get advice(): string[] {
    if (this.#struct === null) return [];
    const { preset } = this.#layout;
    const { changes, without, statuses } = this.#changes(this.#struct.fields);
    const fields = Object.keys(changes).length === 0 ? {} : { fields: changes };
    const invariants = this.#invariantsWithout(changes);
    const layout = { ...(preset === undefined ? {} : { extends: preset }), ...fields, ...statuses, ...invariants };
    const steps: string[] = [];
    if (Object.keys({ ...fields, ...statuses }).length > 0) {
      const isRenamed = Object.values(changes).some((change) => "from" in change);
      const when = isRenamed ? "these are the same under other names" : "the contract is right to hold that";
      steps.push(`If ${when}, write contract.layout: ${flowText(layout)}.`);
    }
    if (without.length > 0) {
      const nothing = Object.fromEntries(without.map((name) => [name, null]));
      steps.push(`To compare the rest, write database.fields: ${flowText(nothing)}.`);
    }
    return steps;
  }

  /** Solvency cannot be asked for where a field that it needs has lost its role. */
  #invariantsWithout(changes: Readonly<Record<string, object>>): { readonly invariants?: readonly string[] } {
    const { invariants = [], fields } = this.#layout;
    const lost = Object.entries(changes).flatMap(([name, change]) => ("role" in change ? [fields[name]!.role] : []));
    const isInVain = invariants.includes("solvent") && OWING_ROLES.some((role) => lost.includes(role));
    return isInVain ? { invariants: invariants.filter((name) => name !== "solvent") } : {};
  }

  #changes(struct: ReadonlyMap<string, ScVal>) {
    const changes: Record<string, object> = {};
    const without: string[] = [];
    let statuses: { readonly statuses?: readonly string[] | null } = {};
    const free = this.#freeFields(struct);
    for (const [name, fault] of this.#inOrder()) {
      const field = this.#layout.fields[name]!;
      if (fault.kind === "missing") {
        const from = replacement(name, field, free);
        if (from === null) without.push(name);
        else changes[name] = { from };
        if (from !== null) free.delete(from);
      } else if (fault.kind === "type") {
        const type = typeFor(fault.held);
        if (type === null) without.push(name);
        else changes[name] = { type, ...withoutMeaning(field) };
      } else {
        const found = [...fault.statuses];
        const numbers = found.filter((status) => /^\d+$/.test(status)).map((number) => [number, `Status${number}`]);
        if (numbers.length > 0) changes[name] = { values: { ...field.values, ...Object.fromEntries(numbers) } };
        const names = [
          ...(this.#layout.statuses ?? []),
          ...found.map((status) => (/^\d/.test(status) ? `Status${status}` : status)),
        ];
        if (this.#layout.statuses !== undefined) statuses = { statuses: names };
      }
    }
    return { changes, without, statuses };
  }

  /** Fields of the struct that the layout does not use. */
  #freeFields(struct: ReadonlyMap<string, ScVal>): Map<string, ScVal> {
    const used = new Set(Object.entries(this.#layout.fields).flatMap(([name, field]) => structNames(name, field)));
    return new Map([...struct].filter(([name]) => !used.has(name)));
  }
}

/** What was said of a field holds for its old type; the schema refuses some of it for another one. */
function withoutMeaning({ role, changes }: LayoutField): object {
  return { ...(role === undefined ? {} : { role: null }), ...(changes === "grows" ? { changes: null } : {}) };
}

/** A layout that knows no statuses takes each. */
const ANY_STATUS: Layout = { name: "", stream: { storage: "persistent", key: [] }, fields: {} };

/** A field with a fitting type, and a name like the one that is missing; or else the only one that is left. */
function replacement(name: string, { type, role }: LayoutField, free: ReadonlyMap<string, ScVal>): string | null {
  const fitting = [...free].filter(([, val]) => suits(type, val)).map(([found]) => found);
  const near = nearestName(name, fitting, role === undefined ? [] : ROLE_WORDS[role]);
  return near ?? (fitting.length === 1 ? fitting[0]! : null);
}

const NUMBERS: readonly (FieldType | null)[] = ["amount", "integer", "timestamp"];

function suits(type: FieldType, val: ScVal): boolean {
  const found = typeFor(val);
  return found === type || (NUMBERS.includes(type) && NUMBERS.includes(found));
}

function statusIn(val: ScVal): string {
  if (val.type === "vec") return statusIn(val.value?.[0] ?? { type: "void" });
  return "value" in val ? String(val.value) : val.type;
}

/** On one line, as JSON and YAML both take it. */
function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, held]) => `${JSON.stringify(key)}: ${flowText(held)}`);
  return `{ ${members.join(", ")} }`;
}
