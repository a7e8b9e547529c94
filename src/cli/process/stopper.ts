import type { Io } from "./io.js";
import { Interrupted, type Stop, TimedOut } from "./stop.js";

/**
 * How long a write of the run's record may still take once the run is to stop. Two such waits and the output stay
 * below the two seconds that a person, or a supervisor before its SIGKILL, is asked for.
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
   * Waits for what takes no signal, and after a stop not for long.
   * @throws the Stop when the work did not end in time; the work is then left to itself
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
