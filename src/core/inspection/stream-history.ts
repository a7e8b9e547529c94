import type { AppliedTransaction, ChainHistory, LedgerRange } from "../../ports/chain-history.js";
import type { ReadOptions } from "../../ports/on-chain-client.js";
import type { Layout } from "../contract/layout.js";
import { streamLocator } from "../contract/stream-key.js";
import { ReconcileError } from "../errors.js";
import type { EntryChange } from "./entry-change.js";
import { type Explanation, explainField, type FieldDifference, isSettled } from "./explain-field.js";
import { idTypeOf, readStreamEvent, type StreamEvent } from "./stream-event.js";
import { changesIn, invocationOf, type StreamTransaction } from "./stream-transaction.js";

/** The stream, and the differences to explain. */
export interface HistoryQuestion {
  readonly contractId: string;
  readonly layout: Layout;
  readonly id: bigint;
  /** S of the verdict table. */
  readonly synced: number | null;
  /** M of the verdict table: nothing changed the stream after it. */
  readonly modified: number | null;
  /** L of the verdict table. */
  readonly observed: number;
  /** The fields that differ. */
  readonly differences: readonly FieldDifference[];
  /** Whether the last change is enough, because nothing is wrong. */
  readonly lastChangeOnly: boolean;
}

export interface StreamHistory {
  /** The ledgers whose events were all searched; null: none. */
  readonly looked: LedgerRange | null;
  /** The ledgers that the node retains; null: unknown. */
  readonly retained: LedgerRange | null;
  readonly events: readonly StreamEvent[];
  readonly transactions: readonly StreamTransaction[];
  readonly explanations: readonly Explanation[];
  /** What could not be read, and why, one sentence each. */
  readonly gaps: readonly string[];
}

/** How many ledgers a node scans per request (stellar-rpc: LedgerScanLimit). */
const WINDOW_LEDGERS = 10_000;
/** Limits on the cost of a search. */
const MOST_EVENTS_READ = 50_000;
const MOST_EVENTS_KEPT = 200;
const MOST_LEDGERS_OF_TRANSACTIONS = 8;
const MOST_TRANSACTIONS_READ = 5_000;

/**
 * Searches back from the stream's last change until the differences are explained or the node's history ends. Failures
 * become gaps; earlier results are kept.
 * @throws the signal's reason when aborted
 */
export async function streamHistory(
  history: ChainHistory,
  question: HistoryQuestion,
  read: ReadOptions,
): Promise<StreamHistory> {
  const scan = new HistoryScan(history, question, read);
  await scan.look();
  return scan.result();
}

class HistoryScan {
  readonly #history: ChainHistory;
  readonly #question: HistoryQuestion;
  readonly #read: ReadOptions;
  readonly #gaps: string[] = [];
  readonly #events = new Map<string, StreamEvent>();
  readonly #transactions: StreamTransaction[] = [];
  #retained: LedgerRange | null = null;
  #looked: LedgerRange | null = null;
  /** Ledgers of earlier changes, as named by later ones. */
  readonly #links = new Set<number>();
  readonly #ledgersRead = new Set<number>();
  /** Transactions that did not change the stream: their events are about something else with the same id. */
  readonly #unrelated = new Set<string>();
  #eventsRead = 0;
  #canReadTransactions = true;

  constructor(history: ChainHistory, question: HistoryQuestion, read: ReadOptions) {
    this.#history = history;
    this.#question = question;
    this.#read = read;
  }

  /** Searches window by window. A window's transactions may complete the explanation, or show that events mislead. */
  async look(): Promise<void> {
    try {
      this.#retained = await this.#history.retained(this.#read);
    } catch (error) {
      return this.#addGap("events", error);
    }
    const windows = this.#windows(this.#retained);
    let hasRoom = true;
    while (hasRoom) {
      hasRoom = await this.#readNext(windows);
      await this.#readTransactions();
      if (this.#isEnough()) return;
    }
  }

  /** @returns whether to continue */
  async #readNext(windows: Generator<LedgerRange, void>): Promise<boolean> {
    const next = windows.next();
    if (next.done) return false;
    try {
      return await this.#readWindow(next.value);
    } catch (error) {
      this.#addGap("events", error);
      return false;
    }
  }

  /** Newest first. A window starts right after the row's ledger, so that the changes it missed are searched first. */
  *#windows(retained: LedgerRange): Generator<LedgerRange, void> {
    const { synced, modified, observed, lastChangeOnly } = this.#question;
    const newest = Math.min(modified ?? observed, retained.last);
    if (newest < retained.first) {
      this.#gaps.push(
        `the stream last changed at ledger ${newest}, before the node's history begins at ledger ${retained.first}`,
      );
      return;
    }
    for (let last = newest; last >= retained.first; ) {
      const earliest = Math.max(retained.first, lastChangeOnly ? newest : last - WINDOW_LEDGERS + 1);
      const first = synced !== null && synced < last && synced >= earliest ? synced + 1 : earliest;
      yield { first, last };
      if (lastChangeOnly) return;
      last = first - 1;
    }
  }

  /** @returns whether the limits allow another window */
  async #readWindow(window: LedgerRange): Promise<boolean> {
    const { contractId, layout, id } = this.#question;
    const idType = idTypeOf(layout.stream.key) ?? "u64";
    for await (const page of this.#history.events(contractId, window, this.#read)) {
      this.#eventsRead += page.length;
      for (const event of page) {
        const found = readStreamEvent(event, id, idType);
        if (found !== null && !this.#unrelated.has(found.txHash)) this.#events.set(found.id, found);
      }
      if (this.#eventsRead > MOST_EVENTS_READ || this.#events.size > MOST_EVENTS_KEPT) {
        this.#gaps.push(
          `the search ended in ledgers ${window.first} to ${window.last}, after ${this.#eventsRead} events of the contract`,
        );
        return false;
      }
    }
    this.#looked = { first: window.first, last: this.#looked?.last ?? window.last };
    return true;
  }

  /** Whether everything after the row's ledger was searched and each difference has its cause. */
  #isEnough(): boolean {
    const { differences, synced } = this.#question;
    if (differences.length === 0) return false;
    const isBehind = this.#looked !== null && (synced === null || this.#looked.first <= synced + 1);
    return isBehind && this.#explanations().every(isSettled);
  }

  /** Reads the transactions that may have changed the entry. */
  async #readTransactions(): Promise<void> {
    while (this.#canReadTransactions && this.#ledgersRead.size < MOST_LEDGERS_OF_TRANSACTIONS) {
      const [ledger] = this.#ledgersWanted();
      if (ledger === undefined) return;
      this.#ledgersRead.add(ledger);
      try {
        await this.#readLedger(ledger);
      } catch (error) {
        // The other ledgers would fail in the same way.
        this.#canReadTransactions = false;
        this.#addGap("transactions", error);
      }
    }
  }

  /**
   * Ledgers whose transactions are worth reading, latest first: of the last change, of events after the row's ledger and
   * of events that explain a difference; while one is unexplained, of every change to the stream.
   */
  #ledgersWanted(): number[] {
    const { modified, synced, differences, layout, lastChangeOnly } = this.#question;
    const retained = this.#retained;
    if (retained === null) return [];
    const explanations = this.#explanations();
    const explaining = explanations.flatMap(({ events }) => events.map(({ event }) => event.ledger));
    const isOpen = differences.length === 0 || !explanations.every(isSettled);
    const known = this.#sorted().map(({ ledger }) => ledger);
    const events = isOpen ? known : [...explaining, ...known.filter((ledger) => synced !== null && ledger > synced)];
    const links = isOpen && !lastChangeOnly ? [...this.#links] : [];
    const unread = (ledgers: readonly number[]) =>
      [...new Set(ledgers)]
        .filter((ledger) => ledger >= retained.first && ledger <= retained.last && !this.#ledgersRead.has(ledger))
        .sort((a, b) => b - a);
    const first = [...(modified === null ? [] : [modified]), ...events];
    // All streams in an instance entry change it, so a stream's events find its changes sooner.
    return layout.stream.storage === "instance" ? [...unread(first), ...unread(links)] : unread([...first, ...links]);
  }

  async #readLedger(ledger: number): Promise<void> {
    const { contractId, layout, id } = this.#question;
    const locator = streamLocator(layout, contractId);
    const hashes = new Set([...this.#events.values()].map(({ txHash }) => txHash));
    let seen = 0;
    for await (const page of this.#history.transactions(ledger, this.#read)) {
      seen += page.length;
      for (const tx of page) {
        const { change, previous } = changesIn(tx, locator.ledgerKey(id), locator.innerKey(id), layout);
        if (previous !== null) this.#links.add(previous);
        if (change === null && tx.meta.length > 0) this.#forget(tx.hash);
        else if (change !== null || (tx.hash !== null && hashes.has(tx.hash))) this.#keep(tx, change);
      }
      if (seen > MOST_TRANSACTIONS_READ) {
        this.#gaps.push(
          `ledger ${ledger} has more than ${MOST_TRANSACTIONS_READ} transactions; the rest were not read`,
        );
        return;
      }
    }
  }

  #keep(tx: AppliedTransaction, change: EntryChange | null): void {
    const { hash, ledger, closedAt } = tx;
    this.#transactions.push({ hash, ledger, closedAt, invocation: invocationOf(tx), change });
  }

  #forget(hash: string | null): void {
    if (hash === null) return;
    this.#unrelated.add(hash);
    for (const { id, txHash } of [...this.#events.values()]) if (txHash === hash) this.#events.delete(id);
  }

  #addGap(what: string, error: unknown): void {
    this.#read.signal?.throwIfAborted();
    if (!(error instanceof ReconcileError)) throw error;
    this.#gaps.push(`${what} could not be read: ${error.message}`);
  }

  #sorted(): StreamEvent[] {
    return [...this.#events.values()].sort((a, b) => a.ledger - b.ledger || (a.id < b.id ? -1 : 1));
  }

  #explanations(): Explanation[] {
    const events = this.#sorted();
    const transactions = this.#inOrder();
    return this.#question.differences.map((differing) => explainField(differing, events, transactions));
  }

  /** Oldest first; within a ledger, in the order of application. */
  #inOrder(): StreamTransaction[] {
    return [...this.#transactions].sort((a, b) => a.ledger - b.ledger);
  }

  result(): StreamHistory {
    const left = this.#canReadTransactions ? this.#ledgersWanted().length : 0;
    const unread =
      left === 0
        ? []
        : [
            `transactions of ${this.#ledgersRead.size} ledgers were read, but not of ${left} more with possible changes`,
          ];
    return {
      looked: this.#looked,
      retained: this.#retained,
      events: this.#sorted(),
      transactions: this.#inOrder(),
      explanations: this.#explanations(),
      gaps: [...this.#gaps, ...unread],
    };
  }
}
