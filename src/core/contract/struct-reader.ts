import { decodeScVal } from "../xdr/decode.js";
import type { Layout } from "./layout.js";
import { type ChainStream, readStruct } from "./stream-struct.js";
import { StructShape } from "./struct-shape.js";

/** Entries have few shapes: one for each status and mix of accounts and contracts. More are not worth searching. */
const MOST_SHAPES = 48;

/**
 * Reads streams from the XDR of their entries. An entry of a known shape is read in place; anything else goes to the
 * plain decoder, which alone decides what is valid, and new shapes are learned from it.
 */
export class StructReader {
  readonly #layout: Layout;
  readonly #shapes = new Map<number, StructShape[]>();
  #learned = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** @throws XdrError, UnreadableValue as `decodeScVal` and `readStruct` do */
  read(bytes: Uint8Array): ChainStream {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const known = this.shapeAt(view, 0, bytes.length);
    if (known !== null) return known.streamIn(view);
    const value = decodeScVal(bytes);
    const stream = readStruct(value, this.#layout);
    if (this.#learned < MOST_SHAPES) {
      this.#learned += 1;
      const shape = StructShape.of(bytes, value, stream, this.#layout);
      if (shape !== null) this.#shapes.set(bytes.length, [...(this.#shapes.get(bytes.length) ?? []), shape]);
    }
    return stream;
  }

  /** The shape of the entry with `length` bytes at `start`; null: not seen before. */
  shapeAt(view: DataView, start: number, length: number): StructShape | null {
    const shapes = this.#shapes.get(length);
    if (shapes === undefined) return null;
    for (let i = 0; i < shapes.length; i++) if (shapes[i]!.fits(view, start)) return shapes[i]!;
    return null;
  }
}
