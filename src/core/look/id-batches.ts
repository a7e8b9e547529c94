import type { StreamLocator } from "../contract/stream-key.js";

/** Ids that one chain request answers: `keys[i]` holds the stream `ids[i]`, or `keys[0]` all of them. */
export interface IdBatch {
  readonly ids: readonly bigint[];
  readonly keys: readonly Uint8Array[];
}

/** Cuts ids into batches of at most `maxKeys` ledger keys. */
export async function* idBatches(
  ids: Iterable<bigint>,
  locator: StreamLocator,
  maxKeys: number,
): AsyncGenerator<IdBatch> {
  let batch: bigint[] = [];
  const close = (): IdBatch => ({
    ids: batch,
    keys: (locator.sharesOneEntry ? batch.slice(0, 1) : batch).map((id) => locator.ledgerKey(id)),
  });
  for (const id of ids) {
    batch.push(id);
    if (batch.length < maxKeys) continue;
    yield close();
    batch = [];
  }
  if (batch.length > 0) yield close();
}
