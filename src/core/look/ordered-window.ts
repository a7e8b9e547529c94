/** Results that may wait behind one that is late, so that the work after it can go on. More would only fill memory. */
const MOST_IN_LINE = 2;

/**
 * Applies `work` to each item and yields the results in the items' order. At most `limit` of them are under way at a
 * time, and at most as many results wait in line, few at that: while the consumer is busy with one, the work goes on.
 * When a result rejects, or the consumer leaves, nothing further is started. When the items themselves fail, what was
 * under way is still yielded before their failure is thrown: it was looked at, and may be the one that differs.
 */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const line: Promise<R>[] = [];
  const failures: unknown[] = [];
  const turns = new Turns(limit);
  const most = limit + Math.min(limit, MOST_IN_LINE);
  try {
    for await (const item of untilFailure(items, failures)) {
      const first = line.length < most ? null : { result: await line.shift()! };
      const result = turns.take(() => work(item));
      // The rejection is handled when its turn comes; until then it must not count as unhandled.
      result.catch(() => {});
      line.push(result);
      if (first !== null) yield first.result;
    }
    while (line.length > 0) yield await line.shift()!;
    if (failures.length > 0) throw failures[0];
  } finally {
    turns.end();
    await Promise.allSettled(line);
  }
}

/** Lets at most `limit` pieces of work run at a time; the others wait in order. */
class Turns {
  #free: number;
  readonly #waiting: ((mayRun: boolean) => void)[] = [];

  constructor(limit: number) {
    this.#free = limit;
  }

  async take<R>(work: () => Promise<R>): Promise<R> {
    if (this.#free > 0) this.#free -= 1;
    else if (!(await new Promise<boolean>((resolve) => this.#waiting.push(resolve)))) throw new Error("not needed");
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next(true);
    }
  }

  /** What has not been started never will be. */
  end(): void {
    for (const next of this.#waiting.splice(0)) next(false);
  }
}

/** The items up to their failure, which goes to `failures`: apart from those of the loop that consumes them. */
async function* untilFailure<T>(items: AsyncIterable<T>, failures: unknown[]): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    failures.push(error);
  }
}
