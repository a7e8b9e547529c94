/**
 * Calls back when the signal aborts, for short pieces of work under a signal that lives long.
 *
 * A listener of its own for each would hold memory: one that Node has removed still points to the one that was added
 * after it. Once the garbage collector has taken such a listener for long-lived, it takes all that came later for alive,
 * and with them whatever they close over, until it goes through the whole heap.
 * @param signal not aborted yet
 * @returns a function that ends this
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let callbacks = known.get(signal);
  if (callbacks === undefined) {
    callbacks = new Callbacks();
    known.set(signal, callbacks);
    signal.addEventListener("abort", callbacks.run, { once: true });
  }
  return callbacks.add(callback);
}

const known = new WeakMap<AbortSignal, Callbacks>();

class Callbacks {
  readonly #places: ((() => void) | null)[] = [];
  readonly #free: number[] = [];

  add(callback: () => void): () => void {
    const place = this.#free.pop() ?? this.#places.length;
    this.#places[place] = callback;
    return () => {
      // A second call must not end what has the place by then.
      if (this.#places[place] !== callback) return;
      this.#places[place] = null;
      this.#free.push(place);
    };
  }

  readonly run = (): void => {
    // Read one at a time: what one of them ends must not be called any more.
    for (let place = 0; place < this.#places.length; place++) this.#places[place]?.();
  };
}
