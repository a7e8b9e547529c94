import type { ColumnValue, StreamRow } from "../../ports/db-client.js";
import type { EntryPlace, LedgerEntry } from "../../ports/on-chain-client.js";
import { AddressField } from "../contract/entry-field.js";
import type { Layout } from "../contract/layout.js";
import type { StructReader } from "../contract/struct-reader.js";
import { integerAt, type Slot, type StructShape } from "../contract/struct-shape.js";
import { isDecimalOf } from "../values/amount.js";
import { type FieldValue, UnreadableValue } from "../values/field.js";
import { phaseNames } from "../values/phase.js";
import { isStrKeyOf } from "../values/strkey.js";
import { invariantsOf } from "./escrow-invariants.js";
import { brokenInvariants, InvariantChecks } from "./invariant-checks.js";
import { type MappedField, MOST_LEDGERS_AHEAD, type RowPlan, readLedger, readValue } from "./mapping.js";
import { ROLE, StreamFacts } from "./stream-facts.js";

/** A stream about which there is nothing to say. The object is used again for the next one. */
export interface Agreement {
  onChainId: bigint;
  /** S of the verdict table as the row tells it; null when it does not. */
  synced: number | null;
  /** M of the verdict table. */
  modified: number;
  liveUntil: number | null;
  /** What the contract has, by role. */
  readonly facts: StreamFacts;
}

/**
 * Recognises, without an object per field, the streams of which `StreamJudge` would say that they are in sync and
 * nothing else: every mapped field is the very same on both sides, every invariant holds, no notice is due. It never
 * decides anything else: whatever it does not recognise, tolerance included, is for the judge to say.
 */
export class AgreementCheck {
  readonly #plan: RowPlan;
  readonly #ttlWarningLedgers: number;
  readonly #structs: StructReader;
  readonly #checks: InvariantChecks;
  readonly #roles: readonly { readonly index: number; readonly name: string }[];
  readonly #views = new Map<StructShape, ShapeView | null>();
  readonly #found: Agreement;

  constructor(layout: Layout, plan: RowPlan, policy: { readonly ttlWarningLedgers: number }, structs: StructReader) {
    this.#plan = plan;
    this.#ttlWarningLedgers = policy.ttlWarningLedgers;
    this.#structs = structs;
    const facts = new StreamFacts([], null, null, phaseNames(layout.phases));
    this.#found = { onChainId: 0n, synced: null, modified: 0, liveUntil: null, facts };
    this.#checks = new InvariantChecks(invariantsOf(layout));
    this.#roles = Object.entries(layout.fields).flatMap(([name, { role }]) =>
      role === undefined ? [] : [{ index: ROLE[role], name }],
    );
  }

  /**
   * @param observed the ledger at which the entry was read
   * @param now a time in seconds at which that ledger had closed; null: invariants that need one are not checked
   * @returns null when the stream has to be looked at as a whole
   */
  agreement(
    row: StreamRow,
    onChainId: bigint,
    entry: LedgerEntry,
    observed: number,
    now: bigint | null,
  ): Agreement | null {
    const { liveUntilLedger } = entry;
    if (liveUntilLedger !== null && liveUntilLedger - observed < this.#ttlWarningLedgers) return null;
    const { view, at: start, length } = entry.place ?? placeOf(entry.value);
    const shape = this.#structs.shapeAt(view, start, length);
    const places = shape === null ? null : this.#viewOf(shape);
    if (places === null) return null;
    const found = this.#found;
    try {
      places.fill(found.facts, view, start, onChainId, now);
      if (!this.#isSame(row, view, start, places.fields, found.facts)) return null;
      found.synced = this.#syncedOf(row);
      if (found.synced !== null && found.synced > observed + MOST_LEDGERS_AHEAD) return null;
    } catch (error) {
      // What cannot be read is for the judge to report.
      if (error instanceof UnreadableValue) return null;
      throw error;
    }
    // The database's own invariants are among these, and its values are the very same.
    if (brokenInvariants(found.facts, this.#checks).length > 0) return null;
    found.onChainId = onChainId;
    found.liveUntil = liveUntilLedger;
    found.modified = entry.lastModifiedLedger;
    return found;
  }

  #syncedOf(row: StreamRow): number | null {
    const { cursorIndex } = this.#plan;
    return cursorIndex === null ? null : readLedger(row[cursorIndex]!);
  }

  /** @throws UnreadableValue where a column cannot be read */
  #isSame(row: StreamRow, view: DataView, start: number, fields: readonly PlacedField[], facts: StreamFacts): boolean {
    for (let i = 0; i < fields.length; i++) {
      const placed = fields[i]!;
      const raw = row[placed.field.index]!;
      if (typeof raw === "string" && placed.isWritten(raw, view, start)) continue;
      const onDb = readValue(raw, placed.field, this.#plan);
      if (!placed.holds(onDb, view, start, facts)) return false;
      placed.remember(raw);
    }
    return true;
  }

  #viewOf(shape: StructShape): ShapeView | null {
    const known = this.#views.get(shape);
    if (known !== undefined) return known;
    const made = ShapeView.of(shape, this.#plan, this.#roles);
    this.#views.set(shape, made);
    return made;
  }
}

/** A compared field, and where in entries of one shape it lies. */
class PlacedField {
  readonly field: MappedField;
  readonly #slot: Slot;
  /** Its place in the facts; null where it has no role. */
  readonly #role: number | null;
  /** Whether the column's text, where it is a plain number, is the very integer. */
  readonly #isNumber: boolean;
  /** What the column held last and was the entry's value: statuses are few. */
  #known: ColumnValue = null;

  constructor(field: MappedField, slot: Slot, role: number | null, amountDecimals: number) {
    this.field = field;
    this.#slot = slot;
    this.#role = role;
    const isNumber = field.type === "integer" || (field.type === "amount" && amountDecimals === 0);
    this.#isNumber = isNumber && slot.kind === "integer" && slot.words >= 2 && !(slot.signed && slot.words === 2);
  }

  /** Whether the column's text is how the entry's value is written: the usual case, in which neither has to be read. */
  isWritten(raw: string, view: DataView, start: number): boolean {
    const slot = this.#slot;
    switch (slot.kind) {
      case "integer":
        return this.#isNumber && isDecimalOf(raw, view, start + slot.at, slot.words);
      case "address":
        return isStrKeyOf(raw, slot.strKey, view, start + slot.at);
      case "fixed":
        return raw === this.#known;
    }
  }

  /** Whether the entry has this value. @param facts what is known of the entry already */
  holds(onDb: FieldValue, view: DataView, start: number, facts: StreamFacts): boolean {
    const slot = this.#slot;
    if (slot.kind === "address")
      return typeof onDb === "string" && isStrKeyOf(onDb, slot.strKey, view, start + slot.at);
    if (this.#role !== null) return facts.fact(this.#role) === onDb;
    if (slot.kind === "fixed") return onDb === slot.field.value;
    return onDb === integerAt(view, start + slot.at, slot.words, slot.signed);
  }

  /** That this is how the column writes the value which all entries of the shape have. */
  remember(raw: ColumnValue): void {
    if (this.#slot.kind === "fixed") this.#known = raw;
  }
}

/** Where in entries of one shape the compared fields and the roles lie. */
class ShapeView {
  readonly fields: readonly PlacedField[];
  readonly #roles: readonly { readonly index: number; readonly slot: Slot }[];

  private constructor(
    fields: readonly PlacedField[],
    roles: readonly { readonly index: number; readonly slot: Slot }[],
  ) {
    this.fields = fields;
    this.#roles = roles;
  }

  /** @returns null when a mapped field is not in the struct, which is an error of each such stream */
  static of(
    { slots }: StructShape,
    { fields, amountDecimals }: RowPlan,
    roles: readonly { readonly index: number; readonly name: string }[],
  ): ShapeView | null {
    const placed = fields.flatMap((field) => {
      const slot = slots.get(field.name);
      const role = roles.find(({ name }) => name === field.name)?.index ?? null;
      return slot === undefined ? [] : [new PlacedField(field, slot, role, amountDecimals)];
    });
    if (placed.length !== fields.length) return null;
    const known = roles.flatMap(({ index, name }) => {
      const slot = slots.get(name);
      return slot === undefined ? [] : [{ index, slot }];
    });
    return new ShapeView(placed, known);
  }

  /** Puts the entry's values into `facts`, in place of what was there. */
  fill(facts: StreamFacts, view: DataView, start: number, keyId: bigint, now: bigint | null): void {
    facts.reset(keyId, now);
    const roles = this.#roles;
    for (let i = 0; i < roles.length; i++) {
      const { index, slot } = roles[i]!;
      if (slot.kind === "integer") facts.set(index, integerAt(view, start + slot.at, slot.words, slot.signed));
      else if (slot.kind === "address") facts.set(index, new AddressField(slot.strKey, view, start + slot.at));
      else facts.set(index, slot.field.value);
    }
  }
}

const placeOf = (value: Uint8Array): EntryPlace => ({
  view: new DataView(value.buffer, value.byteOffset, value.byteLength),
  at: 0,
  length: value.byteLength,
});
