/** Whether a signature was used before, as far as this process knows. */
export type Recall =
  | "new"
  | "seen"
  /** There is no room for another one that is still alive: it must not be accepted. */
  | "full";

/** The signatures that were used and could still be sent again. Bounded: it never forgets a live one for a new one. */
export class SignatureMemory {
  readonly #capacity: number;
  /** By digest, when each expires. Nearly in that order, since requests are sent nearly when they are signed. */
  readonly #expiries = new Map<string, number>();
  /** What expires by then may have been forgotten: it is not accepted again, even if the clock is set back. */
  #horizon = Number.NEGATIVE_INFINITY;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#expiries.size;
  }

  /** @param now milliseconds since the epoch, as `expiresAt` */
  remember(digest: string, expiresAt: number, now: number): Recall {
    if (this.#expiries.has(digest) || expiresAt <= this.#horizon) return "seen";
    if (this.#expiries.size >= this.#capacity) this.forgetExpired(now);
    if (this.#expiries.size >= this.#capacity) return "full";
    this.#expiries.set(digest, expiresAt);
    return "new";
  }

  /** A signature is alive up to and including the millisecond at which it expires. */
  forgetExpired(now: number): void {
    for (const [digest, expiresAt] of this.#expiries) {
      if (expiresAt >= now) continue;
      this.#horizon = Math.max(this.#horizon, expiresAt);
      this.#expiries.delete(digest);
    }
  }
}
