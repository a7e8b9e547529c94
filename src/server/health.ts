import type { Clock } from "../ports/clock.js";

/** How long an answer stands: whoever asks more often does not reach the database or the node. */
const STANDS_FOR_MS = 2_000;

/** Whether both sides can be read, asked at most once at a time. */
export class Health {
  readonly #check: () => Promise<void>;
  readonly #clock: Clock;
  #last: { readonly isHealthy: boolean; readonly at: number } | null = null;
  #asking: Promise<boolean> | null = null;

  /** @param check rejects when a side cannot be read; bounds its own time */
  constructor(check: () => Promise<void>, clock: Clock) {
    this.#check = check;
    this.#clock = clock;
  }

  async isHealthy(): Promise<boolean> {
    const age = this.#last === null ? null : this.#clock.now() - this.#last.at;
    if (age !== null && age >= 0 && age < STANDS_FOR_MS) return this.#last!.isHealthy;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(): Promise<boolean> {
    // Whatever went wrong, a bug included, this is not healthy.
    const isHealthy = await this.#check().then(
      () => true,
      () => false,
    );
    this.#last = { isHealthy, at: this.#clock.now() };
    return isHealthy;
  }
}
