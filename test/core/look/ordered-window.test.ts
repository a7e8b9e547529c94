import fc from "fast-check";
import { mapInOrder } from "../../../src/core/look/ordered-window.js";
import { type Deferred, deferred, settled } from "../../support/core-deferred.js";

/** Work that ends when the test says so, and what has been started and left so far. */
class Workshop {
  readonly started: number[] = [];
  readonly jobs = new Map<number, Deferred<string>>();
  sourceClosed = false;

  async *items(count: number, failure?: Error): AsyncGenerator<number> {
    try {
      for (let i = 0; i < count; i++) yield i;
      if (failure !== undefined) throw failure;
    } finally {
      this.sourceClosed = true;
    }
  }

  readonly work = (item: number): Promise<string> => {
    this.started.push(item);
    const job = deferred<string>();
    this.jobs.set(item, job);
    return job.promise;
  };

  finish(...items: number[]): void {
    for (const item of items) this.jobs.get(item)!.resolve(`result ${item}`);
  }
}

/** Consumes in the background; what arrived so far can be looked at. */
function collect<T>(source: AsyncIterable<T>): { readonly results: T[]; readonly done: Promise<unknown> } {
  const results: T[] = [];
  const done = (async () => {
    for await (const result of source) results.push(result);
  })().catch((error: unknown) => error);
  return { results, done };
}

describe("mapInOrder", () => {
  it("starts no more than the limit, and hands results on in order", async () => {
    const shop = new Workshop();
    const { results, done } = collect(mapInOrder(shop.items(5), 2, shop.work));
    await settled();
    expect(shop.started).toEqual([0, 1]);
    shop.finish(1);
    await settled();
    expect([shop.started, results]).toEqual([[0, 1, 2], []]);
    shop.finish(0);
    await settled();
    expect([shop.started, results]).toEqual([
      [0, 1, 2, 3],
      ["result 0", "result 1"],
    ]);
    while (results.length < 5) {
      shop.finish(...shop.started);
      await settled();
    }
    await done;
    expect(results).toEqual([0, 1, 2, 3, 4].map((i) => `result ${i}`));
  });

  it("goes on while the consumer is busy, until as many results wait in line as may be under way", async () => {
    const shop = new Workshop();
    const results = mapInOrder(shop.items(20), 2, shop.work);
    const first = results.next();
    await settled();
    shop.finish(0);
    await first;
    expect(shop.started).toEqual([0, 1, 2]);
    for (let i = 0; i < 9; i++) {
      shop.finish(...shop.started);
      await settled();
    }
    expect(shop.started).toEqual([0, 1, 2, 3, 4]);
    await results.return(undefined);
    expect(shop.started).toEqual([0, 1, 2, 3, 4]);
  });

  it("keeps order and bound whatever finishes first", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat()),
        async (count, limit, picks) => {
          const shop = new Workshop();
          const finished = new Set<number>();
          const { results, done } = collect(mapInOrder(shop.items(count), limit, shop.work));
          for (;;) {
            await settled();
            const open = shop.started.filter((item) => !finished.has(item));
            expect(open.length).toBeLessThanOrEqual(limit);
            if (open.length === 0) break;
            const pick = open[(picks.next().value as number) % open.length]!;
            finished.add(pick);
            shop.finish(pick);
          }
          expect(await done).toBeUndefined();
          expect(results).toEqual(Array.from({ length: count }, (_, i) => `result ${i}`));
          expect(shop.sourceClosed).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("ends with the rejection, starts nothing more, closes the source and waits for what is under way", async () => {
    const shop = new Workshop();
    const { results, done } = collect(mapInOrder(shop.items(9), 3, shop.work));
    await settled();
    shop.finish(0);
    shop.jobs.get(1)!.reject(new Error("lost"));
    await settled();
    const startedAtFailure = [...shop.started];
    let over = false;
    void done.then(() => {
      over = true;
    });
    await settled();
    expect([over, results, shop.sourceClosed]).toEqual([false, ["result 0"], true]);
    for (const item of shop.started.slice(2)) shop.finish(item);
    expect(await done).toEqual(new Error("lost"));
    expect(shop.started).toEqual(startedAtFailure);
  });

  it("does not let a rejection that is not yet in line go unhandled", async () => {
    const shop = new Workshop();
    const { results, done } = collect(mapInOrder(shop.items(3), 3, shop.work));
    await settled();
    shop.jobs.get(2)!.reject(new Error("last"));
    await settled();
    expect(results).toEqual([]);
    shop.finish(0, 1);
    expect(await done).toEqual(new Error("last"));
    expect(results).toEqual(["result 0", "result 1"]);
  });

  it("when the consumer leaves: starts nothing more, closes the source, waits for what is under way", async () => {
    const shop = new Workshop();
    const results = mapInOrder(shop.items(9), 2, shop.work);
    const first = results.next();
    await settled();
    shop.finish(0);
    expect(await first).toEqual({ done: false, value: "result 0" });
    let left = false;
    const leaving = results.return(undefined).then(() => {
      left = true;
    });
    await settled();
    expect([left, shop.sourceClosed, shop.started]).toEqual([false, true, [0, 1, 2]]);
    shop.finish(2);
    shop.jobs.get(1)!.reject(new Error("nobody looks at it any more"));
    await leaving;
    expect(left).toBe(true);
  });

  it("hands out what was under way before the source's own failure", async () => {
    const shop = new Workshop();
    const { results, done } = collect(mapInOrder(shop.items(2, new Error("no more pages")), 5, shop.work));
    await settled();
    expect(results).toEqual([]);
    shop.finish(1, 0);
    expect(await done).toEqual(new Error("no more pages"));
    expect(results).toEqual(["result 0", "result 1"]);
  });

  it("of an empty source is empty", async () => {
    const shop = new Workshop();
    const { results, done } = collect(mapInOrder(shop.items(0), 1, shop.work));
    expect(await done).toBeUndefined();
    expect([results, shop.started]).toEqual([[], []]);
  });
});
