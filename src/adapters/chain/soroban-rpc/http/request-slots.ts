import { onAbort } from "../../../../core/look/on-abort.js";

/** Bounds how many operations run at once; the others wait in order. */
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

  /** Makes it so many slots, if there are fewer. */
  widen(slots: number): void {
    for (; this.#slots < slots; this.#slots += 1) this.#release();
  }

  /**
   * Runs the operation in a slot. An abort while it waits rejects with the signal's reason.
   * @param isUrgent it waits before all others
   */
  async run<T>(operation: () => Promise<T>, signal: AbortSignal, isUrgent = false): Promise<T> {
    await this.#take(signal, isUrgent);
    try {
      return await operation();
    } finally {
      this.#release();
    }
  }

  /** The slot goes straight to the next in line: it is never free in between. */
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
