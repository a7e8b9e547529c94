import { type Layout, type LayoutField, structNames } from "../contract/layout.js";
import { isReadable, statusKey, structFields } from "../contract/stream-struct.js";
import { readOr } from "../values/field.js";
import type { ScVal } from "../xdr/scval.js";
import { typeName } from "../xdr/scval-text.js";
import { layoutAdvice } from "./layout-advice.js";
import { type Fault, type Misfit, misfitText } from "./misfit.js";

/** A thousand streams of one form need no more looks than a few. */
const MOST_LOOKS = 1_000;

/**
 * How a layout fits what a contract keeps, field by field: why streams cannot be read or compared, and what to write in
 * the configuration. Said once for a run; what could not be checked is reported stream by stream.
 */
export class LayoutFit {
  readonly #layout: Layout;
  readonly #compared: ReadonlySet<string>;
  readonly #claimed: ReadonlySet<string>;
  readonly #misfits = new Map<string, Misfit>();
  readonly #absent = new Set<string>();
  readonly #extra = new Map<string, string>();
  #entries = 0;
  /** The first stream that does not fit, and the first struct that does not. */
  #example: bigint | null = null;
  #struct: ReadonlyMap<string, ScVal> | null = null;

  /** @param compared the layout's fields that the database is compared with, which the struct must have */
  constructor(layout: Layout, compared: Iterable<string>) {
    this.#layout = layout;
    this.#compared = new Set(compared);
    this.#claimed = new Set(Object.entries(layout.fields).flatMap(([name, field]) => structNames(name, field)));
  }

  /** Whether another stream is worth looking at. */
  get isOpen(): boolean {
    return this.#entries < MOST_LOOKS;
  }

  /** How many entries were looked at. */
  get entries(): number {
    return this.#entries;
  }

  /** In the layout's order. Without any, every entry can be read and compared. */
  get misfits(): readonly Misfit[] {
    const order: readonly (string | null)[] = [null, ...Object.keys(this.#layout.fields)];
    return [...this.#misfits.values()].sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field));
  }

  /** Fields of the layout that some entries lack, and that nothing is compared with. */
  get absent(): readonly string[] {
    return [...this.#absent];
  }

  /** Fields of the contract that the layout does not know, as `name: type`. */
  get extra(): readonly string[] {
    return [...this.#extra].map(([name, type]) => `${name}: ${type}`);
  }

  /** @param value what the contract keeps for the stream */
  look(id: bigint, value: ScVal): void {
    this.#entries += 1;
    const struct = this.#structOf(id, value);
    if (struct === null) return;
    for (const [name, val] of struct) if (!this.#claimed.has(name)) this.#extra.set(name, typeName(val));
    for (const [name, field] of Object.entries(this.#layout.fields)) {
      const fault = this.#faultOf(name, field, struct);
      if (fault === null) continue;
      this.#struct ??= struct;
      this.#add(id, name, fault);
    }
  }

  /** For a notice; null: every stream that was looked at fits. */
  get message(): string | null {
    const { misfits } = this;
    if (misfits.length === 0) return null;
    const found = misfits.map((misfit) => misfitText(misfit, this.#layout)).join("; ");
    const fields = [...(this.#struct ?? [])].map(([name, val]) => `${name} (${typeName(val)})`).join(", ");
    return [
      `layout "${this.#layout.name}" does not fit the contract, as in its stream ${this.#example}: ${found}.`,
      ...(this.#struct === null ? [] : [`The struct's fields are ${fields || "none"}.`]),
      ...this.advice,
    ].join(" ");
  }

  /** What to do, and what to write, as a configuration file takes it. */
  get advice(): string[] {
    return layoutAdvice(this.#layout, this.misfits, this.#struct ?? new Map());
  }

  #structOf(id: bigint, value: ScVal): ReadonlyMap<string, ScVal> | null {
    return readOr(
      () => structFields(value),
      ({ message }) => {
        this.#add(id, null, { kind: "no struct", message });
        return null;
      },
    );
  }

  #faultOf(name: string, field: LayoutField, struct: ReadonlyMap<string, ScVal>): Fault | null {
    const source = structNames(name, field).find((candidate) => struct.has(candidate));
    if (source === undefined) {
      if (this.#compared.has(name) && field.absent === undefined) return { kind: "missing" };
      this.#absent.add(name);
      return null;
    }
    const held = struct.get(source)!;
    if (isReadable(held, field, this.#layout)) return null;
    const status = field.type === "status" && held.type !== "bool" ? statusKey(held) : null;
    if (status === null) return { kind: "type", source, held };
    return { kind: "status", source, statuses: new Set([status]) };
  }

  /** One misfit a field and type found; all of a field's unknown statuses are one. */
  #add(id: bigint, field: string | null, fault: Fault): void {
    this.#example ??= id;
    const key = `${field} ${fault.kind} ${fault.kind === "type" ? typeName(fault.held) : ""}`;
    const known = this.#misfits.get(key) ?? { field, fault, entries: 0 };
    known.entries += 1;
    if (known.fault.kind === "status" && fault.kind === "status") {
      for (const status of fault.statuses) known.fault.statuses.add(status);
    }
    this.#misfits.set(key, known);
  }
}
