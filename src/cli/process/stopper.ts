import type { Io } from "./io.js";
import { Interrupted, type Stop, TimedOut } from "./stop.js";

/**
 * How long writing the run's record may take after a stop. Two such waits and the output take less than two seconds:
 * a person, or a supervisor before its SIGKILL, should not have to wait longer.
 */
const GRACE_MS = 700;

/** Turns signals and the time limit into one AbortSignal. */
export class Stopper {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | null;
  readonly #endSignals: () => void;
  stop: Stop | null = null;

  constructor(io: Io, timeoutSeconds: number | null) {
    this.#endSignals = io.onStopSignal((signal) => this.#stop(new Interrupted(signal)));
    this.#timer =
      timeoutSeconds === null
        ? null
        : setTimeout(() => this.#stop(new TimedOut(timeoutSeconds)), timeoutSeconds * 1000);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Waits for work that takes no signal; after a stop, only for a short grace period.
   * @throws the Stop when the work does not end in time; the work is then abandoned
   */
  async within<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    let grace: NodeJS.Timeout | undefined;
    let onAbort = () => {};
    const stopped = new Promise<never>((_resolve, reject) => {
      onAbort = () => {
        grace = setTimeout(() => reject(signal.reason), GRACE_MS);
      };
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([work, stopped]);
    } finally {
      clearTimeout(grace);
      signal.removeEventListener("abort", onAbort);
    }
  }

  #stop(stop: Stop): void {
    if (this.stop !== null) return;
    this.stop = stop;
    this.#controller.abort(stop);
  }

  end(): void {
    this.#endSignals();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
