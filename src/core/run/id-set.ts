const CHUNK_BITS = 15;
const CHUNK_SIZE = 1 << CHUNK_BITS;
const CHUNK_MASK = BigInt(CHUNK_SIZE - 1);

/**
 * A set of stream ids. Contracts count them up from one, so that a bit each is enough: a million ids take 128 KiB.
 */
export class IdSet {
  readonly #chunks = new Map<bigint | number, Uint8Array>();

  /** @returns whether the id is new */
  add(id: bigint): boolean {
    const { chunk: index, byte, mask } = placeOf(id);
    let chunk = this.#chunks.get(index);
    if (chunk === undefined) {
      chunk = new Uint8Array(CHUNK_SIZE / 8);
      this.#chunks.set(index, chunk);
    }
    const isNew = (chunk[byte]! & mask) === 0;
    chunk[byte]! |= mask;
    return isNew;
  }

  has(id: bigint): boolean {
    const { chunk, byte, mask } = placeOf(id);
    return ((this.#chunks.get(chunk)?.[byte] ?? 0) & mask) !== 0;
  }

  /** The ids from `from` up to but not including `to` that are not in the set, in order. */
  *missing(from: bigint, to: bigint): Generator<bigint> {
    for (let id = from; id < to; id++) {
      if (!this.has(id)) yield id;
    }
  }
}

/** Ids that a double holds exactly: nearly all, and much cheaper to take apart. */
const GREATEST_NUMBER = BigInt(Number.MAX_SAFE_INTEGER);

function placeOf(id: bigint): { chunk: bigint | number; byte: number; mask: number } {
  if (id >= 0n && id <= GREATEST_NUMBER) {
    const number = Number(id);
    // Of a number above 32 bits, too, this takes the lowest ones; a remainder would be a division.
    const bit = number & (CHUNK_SIZE - 1);
    return { chunk: (number - bit) / CHUNK_SIZE, byte: bit >> 3, mask: 1 << (bit & 7) };
  }
  const bit = Number(id & CHUNK_MASK);
  // Never a key of the ids above: those have chunks that are numbers.
  return { chunk: id >> BigInt(CHUNK_BITS), byte: bit >> 3, mask: 1 << (bit & 7) };
}
