/** mulberry32: small, fast, and the same numbers for the same seed on every machine. */
export class SeededRandom {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed >>> 0;
    // Neighbouring seeds should not begin alike.
    this.#state = Math.imul(this.seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
    this.uint32();
  }

  uint32(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** Both ends included. */
  int(least: number, most: number): number {
    if (most < least) throw new RangeError(`no integer from ${least} to ${most}`);
    return least + Math.floor((this.uint32() / 2 ** 32) * (most - least + 1));
  }

  /** Both ends included; 64 bits of randomness are enough for what the worlds ask. */
  bigint(least: bigint, most: bigint): bigint {
    if (most < least) throw new RangeError(`no integer from ${least} to ${most}`);
    const bits = (BigInt(this.uint32()) << 32n) | BigInt(this.uint32());
    return least + (bits * (most - least + 1n)) / 2n ** 64n;
  }

  chance(probability: number): boolean {
    return this.uint32() / 2 ** 32 < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)];
    if (items.length === 0) throw new RangeError("nothing to pick from");
    return item as T;
  }

  /** How often something happens that happens `mean` times on average. */
  count(mean: number): number {
    const drawn = 2 * mean * (this.uint32() / 2 ** 32);
    const whole = Math.floor(drawn);
    return whole + (this.chance(drawn - whole) ? 1 : 0);
  }

  /** Another sequence, which stays the same whatever is drawn from this one. */
  fork(name: string): SeededRandom {
    let hash = 0x811c9dc5 ^ this.seed;
    for (const character of name) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    return new SeededRandom(hash);
  }
}
