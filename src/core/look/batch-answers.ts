import type { EntryBatch, OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";
import { ReconcileError, UnavailableError } from "../errors.js";
import { mapInOrder } from "./ordered-window.js";

/** So many failed requests in a row mean that the node is gone: the rest would only wait for the same failure. */
const MAX_FAILED_BATCHES_IN_A_ROW = 5;

export type BatchAnswer =
  | ({ readonly kind: "read" } & EntryBatch)
  /** Nothing of the batch needed the chain. */
  | { readonly kind: "not-needed" }
  | { readonly kind: "failed"; readonly error: ReconcileError };

export interface AnsweredBatch<Batch> {
  readonly batch: Batch;
  readonly answer: BatchAnswer;
  /** What `timeOf` said of the answer; null without it. */
  readonly now: bigint | null;
}

/**
 * Reads each batch's ledger keys, `concurrency` requests under way at a time, and yields the answers in order.
 * @param timeOf asked about each answer as soon as it is there; its failure is the run's
 * A request that failed for good is an answer, too; the streams that it concerns are unchecked.
 * @throws UnavailableError once the node seems to be gone; the signal's reason when aborted
 */
export async function* batchAnswers<Batch extends { readonly keys: readonly Uint8Array[] }>(
  batches: AsyncIterable<Batch>,
  chain: OnChainClient,
  concurrency: number,
  options: ReadOptions,
  timeOf?: (answer: BatchAnswer) => Promise<bigint | null>,
): AsyncGenerator<AnsweredBatch<Batch>> {
  const leaving = new AbortController();
  const signal = options.signal === undefined ? leaving.signal : AbortSignal.any([options.signal, leaving.signal]);
  const read = async (batch: Batch) => {
    const answer = await readBatch(batch, chain, { ...options, signal });
    // Here, since the consumer would have to wait behind the requests that are under way by then.
    const now = timeOf === undefined ? null : await timeOf(answer);
    return { batch, answer, now };
  };
  let failedInARow = 0;
  for await (const answered of mapInOrder(batches, concurrency, read)) {
    let isWanted = false;
    try {
      yield answered;
      isWanted = true;
    } finally {
      // Leaving the loop waits for the requests in flight, so they are aborted.
      if (!isWanted) leaving.abort();
    }
    // A batch that needed no request tells nothing of the node.
    if (answered.answer.kind === "read") failedInARow = 0;
    if (answered.answer.kind === "failed") failedInARow += 1;
    if (failedInARow === MAX_FAILED_BATCHES_IN_A_ROW) {
      leaving.abort();
      throw new UnavailableError(
        "chain_lost",
        `Gave up after ${failedInARow} failed requests to the chain in a row; the rest of the streams were not checked.`,
      );
    }
  }
}

async function readBatch<Batch extends { readonly keys: readonly Uint8Array[] }>(
  batch: Batch,
  chain: OnChainClient,
  options: ReadOptions & { readonly signal: AbortSignal },
): Promise<BatchAnswer> {
  options.signal.throwIfAborted();
  if (batch.keys.length === 0) return { kind: "not-needed" };
  try {
    const answer = await chain.readEntries(batch.keys, options);
    if (answer.entries.length !== batch.keys.length) throw new Error("the chain's answer does not fit the question");
    return { kind: "read", ...answer };
  } catch (error) {
    // Whatever the client makes of an abort, it is no failed request.
    options.signal.throwIfAborted();
    if (!(error instanceof ReconcileError)) throw error;
    return { kind: "failed", error };
  }
}
