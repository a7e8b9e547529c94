import { onAbort } from "../../../../core/look/on-abort.js";

/** Limits how many operations run at once; the others wait in order. */
export class RequestSlots {
  #free: number;
  #slots: number;
  readonly #waiting: (() => void)[] = [];

  constructor(slots: number) {
    this.#free = slots;
    this.#slots = slots;
  }

  get slots(): number {
    return this.#slots;
  }

  /** Raises the number of slots to `slots`; never lowers it. */
  widen(slots: number): void {
    for (; this.#slots < slots; this.#slots += 1) this.#release();
  }

  /**
   * Runs the operation in a slot. Rejects with the signal's reason if aborted while waiting.
   * @param isUrgent waits ahead of all others
   */
  async run<T>(operation: () => Promise<T>, signal: AbortSignal, isUrgent = false): Promise<T> {
    await this.#take(signal, isUrgent);
    try {
      return await operation();
    } finally {
      this.#release();
    }
  }

  /** Hands the slot directly to the next in line, so that it is never free in between. */
  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }

  #take(signal: AbortSignal, isUrgent: boolean): Promise<void> | void {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    return new Promise((resolve, reject) => {
      const start = () => {
        forget();
        resolve();
      };
      const forget = onAbort(signal, () => {
        this.#waiting.splice(this.#waiting.indexOf(start), 1);
        reject(signal.reason);
      });
      if (isUrgent) this.#waiting.unshift(start);
      else this.#waiting.push(start);
    });
  }
}
