const CHUNK_BITS = 15n;
const CHUNK_SIZE = 1 << Number(CHUNK_BITS);

/**
 * A set of stream ids. Contracts count them up from one, so that a bit each is enough: a million ids take 128 KiB.
 */
export class IdSet {
  readonly #chunks = new Map<bigint, Uint8Array>();

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

function placeOf(id: bigint): { chunk: bigint; byte: number; mask: number } {
  const bit = Number(id & BigInt(CHUNK_SIZE - 1));
  return { chunk: id >> CHUNK_BITS, byte: bit >> 3, mask: 1 << (bit & 7) };
}
