/**
 * Lets an iteration be started once. A second start would find a finished generator and look like an empty table,
 * which reads as "everything is missing".
 */
export function readOnce<T>(items: AsyncGenerator<T, void, undefined>): AsyncIterable<T> {
  let started = false;
  return {
    [Symbol.asyncIterator]() {
      if (started)
        throw new Error("The pages of a snapshot can be read once; call getStreams again for another snapshot");
      started = true;
      return items;
    },
  };
}
