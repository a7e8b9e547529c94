/**
 * Allows one iteration only. A second one would find a finished generator, which looks like an empty table and
 * reads as "everything is missing".
 */
export function readOnce<T>(items: AsyncGenerator<T, void, undefined>): AsyncIterable<T> {
  let started = false;
  return {
    [Symbol.asyncIterator]() {
      if (started) throw new Error("A snapshot's pages can only be read once; call getStreams for a new snapshot");
      started = true;
      return items;
    },
  };
}
