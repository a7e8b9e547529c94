import { Packer } from "./packer.js";

/** Bytes that are asked for at a time; they lie outside of JavaScript's heap. */
const CHUNK_BYTES = 64 * 1_024;
/** Values change by a digit or two; they then fit into their old place. */
const ROOM_STEP = 8;
const FIRST_PLACES = 64;
/** Of a place: its chunk, where it starts there, and how long it is. */
const PLACE = 3;

/** A list of plain values, each packed into bytes: one that is read is made anew, and is nobody's but the reader's. */
export class PackedList<T> {
  readonly #packer: Packer<T>;
  readonly #chunkBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #usedOfLast = 0;
  #places = new Uint32Array(PLACE * FIRST_PLACES);
  #length = 0;

  /** @param wordKeys as the packer has them @param chunkBytes for tests */
  constructor(wordKeys: readonly string[] = [], chunkBytes = CHUNK_BYTES) {
    this.#packer = new Packer(wordKeys);
    this.#chunkBytes = chunkBytes;
  }

  get length(): number {
    return this.#length;
  }

  /** What the list takes up, in bytes; the vocabulary of its packer, which does not grow with it, aside. */
  get bytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, this.#places.byteLength);
  }

  push(value: T): void {
    if (PLACE * this.#length === this.#places.length) {
      const places = new Uint32Array(2 * this.#places.length);
      places.set(this.#places);
      this.#places = places;
    }
    this.#length += 1;
    this.#store(this.#length - 1, this.#packer.pack(value));
  }

  at(index: number): T {
    return this.#packer.unpack(this.#roomOf(index));
  }

  /** The old value's bytes are lost where the new one does not fit into them: for values that change a few times. */
  set(index: number, value: T): void {
    const room = this.#roomOf(index);
    const packed = this.#packer.pack(value);
    if (packed.length <= room.length) room.set(packed);
    else this.#store(index, packed);
  }

  *[Symbol.iterator](): Generator<T> {
    for (let i = 0; i < this.#length; i++) yield this.at(i);
  }

  #roomOf(index: number): Uint8Array {
    if (index < 0 || index >= this.#length) throw new RangeError(`there is no value ${index} of ${this.#length}`);
    const [chunk, start, size] = this.#places.subarray(PLACE * index, PLACE * index + PLACE);
    return this.#chunks[chunk!]!.subarray(start!, start! + size!);
  }

  #store(index: number, packed: Uint8Array): void {
    const size = Math.ceil(packed.length / ROOM_STEP) * ROOM_STEP;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || this.#usedOfLast + size > chunk.length) {
      chunk = new Uint8Array(Math.max(this.#chunkBytes, size));
      this.#chunks.push(chunk);
      this.#usedOfLast = 0;
    }
    chunk.set(packed, this.#usedOfLast);
    this.#places.set([this.#chunks.length - 1, this.#usedOfLast, size], PLACE * index);
    this.#usedOfLast += size;
  }
}
