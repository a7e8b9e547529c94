import type { AppliedTransaction, ChainHistory, LedgerRange } from "../../ports/chain-history.js";
import type { ReadOptions } from "../../ports/on-chain-client.js";
import { ReconcileError } from "../errors.js";
import type { Layout } from "../layout.js";
import { streamLocator } from "../stream-key.js";
import { type Invocation, readInvocation } from "../xdr/invocation.js";
import { XdrError } from "../xdr/xdr-error.js";
import { type EntryChange, entryChange } from "./entry-change.js";
import { type Explanation, explainDifference } from "./explain-difference.js";
import { idTypeOf, readStreamEvent, type StreamEvent } from "./stream-event.js";

/** What is to be explained, of which stream. */
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
  /** Amounts that differ: on-chain minus database. */
  readonly differences: readonly { readonly field: string; readonly difference: bigint }[];
  /** Whether one look at the last change is enough, because nothing is wrong. */
  readonly lastChangeOnly: boolean;
}

/** A transaction that changed the stream, or sent one of its events. */
export interface StreamTransaction {
  readonly hash: string | null;
  readonly ledger: number;
  readonly closedAt: bigint | null;
  /** What was called; null where the envelope does not tell. */
  readonly invocation: Invocation | null;
  /** How it changed the stream's entry; null when it did not. */
  readonly change: EntryChange | null;
}

export interface StreamHistory {
  /** The ledgers whose events were all gone through; null: none. */
  readonly looked: LedgerRange | null;
  /** What the node still knows; null when it could not be asked. */
  readonly retained: LedgerRange | null;
  readonly events: readonly StreamEvent[];
  readonly transactions: readonly StreamTransaction[];
  readonly explanations: readonly Explanation[];
  /** What could not be looked at, and why, one sentence each; empty: everything that was wanted. */
  readonly gaps: readonly string[];
}

/** What a node goes through for one request (stellar-rpc: LedgerScanLimit). */
const WINDOW_LEDGERS = 10_000;
/** Bounds on what a look back may cost. */
const MOST_EVENTS_READ = 50_000;
const MOST_EVENTS_KEPT = 200;
const MOST_LEDGERS_OF_TRANSACTIONS = 8;
const MOST_TRANSACTIONS_READ = 5_000;

/**
 * Looks back from the stream's last change, newest first, until the differences are explained, or the node remembers no
 * more. What fails on the way becomes a gap; what was found before it stays.
 * @throws the signal's reason when aborted
 */
export async function streamHistory(
  history: ChainHistory,
  question: HistoryQuestion,
  read: ReadOptions,
): Promise<StreamHistory> {
  const lookBack = new LookBack(history, question, read);
  await lookBack.events();
  await lookBack.transactions();
  return lookBack.result();
}

class LookBack {
  readonly #history: ChainHistory;
  readonly #question: HistoryQuestion;
  readonly #read: ReadOptions;
  readonly #gaps: string[] = [];
  readonly #events = new Map<string, StreamEvent>();
  readonly #transactions: StreamTransaction[] = [];
  #retained: LedgerRange | null = null;
  #looked: LedgerRange | null = null;
  #eventsRead = 0;

  constructor(history: ChainHistory, question: HistoryQuestion, read: ReadOptions) {
    this.#history = history;
    this.#question = question;
    this.#read = read;
  }

  async events(): Promise<void> {
    try {
      const retained = await this.#history.retained(this.#read);
      this.#retained = retained;
      for (const window of this.#windows(retained)) {
        if (this.#isEnough() || !(await this.#readWindow(window))) return;
      }
    } catch (error) {
      this.#addGap("events", error);
    }
  }

  /** Newest first. A window ends where the row's own ledger is, so that what came after it is looked at alone first. */
  *#windows(retained: LedgerRange): Generator<LedgerRange> {
    const { synced, modified, observed, lastChangeOnly } = this.#question;
    const newest = Math.min(modified ?? observed, retained.last);
    if (newest < retained.first) {
      this.#gaps.push(
        `the stream last changed at ledger ${newest}, before ledger ${retained.first}, the first that the node remembers`,
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

  /** @returns whether there is room for another one */
  async #readWindow(window: LedgerRange): Promise<boolean> {
    const { contractId, layout, id } = this.#question;
    const idType = idTypeOf(layout.stream.key) ?? "u64";
    for await (const page of this.#history.events(contractId, window, this.#read)) {
      this.#eventsRead += page.length;
      for (const event of page) {
        const found = readStreamEvent(event, id, idType);
        if (found !== null) this.#events.set(found.id, found);
      }
      if (this.#eventsRead > MOST_EVENTS_READ || this.#events.size > MOST_EVENTS_KEPT) {
        this.#gaps.push(
          `the look back ended at ledger ${window.first} to ${window.last}, after ${this.#eventsRead} events of the contract`,
        );
        return false;
      }
    }
    this.#looked = { first: window.first, last: this.#looked?.last ?? window.last };
    return true;
  }

  #isEnough(): boolean {
    const { differences } = this.#question;
    if (differences.length === 0) return false;
    return this.#explanations().every(({ kind }) => kind === "missed" || kind === "counted-twice");
  }

  /** What changed the entry is read off the transactions themselves: of the events that explain, and the last change. */
  async transactions(): Promise<void> {
    const done = new Set<number>();
    for (let wanted = this.#ledgersWanted(done); wanted.length > 0; wanted = this.#ledgersWanted(done)) {
      if (done.size === MOST_LEDGERS_OF_TRANSACTIONS) {
        this.#gaps.push(
          `the transactions of ${done.size} ledgers were read, not those of ${wanted.length} more that hold its events`,
        );
        return;
      }
      done.add(wanted[0]!);
      try {
        await this.#readTransactions(wanted[0]!);
      } catch (error) {
        // The other ledgers would only wait for the same failure.
        return this.#addGap("transactions", error);
      }
    }
  }

  /** Where no amount is to be explained, any of its events may be the one that matters. */
  #ledgersWanted(done: ReadonlySet<number>): number[] {
    const { modified, differences } = this.#question;
    const retained = this.#retained;
    if (retained === null) return [];
    const explaining = this.#explanations().flatMap(({ events }) => events.map(({ event }) => event));
    const events = differences.length === 0 ? this.#sorted() : explaining;
    return [...new Set([...(modified === null ? [] : [modified]), ...events.map(({ ledger }) => ledger)])]
      .filter((ledger) => ledger >= retained.first && ledger <= retained.last && !done.has(ledger))
      .sort((a, b) => b - a);
  }

  async #readTransactions(ledger: number): Promise<void> {
    const { contractId, layout, id } = this.#question;
    const locator = streamLocator(layout, contractId);
    const hashes = new Set([...this.#events.values()].map(({ txHash }) => txHash));
    let seen = 0;
    for await (const page of this.#history.transactions(ledger, this.#read)) {
      seen += page.length;
      for (const tx of page) {
        const change = tx.succeeded ? changeOf(tx, locator.ledgerKey(id), locator.innerKey(id), layout) : null;
        if (change === null && (tx.hash === null || !hashes.has(tx.hash))) continue;
        if (change === null && tx.meta.length > 0) {
          this.#forget(tx.hash);
          continue;
        }
        const { hash, closedAt } = tx;
        this.#transactions.push({ hash, ledger, closedAt, invocation: invocationOf(tx), change });
      }
      if (seen > MOST_TRANSACTIONS_READ) {
        this.#gaps.push(`ledger ${ledger} has more than ${MOST_TRANSACTIONS_READ} transactions; the rest was not read`);
        return;
      }
    }
  }

  /** The transaction left the stream alone: its events are about something else that has the same id. */
  #forget(hash: string | null): void {
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
    return this.#question.differences.map(({ field, difference }) => explainDifference(field, difference, events));
  }

  result(): StreamHistory {
    const transactions = [...this.#transactions].sort((a, b) => a.ledger - b.ledger);
    return {
      looked: this.#looked,
      retained: this.#retained,
      events: this.#sorted(),
      transactions,
      explanations: this.#explanations(),
      gaps: this.#gaps,
    };
  }
}

function changeOf(
  tx: AppliedTransaction,
  ledgerKey: Uint8Array,
  innerKey: Uint8Array | null,
  layout: Layout,
): EntryChange | null {
  try {
    return entryChange(tx.meta, ledgerKey, innerKey, layout);
  } catch (error) {
    if (!(error instanceof XdrError)) throw error;
    return { kind: "updated", fields: [] };
  }
}

function invocationOf(tx: AppliedTransaction): Invocation | null {
  try {
    return readInvocation(tx.envelope);
  } catch (error) {
    if (error instanceof XdrError) return null;
    throw error;
  }
}
