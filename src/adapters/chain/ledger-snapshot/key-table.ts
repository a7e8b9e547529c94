/** An element's place in the file. */
export interface ElementPlace {
  /** Index in `ledger_entries`. */
  readonly position: number;
  /** In bytes, from the start of the file. */
  readonly offset: number;
  readonly length: number;
  /** Whether JSON.parse reads it exactly. */
  readonly isPlain: boolean;
}

/**
 * Places of elements by the hash of a LedgerKey. Different keys may share a hash, so callers must compare keys.
 * Stored as numbers in typed arrays: about 30 bytes per entry, where objects would take hundreds.
 */
export class KeyTable {
  #count = 0;
  #hashes = new Uint32Array(64);
  #offsets = new Float64Array(64);
  #lengths = new Uint32Array(64);
  /** Twice the position, plus one if the element is plain. */
  #positions = new Float64Array(64);
  /** The newest record of each bucket, and each record's predecessor in its bucket; -1 for none. */
  #newest = new Int32Array(0);
  #previous = new Int32Array(0);

  add(key: Uint8Array, { position, offset, length, isPlain }: ElementPlace): void {
    if (this.#count === this.#hashes.length) this.#grow();
    this.#hashes[this.#count] = hashOf(key);
    this.#offsets[this.#count] = offset;
    this.#lengths[this.#count] = length;
    this.#positions[this.#count] = position * 2 + (isPlain ? 1 : 0);
    this.#count += 1;
  }

  /** Must be called between the last `add` and the first `find`. */
  seal(): void {
    let buckets = 64;
    while (buckets < this.#count) buckets *= 2;
    this.#newest = new Int32Array(buckets).fill(-1);
    this.#previous = new Int32Array(this.#count);
    for (let record = 0; record < this.#count; record++) {
      const bucket = this.#hashes[record]! & (buckets - 1);
      this.#previous[record] = this.#newest[bucket]!;
      this.#newest[bucket] = record;
    }
  }

  /** The elements that may have the key, in file order. */
  find(key: Uint8Array): ElementPlace[] {
    const hash = hashOf(key);
    const places: ElementPlace[] = [];
    let record = this.#newest[hash & (this.#newest.length - 1)]!;
    for (; record >= 0; record = this.#previous[record]!) {
      if (this.#hashes[record] === hash) places.push(this.#placeOf(record));
    }
    return places.reverse();
  }

  #placeOf(record: number): ElementPlace {
    const position = this.#positions[record]!;
    return {
      position: Math.floor(position / 2),
      offset: this.#offsets[record]!,
      length: this.#lengths[record]!,
      isPlain: position % 2 === 1,
    };
  }

  #grow(): void {
    const size = this.#count * 2;
    this.#hashes = copyInto(new Uint32Array(size), this.#hashes);
    this.#offsets = copyInto(new Float64Array(size), this.#offsets);
    this.#lengths = copyInto(new Uint32Array(size), this.#lengths);
    this.#positions = copyInto(new Float64Array(size), this.#positions);
  }
}

function copyInto<T extends Uint32Array | Float64Array>(larger: T, smaller: T): T {
  larger.set(smaller);
  return larger;
}

/** FNV-1a with a final mix: the keys of a contract differ only in a few bytes. */
function hashOf(key: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
