import type { Clock } from "../ports/clock.js";

/** How long an answer is cached, so that frequent callers do not load the database and the node. */
const CACHE_MS = 2_000;

/** Whether both sides can be read; one check at a time. */
export class Health {
  readonly #check: () => Promise<void>;
  readonly #clock: Clock;
  #last: { readonly isHealthy: boolean; readonly at: number } | null = null;
  #checking: Promise<boolean> | null = null;

  /** @param check rejects when a side cannot be read; bounds its own time */
  constructor(check: () => Promise<void>, clock: Clock) {
    this.#check = check;
    this.#clock = clock;
  }

  async isHealthy(): Promise<boolean> {
    const age = this.#last === null ? null : this.#clock.now() - this.#last.at;
    if (age !== null && age >= 0 && age < CACHE_MS) return this.#last!.isHealthy;
    this.#checking ??= this.#checkNow().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  async #checkNow(): Promise<boolean> {
    // Any failure counts as unhealthy, even a bug.
    const isHealthy = await this.#check().then(
      () => true,
      () => false,
    );
    this.#last = { isHealthy, at: this.#clock.now() };
    return isHealthy;
  }
}
