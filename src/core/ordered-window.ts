/**
 * Applies `work` to each item with at most `limit` of them under way, and yields the results in the items' order.
 * While the consumer is busy with a result, `limit` others are under way. When a result rejects, or the consumer
 * leaves, nothing further is started. When the items themselves fail, what was under way is still yielded before their
 * failure is thrown: it was looked at, and may be the one that differs.
 */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  const failures: unknown[] = [];
  try {
    for await (const item of untilFailure(items, failures)) {
      const first = underWay.length < limit ? null : { result: await underWay.shift()! };
      const result = work(item);
      // The rejection is handled when its turn comes; until then it must not count as unhandled.
      result.catch(() => {});
      underWay.push(result);
      // Only now: while the consumer is busy with it, as many as may be are under way.
      if (first !== null) yield first.result;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
    if (failures.length > 0) throw failures[0];
  } finally {
    await Promise.allSettled(underWay);
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
