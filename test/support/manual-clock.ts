import type { Clock } from "../../src/ports/clock.js";

/** A clock whose waits take no time: each is recorded, moves `now`, and ends at once. */
export class ManualClock implements Clock {
  /** Every wait so far, in milliseconds. */
  readonly sleeps: number[] = [];
  /** Called in the middle of each wait: the place to abort, to end a fault, or to move the ledger on. */
  onSleep: (milliseconds: number) => void = () => {};
  #now: number;

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleeps.push(milliseconds);
    this.#now += milliseconds;
    this.onSleep(milliseconds);
    signal?.throwIfAborted();
  }
}
