/** Whether this process has seen a signature before. */
export type Recall =
  | "new"
  | "seen"
  /** No room to remember the signature, so that it must not be accepted. */
  | "full";

/** Used signatures that are still valid. Bounded; never evicts a valid one. */
export class SignatureMemory {
  readonly #capacity: number;
  /** Expiry by digest. */
  readonly #expiries = new Map<string, number>();
  /** Signatures expiring by then may have been forgotten: none is accepted, even if the clock is set back. */
  #horizon = Number.NEGATIVE_INFINITY;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#expiries.size;
  }

  /** @param now milliseconds since the epoch, like `expiresAt` */
  remember(digest: string, expiresAt: number, now: number): Recall {
    if (this.#expiries.has(digest) || expiresAt <= this.#horizon) return "seen";
    if (this.#expiries.size >= this.#capacity) this.forgetExpired(now);
    if (this.#expiries.size >= this.#capacity) return "full";
    this.#expiries.set(digest, expiresAt);
    return "new";
  }

  /** Signatures are valid up to and including the millisecond at which they expire. */
  forgetExpired(now: number): void {
    for (const [digest, expiresAt] of this.#expiries) {
      if (expiresAt >= now) continue;
      this.#horizon = Math.max(this.#horizon, expiresAt);
      this.#expiries.delete(digest);
    }
  }
}
