const NONE = -1;
/** Twice as many heads as places: few keys share one by chance. */
const HEADS_PER_PLACE = 2;

/**
 * Finds places 0, 1, 2… by a key of what is there, which only its owner knows: the index keeps hashes, 30 bytes a place
 * where a map of texts takes hundreds. Places with the same key are found in the order in which they were added.
 */
export class PlaceIndex {
  readonly #mask: number;
  /** The first places of the keys whose hashes end in the same bits, as chains. */
  readonly #heads: Int32Array;
  readonly #nextKey: Int32Array;
  readonly #hashes: Uint32Array;
  /** The places of one key: from the first to the next, to the last; and the first that may be open. */
  readonly #next: Int32Array;
  readonly #last: Int32Array;
  readonly #open: Int32Array;

  /** @param size all places are below it */
  constructor(size: number) {
    const heads = 2 ** Math.ceil(Math.log2(HEADS_PER_PLACE * Math.max(1, size)));
    this.#mask = heads - 1;
    this.#heads = new Int32Array(heads).fill(NONE);
    this.#nextKey = new Int32Array(size);
    this.#hashes = new Uint32Array(size);
    this.#next = new Int32Array(size).fill(NONE);
    this.#last = new Int32Array(size);
    this.#open = new Int32Array(size);
  }

  /** @param isSame whether another place has the same key */
  add(place: number, hash: number, isSame: (other: number) => boolean): void {
    const first = this.first(hash, isSame);
    if (first !== NONE) {
      this.#next[this.#last[first]!] = place;
      this.#last[first] = place;
      return;
    }
    const head = hash & this.#mask;
    this.#hashes[place] = hash;
    this.#nextKey[place] = this.#heads[head]!;
    this.#heads[head] = place;
    this.#last[place] = place;
    this.#open[place] = place;
  }

  /** The first place with a key, which stands for all of them; -1 when there is none. */
  first(hash: number, isKey: (place: number) => boolean): number {
    for (let place = this.#heads[hash & this.#mask]!; place !== NONE; place = this.#nextKey[place]!) {
      if (this.#hashes[place] === hash && isKey(place)) return place;
    }
    return NONE;
  }

  /**
   * The first place of a key that is open and fits; -1 when there is none.
   * @param first what `first` found @param isOpen a place that is not never is again
   */
  firstOpen(first: number, isOpen: (place: number) => boolean, fits: (place: number) => boolean = () => true): number {
    if (first === NONE) return NONE;
    let place = this.#open[first]!;
    while (place !== NONE && !isOpen(place)) place = this.#next[place]!;
    // Not to be gone through again: thousands of rows may name one stream.
    this.#open[first] = place;
    while (place !== NONE && !(isOpen(place) && fits(place))) place = this.#next[place]!;
    return place;
  }
}
