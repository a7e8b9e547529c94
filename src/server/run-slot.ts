import { Problem } from "./problem.js";

export type StopSignal = "SIGINT" | "SIGTERM";

/** Lets a run be stopped as by a process signal. */
export interface RunHandle {
  readonly runId: string;
  /** Calls back when the run must stop; returns a function that unsubscribes. */
  onStopSignal(callback: (signal: StopSignal) => void): () => void;
}

interface Running {
  readonly callbacks: Set<(signal: StopSignal) => void>;
  readonly ended: Promise<void>;
}

interface QueuedRun {
  readonly enter: () => void;
  readonly refuse: (problem: Problem) => void;
}

export interface Capacity {
  /** Concurrent runs. */
  readonly room: number;
  /** How many more may wait; beyond that, callers are turned away. */
  readonly queue: number;
}

/** Limits concurrent runs. */
export class RunSlot {
  readonly #capacity: Capacity;
  readonly #whenFull: (runId: string) => Problem;
  readonly #running = new Map<string, Running>();
  readonly #queued: QueuedRun[] = [];
  /** Occupied places, including those just passed to a queued run. */
  #taken = 0;
  #isClosed = false;
  /** Set once runs must stop, so that later subscribers are called at once. */
  #signal: StopSignal | null = null;

  /** @param whenFull the error for one run too many; takes the id of a current run */
  constructor(capacity: Capacity, whenFull: (runId: string) => Problem) {
    this.#capacity = capacity;
    this.#whenFull = whenFull;
  }

  get isBusy(): boolean {
    return this.#taken > 0;
  }

  /** @throws Problem when full or closed */
  async occupy<T>(runId: string, work: (handle: RunHandle) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw stopping();
    const { room, queue } = this.#capacity;
    if (this.#taken < room) this.#taken += 1;
    else if (this.#queued.length < queue) {
      await new Promise<void>((enter, refuse) => this.#queued.push({ enter, refuse }));
    } else throw this.#whenFull([...this.#running.keys()][0] ?? runId);
    const callbacks: Running["callbacks"] = new Set();
    const done = work({ runId, onStopSignal: (callback) => this.#listen(callbacks, callback) }).finally(() => {
      this.#running.delete(runId);
      this.#release();
    });
    const ended = done.then(
      () => undefined,
      () => undefined,
    );
    this.#running.set(runId, { callbacks, ended });
    return done;
  }

  #release(): void {
    const next = this.#queued.shift();
    if (next === undefined) this.#taken -= 1;
    else next.enter();
  }

  /** Accepts no more runs. Resolves when the current ones have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { refuse } of this.#queued.splice(0)) refuse(stopping());
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /** Stops the current runs as the signal would. */
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

const stopping = () => new Problem(503, "service_stopping", "The service is stopping; try again later.");
