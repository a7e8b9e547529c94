import type { Codec } from "./codec.js";

/** Bytes that are asked for at a time; they lie outside JavaScript's heap. */
const CHUNK_BYTES = 64 * 1_024;
/** Values change by a digit or two; they then fit into their old place. */
const ROOM_STEP = 8;
const FIRST_PLACES = 64;
/** Of a place: its chunk, where it starts there, and how long it is. */
const PLACE = 3;
/** Of UTF-8, for one unit of a string. */
const MOST_BYTES_A_UNIT = 3;
/** JSON may end in spaces: they fill what a value leaves of its room. */
const SPACE = 0x20;

/** A list of values, each kept as the bytes of its JSON text. Every read makes a new value. */
export class PackedList<T> {
  readonly #codec: Codec<T>;
  readonly #chunkBytes: number;
  #chunks: Uint8Array[] = [];
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  #usedOfLast = 0;
  /** Bytes of values, and of those that they had before they grew. */
  #used = 0;
  #lost = 0;
  #places = new Uint32Array(PLACE * FIRST_PLACES);
  #length = 0;

  /** @param chunkBytes for tests */
  constructor(codec: Codec<T>, chunkBytes = CHUNK_BYTES) {
    this.#codec = codec;
    this.#chunkBytes = chunkBytes;
  }

  get length(): number {
    return this.#length;
  }

  /** What the list takes up, in bytes. */
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
    this.#store(this.#length - 1, this.#textOf(value));
  }

  at(index: number): T {
    return this.#codec.fromJson(JSON.parse(this.#decoder.decode(this.#roomOf(index))));
  }

  set(index: number, value: T): void {
    const room = this.#roomOf(index);
    const text = this.#textOf(value);
    const { read, written } = this.#encoder.encodeInto(text, room);
    if (read === text.length) {
      room.fill(SPACE, written);
      return;
    }
    this.#lost += room.length;
    this.#used -= room.length;
    this.#store(index, text);
    if (this.#lost > this.#used / 4) this.#repack();
  }

  *[Symbol.iterator](): Generator<T> {
    for (let i = 0; i < this.#length; i++) yield this.at(i);
  }

  #textOf(value: T): string {
    return JSON.stringify(this.#codec.toJson(value));
  }

  #roomOf(index: number): Uint8Array {
    if (index < 0 || index >= this.#length) throw new RangeError(`there is no value ${index} of ${this.#length}`);
    const place = PLACE * index;
    const start = this.#places[place + 1]!;
    return this.#chunks[this.#places[place]!]!.subarray(start, start + this.#places[place + 2]!);
  }

  #store(index: number, text: string): void {
    const room = this.#roomFor(MOST_BYTES_A_UNIT * text.length + ROOM_STEP);
    const { written } = this.#encoder.encodeInto(text, room);
    this.#settle(index, Math.ceil(written / ROOM_STEP) * ROOM_STEP);
  }

  /** What is free of the last chunk, or a new one if that is less than is needed. */
  #roomFor(bytes: number): Uint8Array {
    if (this.#usedOfLast + bytes > (this.#chunks.at(-1)?.length ?? 0)) {
      this.#chunks.push(new Uint8Array(Math.max(this.#chunkBytes, bytes)).fill(SPACE));
      this.#usedOfLast = 0;
    }
    return this.#chunks.at(-1)!.subarray(this.#usedOfLast);
  }

  #settle(index: number, size: number): void {
    this.#places.set([this.#chunks.length - 1, this.#usedOfLast, size], PLACE * index);
    this.#usedOfLast += size;
    this.#used += size;
  }

  /** Copies the values into new chunks, without what was lost between them. */
  #repack(): void {
    const old = this.#chunks;
    [this.#chunks, this.#usedOfLast, this.#used, this.#lost] = [[], 0, 0, 0];
    for (let index = 0; index < this.#length; index++) {
      const [chunk, start, size] = this.#places.subarray(PLACE * index, PLACE * index + PLACE);
      this.#roomFor(size!).set(old[chunk!]!.subarray(start, start! + size!));
      this.#settle(index, size!);
    }
  }
}
