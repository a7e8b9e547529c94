import type { Clock } from "../../ports/clock.js";
import type { ColumnValue, StreamRow } from "../../ports/db-client.js";
import type { OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";
import type { Layout } from "../contract/layout.js";
import { type StreamLocator, streamLocator } from "../contract/stream-key.js";
import { type StreamOnChain, StreamsOnChain } from "../contract/stream-on-chain.js";
import { UnavailableError } from "../errors.js";
import { orphanId } from "../report/stream-outcome.js";
import { type Agreement, AgreementCheck } from "../rules/agreement.js";
import { type Policy, StreamJudge } from "../rules/judge.js";
import { LayoutFit } from "../rules/layout-fit.js";
import { type DbStream, hasName, MOST_LEDGERS_AHEAD, type RowPlan, rowCursor } from "../rules/mapping.js";
import { contradictionOf } from "../verdict/contradiction.js";
import { entryState, rowState } from "../verdict/side-state.js";
import { type BatchAnswer, batchAnswers } from "./batch-answers.js";
import { idBatches } from "./id-batches.js";
import { LedgerTimes } from "./ledger-times.js";
import type { Observation, ObservationSummary } from "./observation.js";
import { type LocatedRow, readLocatedRow, rowBatches } from "./row-batches.js";

/** Takes the streams on which both sides agree and about which there is nothing else to say. */
export interface Agreements {
  /** Whether it could take this stream, if the two sides agree. */
  mayTake(onChainId: bigint): boolean;
  take(found: Agreement): void;
}

/** One view of the database: the rows, and how far it has come as a whole. */
export interface RowSnapshot {
  /** The cursor of all rows, where it is kept at one place; undefined where it is not. */
  readonly globalCursor: ColumnValue | undefined;
  /** The greatest cursor of any row of the table, where it was asked for. */
  readonly greatest?: ColumnValue;
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
  /** Ask for the time of every look, whether or not an invariant needs it. */
  readonly needsTime: boolean;
}

/** Looks at streams on both sides, in batches, and judges each by what it sees. */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #locator: StreamLocator;
  readonly #judge: StreamJudge;
  readonly #records: StreamsOnChain;
  readonly #agreementCheck: AgreementCheck;
  readonly #times: LedgerTimes;
  /** Why streams could not be read or compared by the layout. */
  readonly misfits: LayoutFit;
  #newestLedger: number;

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#locator = streamLocator(options.layout, options.contractId);
    this.#judge = new StreamJudge(options.layout, options.plan, options.policy);
    this.#records = new StreamsOnChain(options.layout, this.#locator);
    this.#agreementCheck = new AgreementCheck(options.layout, options.plan, options.policy, this.#records.structs);
    this.#times = new LedgerTimes(options.chain, options.clock);
    const mapped = options.plan.fields.map(({ name }) => name);
    this.misfits = new LayoutFit(options.layout, mapped);
    this.#newestLedger = options.latestLedger;
  }

  /**
   * Looks at every row and its stream, in the rows' order.
   * @param agreements takes the streams about which there is nothing to say; without it they are observed like the rest
   * @throws UnavailableError when either side is lost; the signal's reason when aborted
   */
  async *rows(
    { pages }: Pick<RowSnapshot, "pages">,
    agreements: Agreements | null = null,
  ): AsyncGenerator<readonly Observation[]> {
    const { chain, plan, concurrency, read } = this.#options;
    const batches = rowBatches(pages, plan, this.#locator, chain.maxKeysPerRead);
    for await (const { batch, answer, now } of batchAnswers(batches, chain, concurrency, read, this.#timeOf)) {
      const seen: Observation[] = [];
      for (const row of batch.rows) {
        if (agreements !== null && this.#agrees(row, answer, now, agreements)) continue;
        seen.push(this.#observeRow(row, answer, now));
      }
      yield seen;
    }
  }

  /** Whether the two sides agree and nothing else is to be said about the stream: then `agreements` takes it. */
  #agrees(
    { raw, onChainId, entryIndex }: LocatedRow,
    answer: BatchAnswer,
    now: bigint | null,
    to: Agreements,
  ): boolean {
    if (answer.kind !== "read" || onChainId === null || entryIndex === null || !to.mayTake(onChainId)) return false;
    const entry = answer.entries[entryIndex]!;
    if (entry === null || entry.kind !== "entry" || this.#locator.sharesOneEntry) return false;
    const found = this.#agreementCheck.agreement(raw, onChainId, entry, answer.ledger, now);
    if (found === null) return false;
    to.take(found);
    return true;
  }

  /**
   * Looks at streams that the database has no row for.
   */
  async *ids(ids: Iterable<bigint>): AsyncGenerator<readonly Observation[]> {
    const { chain, concurrency, read } = this.#options;
    const batches = idBatches(ids, this.#locator, chain.maxKeysPerRead);
    for await (const { batch, answer, now } of batchAnswers(batches, chain, concurrency, read, this.#timeOf)) {
      yield batch.ids.map((id, i) => {
        const record = this.#record(id, this.#locator.sharesOneEntry ? 0 : i, answer);
        const ledger = this.#ledgerOf(answer);
        const outcome = this.#judge.orphanOutcome(id, record, ledger, now);
        if (outcome !== null && outcome.errors.length > 0)
          this.#explain(id, this.#locator.sharesOneEntry ? 0 : i, answer);
        const sides = {
          row: null,
          db: null,
          chain: record,
          ...this.#evidence(answer, this.#locator.sharesOneEntry ? 0 : i),
        };
        return { streamId: orphanId(id), onChainId: id, synced: null, cursorFault: null, ...sides, now, outcome };
      });
    }
  }

  /** What is kept of an observation. */
  summaryOf(seen: Observation): ObservationSummary {
    const { plan, layout, policy } = this.#options;
    const { streamId, onChainId, synced, chain, db, outcome } = seen;
    const stream = chain?.kind === "stream" ? chain : null;
    return {
      ...{ streamId, onChainId, synced, outcome },
      ledger: seen.ledger ?? this.#newestLedger,
      isNamed: seen.row !== null && hasName(seen.row, plan),
      row: db === null ? null : rowState(db, plan, policy),
      entry: stream === null ? null : entryState(stream.stream, plan, policy),
      modified: stream?.modified ?? null,
      contradiction: db === null || stream === null ? null : contradictionOf(db, stream.stream, plan, layout),
    };
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

  #observeRow({ raw, onChainId, entryIndex }: LocatedRow, answer: BatchAnswer, now: bigint | null): Observation {
    const isAsked = onChainId !== null && entryIndex !== null;
    const chain: StreamOnChain = isAsked ? this.#record(onChainId, entryIndex, answer) : { kind: "missing" };
    const row = readLocatedRow(raw, this.#options.plan, this.#locator.greatestId);
    const evidence = this.#evidence(answer, entryIndex);
    if (row.kind === "unreadable") {
      const { streamId } = row;
      const outcome = this.#judge.unreadableOutcome(row, onChainId, chain, now);
      const synced = rowCursor(raw, this.#options.plan);
      const sides = { row: raw, db: null, chain: isAsked ? chain : null, ...evidence };
      return { streamId, onChainId, synced, cursorFault: null, ...sides, now, outcome };
    }
    const ledger = this.#ledgerOf(answer);
    const db = this.#withoutFalseCursor(row.db, ledger);
    const { streamId, syncedLedger: synced, cursorFault } = db;
    const outcome = this.#judge.outcome(db, chain, ledger, now);
    if (outcome.errors.length > 0 && isAsked) this.#explain(onChainId, entryIndex, answer);
    return { streamId, onChainId, synced, cursorFault, row: raw, db, chain, ...evidence, now, outcome };
  }

  #withoutFalseCursor(db: DbStream, ledger: number): DbStream {
    const { syncedLedger } = db;
    if (syncedLedger === null || syncedLedger <= ledger + MOST_LEDGERS_AHEAD) return db;
    const { columns, cursorIndex } = this.#options.plan;
    const cursorFault = `${columns[cursorIndex!]} holds ${syncedLedger}, and the chain has only reached ledger ${ledger}`;
    return { ...db, syncedLedger: null, cursorFault };
  }

  /** What was read of the entry, and when. */
  #evidence(answer: BatchAnswer, entryIndex: number | null): Pick<Observation, "entry" | "ledger" | "head"> {
    if (answer.kind !== "read") return { entry: null, ledger: null, head: null };
    const entry = entryIndex === null ? null : answer.entries[entryIndex]!;
    return { entry, ledger: answer.ledger, head: this.#times.head };
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
    const isNeeded = this.#judge.needsTime;
    if (answer.kind !== "read" || !(isNeeded || this.#options.needsTime)) return null;
    try {
      return await this.#times.notBefore(answer.ledger, this.#options.read);
    } catch (error) {
      if (isNeeded || !(error instanceof UnavailableError)) throw error;
      return null;
    }
  };
}
