import { Problem } from "./problem.js";

export type StopSignal = "SIGINT" | "SIGTERM";

/** What a run is given so that it can be stopped: as the process's own signals would. */
export interface RunHandle {
  readonly runId: string;
  /** Calls back when the run is to stop; returns a function that ends this. */
  onStopSignal(callback: (signal: StopSignal) => void): () => void;
}

interface Running {
  readonly callbacks: Set<(signal: StopSignal) => void>;
  readonly ended: Promise<void>;
}

/** Room for so many runs at a time. One more has to come back later; it does not wait, since its caller would. */
export class RunSlot {
  readonly #room: number;
  readonly #whenFull: (runId: string) => Problem;
  readonly #running = new Map<string, Running>();
  #isClosed = false;
  /** Set once runs are to stop: one that starts listening only then is told at once. */
  #signal: StopSignal | null = null;

  /** @param whenFull what to say to one more; takes the id of a run that is under way */
  constructor(room: number, whenFull: (runId: string) => Problem) {
    this.#room = room;
    this.#whenFull = whenFull;
  }

  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** @throws Problem when there is no room, or no more is taken */
  async occupy<T>(runId: string, work: (handle: RunHandle) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new Problem(503, "service_stopping", "The service is stopping; ask again later.");
    const [underWay] = this.#running.keys();
    if (underWay !== undefined && this.#running.size >= this.#room) throw this.#whenFull(underWay);
    const callbacks: Running["callbacks"] = new Set();
    const done = work({ runId, onStopSignal: (callback) => this.#listen(callbacks, callback) }).finally(() => {
      this.#running.delete(runId);
    });
    const ended = done.then(
      () => undefined,
      () => undefined,
    );
    this.#running.set(runId, { callbacks, ended });
    return done;
  }

  /** Takes no more runs. Resolves when those under way have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /** Stops the runs that are under way, as the signal would. */
  stop(signal: StopSignal): void {
    this.#signal ??= signal;
    for (const { callbacks } of this.#running.values()) for (const callback of callbacks) callback(signal);
  }

  #listen(callbacks: Running["callbacks"], callback: (signal: StopSignal) => void): () => void {
    callbacks.add(callback);
    if (this.#signal !== null) callback(this.#signal);
    return () => void callbacks.delete(callback);
  }
}
