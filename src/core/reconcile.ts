import type { StreamRow } from "../ports/db-client.js";
import type { EntryBatch, OnChainClient } from "../ports/on-chain-client.js";
import { ChainRecords } from "./chain-record.js";
import { ReconcileError } from "./errors.js";
import type { Findings } from "./findings.js";
import type { Layout } from "./layout.js";
import type { RowPlan } from "./mapping.js";
import { mapInOrder } from "./ordered-window.js";
import { type Policy, StreamJudge, type StreamOutcome, unchecked } from "./outcome.js";
import { type ReadRow, type RowBatch, rowBatches } from "./row-batches.js";
import { streamLocator } from "./stream-key.js";

export interface Reconciliation {
  readonly pages: AsyncIterable<readonly StreamRow[]>;
  readonly chain: OnChainClient;
  readonly contractId: string;
  readonly layout: Layout;
  readonly plan: RowPlan;
  readonly policy: Policy;
  /** Chain requests under way at a time. */
  readonly concurrency: number;
  /** The chain's ledger before the first read: L for rows that need no read. */
  readonly latestLedger: number;
  /** The only stream ids that were asked for, which the pages are limited to; null: all. */
  readonly only: readonly string[] | null;
  readonly signal?: AbortSignal;
  /** Called after each batch with the number of streams seen so far. */
  readonly onProgress?: (seen: number) => void;
}

/** So many failed requests in a row mean that the node is gone: the rest would only wait for the same failure. */
const MAX_FAILED_BATCHES_IN_A_ROW = 5;

/**
 * Reads every row and its stream, and adds what it finds to `findings`, in the rows' order. What cannot be read becomes
 * an error there. Resolves when everything was looked at or the rest was given up, with the reason in `findings.errors`.
 * @throws the signal's reason when aborted; `findings` then holds what was found so far.
 */
export async function reconcile(run: Reconciliation, findings: Findings): Promise<void> {
  const locator = streamLocator(run.layout, run.contractId);
  const judge = new StreamJudge(run.layout, run.plan, run.policy);
  const records = new ChainRecords(run.layout, locator);
  const batches = rowBatches(run.pages, run.plan, locator, run.chain.maxKeysPerRead);

  const awaited = new Set(run.only);
  let failedInARow = 0;
  for await (const { batch, answer } of mapInOrder(batches, run.concurrency, (batch) => readBatch(batch, run))) {
    if (answer.kind === "read") findings.sawLedger(answer.ledger);
    for (const row of batch.rows) {
      awaited.delete(row.kind === "row" ? row.db.streamId : row.streamId);
      findings.add(outcomeOf(row, answer, { judge, records, run }));
    }
    run.onProgress?.(findings.seen);
    failedInARow = answer.kind === "failed" ? failedInARow + 1 : 0;
    if (failedInARow === MAX_FAILED_BATCHES_IN_A_ROW) {
      const message = `gave up after ${failedInARow} failed requests in a row, at stream ${findings.seen}; the rest of the streams were not checked`;
      findings.addError("chain_lost", message);
      return;
    }
  }
  const column = run.plan.columns[run.plan.streamIdIndex];
  for (const streamId of awaited) {
    findings.add(
      unchecked(streamId, "stream_not_found", `the database has no row whose ${column} is ${JSON.stringify(streamId)}`),
    );
  }
}

type BatchAnswer =
  | ({ readonly kind: "read" } & EntryBatch)
  /** Every row of the batch did without the chain. */
  | { readonly kind: "not-needed" }
  | { readonly kind: "failed"; readonly error: ReconcileError };

async function readBatch(batch: RowBatch, run: Reconciliation): Promise<{ batch: RowBatch; answer: BatchAnswer }> {
  run.signal?.throwIfAborted();
  if (batch.keys.length === 0) return { batch, answer: { kind: "not-needed" } };
  try {
    const answer = await run.chain.readEntries(batch.keys, run.signal === undefined ? {} : { signal: run.signal });
    if (answer.entries.length !== batch.keys.length) throw new Error("the chain's answer does not fit the question");
    return { batch, answer: { kind: "read", ...answer } };
  } catch (error) {
    if (!(error instanceof ReconcileError)) throw error;
    return { batch, answer: { kind: "failed", error } };
  }
}

function outcomeOf(
  row: ReadRow,
  answer: BatchAnswer,
  { judge, records, run }: { judge: StreamJudge; records: ChainRecords; run: Reconciliation },
): StreamOutcome {
  if (row.kind === "unreadable") return unchecked(row.streamId, row.code, row.message);
  const { db, entryIndex } = row;
  if (db.onChainId === null || entryIndex === null) return judge.outcome(db, { kind: "missing" }, run.latestLedger);
  switch (answer.kind) {
    case "read":
      return judge.outcome(db, records.find(db.onChainId, answer.entries[entryIndex]!), answer.ledger);
    case "failed": {
      const { code, message } = answer.error;
      return judge.outcome(db, { kind: "fault", code, message }, run.latestLedger);
    }
    case "not-needed":
      throw new Error("a batch without keys holds a row that needs one");
  }
}
