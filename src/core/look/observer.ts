import type { Clock } from "../../ports/clock.js";
import type { ColumnValue, StreamRow } from "../../ports/db-client.js";
import type { OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";
import type { Layout } from "../contract/layout.js";
import { type StreamLocator, streamLocator } from "../contract/stream-key.js";
import { type StreamOnChain, StreamsOnChain } from "../contract/stream-on-chain.js";
import { orphanId, type StreamOutcome } from "../report/stream-outcome.js";
import { type Agreement, AgreementCheck } from "../rules/agreement.js";
import { type Policy, StreamJudge } from "../rules/judge.js";
import { Misfits } from "../rules/layout-fit.js";
import { type DbStream, ledgerIfReadable, type RowPlan } from "../rules/mapping.js";
import { fingerprint } from "../values/fingerprint.js";
import { type BatchAnswer, batchAnswers } from "./batch-answers.js";
import { idBatches } from "./id-batches.js";
import { LedgerTimes } from "./ledger-times.js";
import { type LocatedRow, readLocatedRow, rowBatches } from "./row-batches.js";

/** One stream, looked at once on both sides. */
export interface Observation {
  readonly streamId: string;
  /** null: the row names none, or not even that can be read. */
  readonly onChainId: bigint | null;
  /** S of the verdict table. */
  readonly synced: number | null;
  /** null: the row could not be read, or the chain was not asked. */
  readonly chain: StreamOnChain | null;
  /** L of the verdict table; null when the chain was not asked. */
  readonly ledger: number | null;
  /** A time, in seconds, at which that ledger had closed. */
  readonly now: bigint | null;
  /** The row; null where there is none, or it cannot be read. */
  readonly db: DbStream | null;
  /** What it means; null when neither side has the stream. */
  readonly outcome: StreamOutcome | null;
}

/** What is kept of an observation to compare the next one with: neither the entry nor the row, of which there may be many. */
export interface ObservationSummary
  extends Pick<Observation, "streamId" | "onChainId" | "synced" | "ledger" | "outcome"> {
  /** The fingerprint of the row as far as it is compared; null: the database has no row for the stream. */
  readonly rowPrint: number | null;
  /** M of the verdict table; null when there is no entry, or it could not be read. */
  readonly modified: number | null;
}

export function summaryOf({
  streamId,
  onChainId,
  synced,
  ledger,
  chain,
  db,
  outcome,
}: Observation): ObservationSummary {
  const modified = chain?.kind === "stream" ? chain.modified : null;
  return { streamId, onChainId, synced, ledger, outcome, modified, rowPrint: db === null ? null : printOf(db) };
}

/** Takes the streams on which both sides agree and about which there is nothing else to say. */
export interface Agreements {
  /** Whether it could take this stream, if the two sides agree. */
  mayTake(onChainId: bigint): boolean;
  take(found: Agreement): void;
}

/** One view of the database: the rows, and S where it is kept for all of them at one place. */
export interface RowSnapshot {
  readonly globalCursor: ColumnValue | undefined;
  readonly pages: AsyncIterable<readonly StreamRow[]>;
}

export interface ObserverOptions {
  readonly chain: OnChainClient;
  readonly clock: Clock;
  readonly contractId: string;
  readonly layout: Layout;
  readonly plan: RowPlan;
  readonly policy: Policy;
  readonly concurrency: number;
  /** The chain's ledger before the first read: L for rows that need no read. */
  readonly latestLedger: number;
  readonly read: ReadOptions;
}

/** Looks at streams on both sides, in batches, and judges each by what it sees. */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #locator: StreamLocator;
  readonly #judge: StreamJudge;
  readonly #records: StreamsOnChain;
  readonly #quickLook: AgreementCheck;
  readonly #times: LedgerTimes;
  /** Why streams could not be read or compared by the layout. */
  readonly misfits: Misfits;
  #newestLedger: number;

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#locator = streamLocator(options.layout, options.contractId);
    this.#judge = new StreamJudge(options.layout, options.plan, options.policy);
    this.#records = new StreamsOnChain(options.layout, this.#locator);
    this.#quickLook = new AgreementCheck(options.layout, options.plan, options.policy, this.#records.structs);
    this.#times = new LedgerTimes(options.chain, options.clock);
    const mapped = options.plan.fields.map(({ name }) => name);
    this.misfits = new Misfits(options.layout, mapped);
    this.#newestLedger = options.latestLedger;
  }

  /**
   * Looks at every row and its stream, in the rows' order.
   * @param agreements takes the streams about which there is nothing to say; without it they are observed like the rest
   * @throws UnavailableError when either side is lost; the signal's reason when aborted
   */
  async *rows(snapshot: RowSnapshot, agreements: Agreements | null = null): AsyncGenerator<readonly Observation[]> {
    const { chain, plan, concurrency, read } = this.#options;
    // Without a cursor that can be read, the streams are judged by the age of what changed.
    const cursor = snapshot.globalCursor === undefined ? null : ledgerIfReadable(snapshot.globalCursor);
    const batches = rowBatches(snapshot.pages, plan, this.#locator, chain.maxKeysPerRead);
    for await (const { batch, answer, now } of batchAnswers(batches, chain, concurrency, read, this.#timeOf)) {
      const seen: Observation[] = [];
      for (const row of batch.rows) {
        if (agreements !== null && this.#agrees(row, answer, now, agreements)) continue;
        seen.push(this.#observeRow(row, answer, now, cursor));
      }
      yield seen;
    }
  }

  /** Whether a quick look is enough: nothing is to be said about the stream, and `agreements` knows of it. */
  #agrees(
    { raw, onChainId, entryIndex }: LocatedRow,
    answer: BatchAnswer,
    now: bigint | null,
    to: Agreements,
  ): boolean {
    if (answer.kind !== "read" || onChainId === null || entryIndex === null || !to.mayTake(onChainId)) return false;
    const entry = answer.entries[entryIndex]!;
    if (entry === null || entry.kind !== "entry" || this.#locator.sharesOneEntry) return false;
    const found = this.#quickLook.agreement(raw, onChainId, entry, answer.ledger, now);
    if (found === null) return false;
    to.take(found);
    return true;
  }

  /**
   * Looks at streams that the database has no row for.
   * @param synced the greatest ledger that any row has seen
   */
  async *ids(ids: Iterable<bigint>, synced: number | null): AsyncGenerator<readonly Observation[]> {
    const { chain, concurrency, read } = this.#options;
    const batches = idBatches(ids, this.#locator, chain.maxKeysPerRead);
    for await (const { batch, answer, now } of batchAnswers(batches, chain, concurrency, read, this.#timeOf)) {
      yield batch.ids.map((id, i) => {
        const record = this.#record(id, this.#locator.sharesOneEntry ? 0 : i, answer);
        const ledger = this.#ledgerOf(answer);
        const outcome = this.#judge.orphanOutcome(id, record, synced, ledger, now);
        if (outcome?.bucket === "unchecked") this.#explain(id, this.#locator.sharesOneEntry ? 0 : i, answer);
        const streamId = orphanId(id);
        const told = answer.kind === "read" ? ledger : null;
        return { streamId, onChainId: id, synced, chain: record, ledger: told, now, db: null, outcome };
      });
    }
  }

  /**
   * What an observation means when the database is known to have been in this state at an earlier ledger already: a
   * node that has reached that ledger can be compared with it, though the database has gone on since.
   * @param synced an earlier S at which the row was the same, or missing just as now
   */
  rejudge({ streamId, onChainId, chain, ledger, now, db, outcome }: Observation, synced: number): StreamOutcome | null {
    if (chain === null || ledger === null) return outcome;
    if (db !== null) return this.#judge.outcome({ ...db, syncedLedger: synced }, chain, ledger, now);
    return streamId === orphanId(onChainId ?? -1n)
      ? this.#judge.orphanOutcome(onChainId!, chain, synced, ledger, now)
      : outcome;
  }

  /** The greatest id that the contract's keys can express. */
  get greatestId(): bigint {
    return this.#locator.greatestId;
  }

  /** The newest ledger that the node is known to have reached: L for rows that need no read. */
  get newestLedger(): number {
    return this.#newestLedger;
  }

  reached(ledger: number): void {
    this.#newestLedger = Math.max(this.#newestLedger, ledger);
  }

  #observeRow(
    { raw, onChainId, entryIndex }: LocatedRow,
    answer: BatchAnswer,
    now: bigint | null,
    cursor: number | null,
  ): Observation {
    const isAsked = onChainId !== null && entryIndex !== null;
    const chain: StreamOnChain = isAsked ? this.#record(onChainId, entryIndex, answer) : { kind: "missing" };
    const row = readLocatedRow(raw, this.#options.plan, this.#locator.greatestId, cursor);
    const ledger = this.#ledgerOf(answer);
    const told = answer.kind === "read" ? ledger : null;
    if (row.kind === "unreadable") {
      const { streamId } = row;
      const outcome = this.#judge.unreadableOutcome(row, onChainId, chain, now);
      return { streamId, onChainId, synced: null, chain: isAsked ? chain : null, ledger: told, now, db: null, outcome };
    }
    const { db } = row;
    const { streamId, syncedLedger: synced } = db;
    const outcome = this.#judge.outcome(db, chain, ledger, now);
    if (outcome.bucket === "unchecked" && isAsked) this.#explain(onChainId, entryIndex, answer);
    return { streamId, onChainId, synced, chain, ledger: told, now, db, outcome };
  }

  /** The entry is decoded once more: only what could not be checked comes here, and not all of that. */
  #explain(id: bigint, entryIndex: number, answer: BatchAnswer): void {
    const entry = answer.kind === "read" ? answer.entries[entryIndex] : null;
    if (entry?.kind !== "entry" || !this.misfits.isOpen) return;
    const value = this.#records.valueOf(id, entry);
    if (value !== null) this.misfits.look(id, value);
  }

  #record(id: bigint, entryIndex: number, answer: BatchAnswer): StreamOnChain {
    switch (answer.kind) {
      case "read":
        return this.#records.find(id, answer.entries[entryIndex]!);
      case "failed": {
        const { code, message } = answer.error;
        return { kind: "fault", code, message };
      }
      case "not-needed":
        throw new Error("a batch without keys holds a stream that needs one");
    }
  }

  #ledgerOf(answer: BatchAnswer): number {
    return answer.kind === "read" ? answer.ledger : this.#newestLedger;
  }

  readonly #timeOf = async (answer: BatchAnswer): Promise<bigint | null> => {
    if (answer.kind !== "read" || !this.#judge.needsTime) return null;
    return this.#times.notBefore(answer.ledger, this.#options.read);
  };
}

/** Changes whenever anything that is compared changes; the cursor may move without that. */
function printOf(db: DbStream): number {
  return fingerprint(JSON.stringify([String(db.onChainId), ...db.fields.map(({ text }) => text)]));
}
