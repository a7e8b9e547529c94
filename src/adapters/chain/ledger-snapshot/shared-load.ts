interface Load<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
  isSettled: boolean;
}

/**
 * A costly load that starts on first use and is shared. Callers may give up; when the last one does, the load is
 * aborted, and the next call starts again.
 */
export class SharedLoad<T> {
  #current: Load<T> | undefined;

  /** @param dispose receives a result that nobody wants any more */
  constructor(
    private readonly start: (signal: AbortSignal) => Promise<T>,
    private readonly dispose: (made: T) => Promise<void>,
  ) {}

  /** @throws the signal's reason if aborted; the load's error, on every call. */
  async get(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    this.#current ??= this.#begin();
    const load = this.#current;
    load.waiting += 1;
    let stop = () => {};
    const aborted = new Promise<never>((_, reject) => {
      stop = () => reject(signal?.reason);
    });
    signal?.addEventListener("abort", stop, { once: true });
    try {
      return await Promise.race([load.promise, aborted]);
    } finally {
      signal?.removeEventListener("abort", stop);
      load.waiting -= 1;
      // Not awaited: a hanging disk must not delay the caller that gave up.
      if (load.waiting === 0 && !load.isSettled) this.#abandon(load).catch(() => {});
    }
  }

  /** Aborts a running load, and disposes of the result. */
  async end(): Promise<void> {
    const load = this.#current;
    if (load !== undefined) await this.#abandon(load);
  }

  #begin(): Load<T> {
    const controller = new AbortController();
    const load: Load<T> = { promise: this.start(controller.signal), controller, waiting: 0, isSettled: false };
    const settle = () => {
      load.isSettled = true;
    };
    load.promise.then(settle, settle);
    return load;
  }

  async #abandon(load: Load<T>): Promise<void> {
    if (this.#current === load) this.#current = undefined;
    load.controller.abort(new Error("no longer needed"));
    // Its failure is ignored: every waiting caller has seen it, or its own signal.
    await load.promise.then(this.dispose, () => {});
  }
}
