import { type Layout, type LayoutField, structNames } from "../contract/layout.js";
import { readStruct } from "../contract/stream-struct.js";
import { UnreadableValue } from "../values/field.js";
import type { ScVal } from "../xdr/scval.js";

/** A field of the layout that does not fit the contract's entries. */
export interface FieldProblem {
  readonly field: string;
  /** Entries that show it. */
  entries: number;
  /** What was found instead of what. */
  readonly found: string;
}

export interface LayoutFit {
  readonly entries: number;
  /** Without any of them, every entry can be read and compared. */
  readonly problems: readonly FieldProblem[];
  /** Fields of the layout that some entries lack, and that nothing is compared with. */
  readonly absent: readonly string[];
  /** Fields of the contract that the layout does not know, as `name: type`. */
  readonly extra: readonly string[];
}

/**
 * Lays a layout beside entries of the contract, field by field: what the reading of a stream would stop at first, and
 * all that it would stop at next.
 * @param entries decoded values @param compared the layout's fields that the database is compared with
 */
export function fitLayout(entries: readonly ScVal[], layout: Layout, compared: ReadonlySet<string>): LayoutFit {
  const fit = new Fit(layout, compared);
  for (const value of entries) fit.add(value);
  return { entries: entries.length, problems: fit.problems, absent: [...fit.absent], extra: fit.extra };
}

class Fit {
  readonly absent = new Set<string>();
  readonly #problems = new Map<string, FieldProblem>();
  /** By field: the statuses that the layout does not know, and how many entries have each. */
  readonly #variants = new Map<string, Map<string, number>>();
  readonly #extra = new Map<string, string>();
  readonly #claimed: ReadonlySet<string>;

  constructor(
    readonly layout: Layout,
    readonly compared: ReadonlySet<string>,
  ) {
    this.#claimed = new Set(Object.entries(layout.fields).flatMap(([name, field]) => structNames(name, field)));
  }

  get problems(): FieldProblem[] {
    const order = ["(entry)", ...Object.keys(this.layout.fields)];
    const variants = [...this.#variants].map(([field, counts]) => this.#variantProblem(field, counts));
    return [...this.#problems.values(), ...variants].sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field));
  }

  get extra(): string[] {
    return [...this.#extra].map(([name, type]) => `${name}: ${type}`);
  }

  add(value: ScVal): void {
    const struct = structOf(value);
    if (struct === null) {
      const found = `the entry holds ${describe(value)}, where a struct (a map with symbol keys) was expected`;
      return this.#problem("(entry)", found);
    }
    for (const [name, val] of struct) if (!this.#claimed.has(name)) this.#extra.set(name, describeType(val));
    for (const [name, field] of Object.entries(this.layout.fields)) this.#addField(name, field, struct);
  }

  #addField(name: string, field: LayoutField, struct: ReadonlyMap<string, ScVal>): void {
    const source = structNames(name, field).find((candidate) => struct.has(candidate));
    if (source === undefined) return this.#addAbsent(name, field);
    const val = struct.get(source)!;
    try {
      const one = { type: "map", value: [{ key: { type: "symbol", value: source }, val }] } as const;
      readStruct(one, { ...this.layout, fields: { [name]: field } });
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      const variant = field.type === "status" ? variantOf(val) : null;
      if (variant !== null) return this.#addVariant(name, variant);
      const as = source === name ? "" : `${source} `;
      this.#problem(name, `${as}is ${describeType(val)}, where the layout says ${field.type}`);
    }
  }

  #addAbsent(name: string, field: LayoutField): void {
    if (!this.compared.has(name) || field.absent !== undefined) {
      this.absent.add(name);
      return;
    }
    const names = structNames(name, field).join(", ");
    this.#problem(name, `the struct has no field ${names}, and the database is compared with it`);
  }

  #addVariant(field: string, variant: string): void {
    const counts = this.#variants.get(field) ?? new Map<string, number>();
    this.#variants.set(field, counts.set(variant, (counts.get(variant) ?? 0) + 1));
  }

  /** All of a field's unknown statuses as one. */
  #variantProblem(name: string, counts: ReadonlyMap<string, number>): FieldProblem {
    const field = this.layout.fields[name]!;
    const known = this.layout.statuses ?? Object.values(field.values ?? {});
    const names = [...counts.keys()];
    const entries = [...counts.values()].reduce((a, b) => a + b, 0);
    const held = names.map((variant) => JSON.stringify(variant)).join(", ");
    return {
      field: name,
      entries,
      found: `holds ${held}, which the layout does not know as a status (it knows ${known.join(", ")})`,
    };
  }

  #problem(field: string, found: string): void {
    const key = `${field}\n${found}`;
    const known = this.#problems.get(key);
    if (known === undefined) this.#problems.set(key, { field, found, entries: 1 });
    else known.entries += 1;
  }
}

function structOf(value: ScVal): ReadonlyMap<string, ScVal> | null {
  if (value.type !== "map" || value.value === null) return null;
  const fields = new Map<string, ScVal>();
  for (const { key, val } of value.value) {
    if (key.type !== "symbol" || fields.has(key.value)) return null;
    fields.set(key.value, val);
  }
  return fields;
}

/** The status's name or number, as the layout would have to know it. */
function variantOf(val: ScVal): string | null {
  if (val.type === "symbol") return val.value;
  if (val.type === "vec") return unitVariant(val);
  return val.type === "u32" || val.type === "i32" || val.type === "u64" ? String(val.value) : null;
}

function unitVariant(val: ScVal): string | null {
  const first = val.type === "vec" ? val.value?.[0] : undefined;
  return first?.type === "symbol" ? first.value : null;
}

/** The type alone, as Rust people know it. */
export function describeType(val: ScVal): string {
  const variant = unitVariant(val);
  if (variant !== null) return `enum (${variant})`;
  if (val.type === "void") return "an empty Option";
  return val.type === "map" ? "a struct" : val.type.replaceAll("_", " ");
}

function describe(val: ScVal): string {
  const type = describeType(val);
  return /^(an?|enum) /.test(type) ? type : `a value of type ${type}`;
}
