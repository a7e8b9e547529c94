import type { FieldType } from "../values/field.js";
import type { ScVal } from "../xdr/scval.js";
import { AddressField, IntegerField } from "./entry-field.js";
import { type Layout, structNames } from "./layout.js";
import type { ChainField, ChainStream } from "./stream-struct.js";

/** Where a field's value is in the entry's bytes, or the value itself if the shape fixes it. */
export type Slot =
  | { readonly kind: "fixed"; readonly field: ChainField }
  | { readonly kind: "integer"; readonly at: number; readonly words: number; readonly signed: boolean }
  | { readonly kind: "address"; readonly at: number; readonly strKey: "account" | "contract" };

/** Bytes of a value's XDR after its discriminant, for types of fixed size. */
const INTEGER_BYTES: Readonly<Record<string, number>> = {
  ...{ u32: 4, i32: 4, u64: 8, i64: 8, timepoint: 8, duration: 8, u128: 16, i128: 16, u256: 32, i256: 32 },
};
const ADDRESS_BYTES = 32;
const MAP_HEADER_BYTES = 12;
const NUMERIC: readonly FieldType[] = ["amount", "integer", "timestamp"];

/**
 * The bytes that all entries of one form have in common: names, order and types of the fields, statuses and booleans.
 * The rest are integers and address payloads, where every bit pattern is valid. So the plain decoder would accept any
 * entry of the shape, and would find its values in the same places.
 */
export class StructShape {
  readonly length: number;
  /** The common bytes as big-endian words, and which of the words they are. */
  readonly #words: Int32Array;
  readonly #offsets: Int32Array;
  readonly #slots: ReadonlyMap<string, Slot>;

  private constructor(bytes: Uint8Array, varying: readonly (readonly [number, number])[], slots: Map<string, Slot>) {
    this.length = bytes.length;
    this.#slots = slots;
    const offsets: number[] = [];
    for (let at = 0; at < bytes.length; at += 4) {
      if (!varying.some(([start, end]) => at >= start && at < end)) offsets.push(at);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offsets = Int32Array.from(offsets);
    this.#words = Int32Array.from(offsets, (at) => view.getInt32(at));
  }

  /**
   * Learns the shape of an entry that the plain decoder has read.
   * @param value the decoded entry @param stream the stream read from it
   * @returns null when a field has a value of another kind: such entries need the plain decoder
   */
  static of(bytes: Uint8Array, value: ScVal, stream: ChainStream, layout: Layout): StructShape | null {
    if (value.type !== "map" || value.value === null) return null;
    const values = new Map<string, { readonly val: ScVal; readonly at: number }>();
    const varying: [number, number][] = [];
    let at = MAP_HEADER_BYTES;
    for (const { key, val } of value.value) {
      const size = sizeOf(val);
      if (key.type !== "symbol" || size === null) return null;
      at += 8 + padded(key.value.length);
      values.set(key.value, { val, at });
      if (val.type in INTEGER_BYTES) varying.push([at + 4, at + size]);
      if (val.type === "address") varying.push([at + size - ADDRESS_BYTES, at + size]);
      at += size;
    }
    if (at !== bytes.length) return null;
    const slots = new Map<string, Slot>();
    for (const [name, field] of Object.entries(layout.fields)) {
      const found = stream.get(name);
      const source = structNames(name, field).find((candidate) => values.has(candidate));
      if (found === undefined) continue;
      if (source === undefined) {
        slots.set(name, { kind: "fixed", field: found });
        continue;
      }
      const { val, at } = values.get(source)!;
      const slot = slotOf(val, at, field.type, found);
      if (slot === null) return null;
      // A status is part of the shape, also when it is kept as a number.
      const range = varying.findIndex(([start]) => start === at + 4);
      if (slot.kind === "fixed" && range >= 0) varying.splice(range, 1);
      slots.set(name, slot);
    }
    return new StructShape(bytes, varying, slots);
  }

  /** Whether the entry at `start`, which has this shape's length, has this shape. */
  fits(view: DataView, start: number): boolean {
    const offsets = this.#offsets;
    const words = this.#words;
    for (let i = 0; i < offsets.length; i++) if (view.getInt32(start + offsets[i]!) !== words[i]) return false;
    return true;
  }

  /** The stream in an entry of this shape. */
  streamIn(view: DataView): ChainStream {
    return new ShapedStream(this.#slots, view);
  }

  /** Where the layout's fields are, by name; without the fields that the entry lacks. */
  get slots(): ReadonlyMap<string, Slot> {
    return this.#slots;
  }
}

/** Reads fields from the entry's bytes on demand. */
class ShapedStream implements ChainStream {
  readonly #slots: ReadonlyMap<string, Slot>;
  readonly #view: DataView;

  constructor(slots: ReadonlyMap<string, Slot>, view: DataView) {
    this.#slots = slots;
    this.#view = view;
  }

  get(name: string): ChainField | undefined {
    const slot = this.#slots.get(name);
    if (slot === undefined) return undefined;
    switch (slot.kind) {
      case "fixed":
        return slot.field;
      case "integer":
        return new IntegerField(integerAt(this.#view, slot.at, slot.words, slot.signed));
      case "address":
        return new AddressField(slot.strKey, this.#view, slot.at);
    }
  }
}

/** @param words of 32 bits, the first of them the most significant */
export function integerAt(view: DataView, at: number, words: number, signed: boolean): bigint {
  if (words === 1) return BigInt(signed ? view.getInt32(at) : view.getUint32(at));
  if (words === 2) return signed ? view.getBigInt64(at) : view.getBigUint64(at);
  // Amounts rarely need their upper half, and shifting costs several allocations.
  if (words === 4 && view.getInt32(at) === 0 && view.getInt32(at + 4) === 0) return view.getBigUint64(at + 8);
  let value = signed ? view.getBigInt64(at) : view.getBigUint64(at);
  for (let word = 2; word < words; word += 2) value = (value << 64n) | view.getBigUint64(at + 4 * word);
  return value;
}

const padded = (length: number): number => (length + 3) & ~3;

/** Bytes of the value's XDR; null: no shape can have such a value. */
function sizeOf(val: ScVal): number | null {
  const integer = INTEGER_BYTES[val.type];
  if (integer !== undefined) return 4 + integer;
  if (val.type === "void") return 4;
  if (val.type === "bool") return 8;
  if (val.type === "address") return { G: 44, C: 40 }[val.value.charAt(0)] ?? null;
  if (val.type === "symbol") return 8 + padded(val.value.length);
  if (val.type !== "vec" || val.value?.length !== 1) return null;
  return val.value[0]!.type === "symbol" ? 12 + sizeOf(val.value[0]!)! : null;
}

function slotOf(val: ScVal, at: number, type: FieldType, field: ChainField): Slot | null {
  // There are so few of these values that each gets its own shape.
  if (val.type === "void" || type === "status" || type === "boolean") return { kind: "fixed", field };
  const bytes = INTEGER_BYTES[val.type];
  if (bytes !== undefined && NUMERIC.includes(type)) {
    return { kind: "integer", at: at + 4, words: bytes / 4, signed: val.type.startsWith("i") };
  }
  if (val.type !== "address" || type !== "address") return null;
  const isAccount = val.value.startsWith("G");
  return { kind: "address", at: at + (isAccount ? 12 : 8), strKey: isAccount ? "account" : "contract" };
}
