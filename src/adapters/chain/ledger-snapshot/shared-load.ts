interface Load<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
  isSettled: boolean;
}

/**
 * Something costly that is made once, when first asked for, and shared. Whoever asks may give up; when the last one
 * does, the making stops, and the next one who asks begins anew.
 */
export class SharedLoad<T> {
  #current: Load<T> | undefined;

  /** `dispose` gets what was made when nobody wanted it any more. */
  constructor(
    private readonly start: (signal: AbortSignal) => Promise<T>,
    private readonly dispose: (made: T) => Promise<void>,
  ) {}

  /** @throws the signal's reason once it is aborted; whatever the making throws, every time. */
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
      // Not waited for: a disk that hangs must not keep who gave up.
      if (load.waiting === 0 && !load.isSettled) this.#abandon(load).catch(() => {});
    }
  }

  /** Stops what is under way, and disposes of what was made. */
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
    load.controller.abort(new Error("nobody waits for it any more"));
    // What it fails with concerns nobody: whoever waited has been told, by it or by its own signal.
    await load.promise.then(this.dispose, () => {});
  }
}
