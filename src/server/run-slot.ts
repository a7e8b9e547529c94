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

interface Waiting {
  readonly enter: () => void;
  readonly refuse: (problem: Problem) => void;
}

export interface Capacity {
  /** Runs at a time. */
  readonly room: number;
  /** How many more may wait for their turn; the next has to come back later. */
  readonly queue: number;
}

/** Room for so many runs at a time. */
export class RunSlot {
  readonly #capacity: Capacity;
  readonly #whenFull: (runId: string) => Problem;
  readonly #running = new Map<string, Running>();
  readonly #waiting: Waiting[] = [];
  /** Places that are taken, those that were just handed on included. */
  #taken = 0;
  #isClosed = false;
  /** Set once runs are to stop: one that starts listening only then is told at once. */
  #signal: StopSignal | null = null;

  /** @param whenFull what to say to one more; takes the id of a run that is under way */
  constructor(capacity: Capacity, whenFull: (runId: string) => Problem) {
    this.#capacity = capacity;
    this.#whenFull = whenFull;
  }

  get isBusy(): boolean {
    return this.#taken > 0;
  }

  /** @throws Problem when there is no room, or no more is taken */
  async occupy<T>(runId: string, work: (handle: RunHandle) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw stopping();
    const { room, queue } = this.#capacity;
    if (this.#taken < room) this.#taken += 1;
    else if (this.#waiting.length < queue) {
      await new Promise<void>((enter, refuse) => this.#waiting.push({ enter, refuse }));
    } else throw this.#whenFull([...this.#running.keys()][0] ?? runId);
    const callbacks: Running["callbacks"] = new Set();
    const done = work({ runId, onStopSignal: (callback) => this.#listen(callbacks, callback) }).finally(() => {
      this.#running.delete(runId);
      this.#handOn();
    });
    const ended = done.then(
      () => undefined,
      () => undefined,
    );
    this.#running.set(runId, { callbacks, ended });
    return done;
  }

  #handOn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken -= 1;
    else next.enter();
  }

  /** Takes no more runs. Resolves when those under way have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { refuse } of this.#waiting.splice(0)) refuse(stopping());
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

const stopping = () => new Problem(503, "service_stopping", "The service is stopping; ask again later.");
