import { UnavailableError } from "../../../core/errors.js";
import type { AppliedTransaction, ChainHistory, ContractEvent, LedgerRange } from "../../../ports/chain-history.js";
import type { ReadOptions } from "../../../ports/on-chain-client.js";
import {
  type EventsPage,
  readEvents,
  readOldestLedger,
  readTransactions,
  type TransactionsPage,
} from "./answers/history-answers.js";
import { RpcCaller, type SorobanRpcOptions } from "./rpc-caller.js";

/** How many ledgers a node scans per request, if its answer does not say (stellar-rpc: LedgerScanLimit). */
const SCANNED_AT_ONCE = 10_000;
/** A node that makes no progress must not keep us forever. */
const MOST_PAGES = 500;

/**
 * The history that a Soroban RPC endpoint keeps: getEvents and getTransactions, over its own connections.
 * @throws ConfigurationError if the URL is not valid.
 */
export function openRpcHistory(url: string, options: SorobanRpcOptions): ChainHistory {
  return new RpcHistory(new RpcCaller(url, options));
}

class RpcHistory implements ChainHistory {
  readonly #caller: RpcCaller;
  /** Items per page. By default, nodes allow 10,000 and 200; a node that allows fewer says how many. */
  readonly #limits = { getEvents: 1_000, getTransactions: 50 };

  constructor(caller: RpcCaller) {
    this.#caller = caller;
  }

  async retained(options: ReadOptions = {}): Promise<LedgerRange> {
    const { oldest, latest } = await this.#call("getHealth", null, readOldestLedger, options);
    if (oldest !== null && latest !== null) return { first: oldest, last: latest };
    // Old nodes only reveal the range in the error for ledgers that they have dropped.
    try {
      const request = { startLedger: 1, filters: [], pagination: { limit: 1 } };
      return { first: 1, last: (await this.#call("getEvents", request, readEvents, options)).latestLedger };
    } catch (error) {
      const range = error instanceof UnavailableError ? /range: (\d+) - (\d+)/.exec(error.message) : null;
      if (range !== null) return { first: Number(range[1]), last: Number(range[2]) };
      throw error;
    }
  }

  async *events(
    contractId: string,
    { first, last }: LedgerRange,
    options: ReadOptions = {},
  ): AsyncGenerator<readonly ContractEvent[]> {
    const filters = [{ type: "contract", contractIds: [contractId] }];
    let startLedger = first;
    let cursor: string | null = null;
    for (let pages = 0; startLedger <= last; pages++) {
      if (pages === MOST_PAGES) throw incomplete(`the node sent ${MOST_PAGES} pages of events without an end`);
      const from: object = cursor === null ? { startLedger, endLedger: last + 1 } : {};
      const page: EventsPage = await this.#page(
        "getEvents",
        (limit) => ({ ...from, filters, pagination: { limit, ...(cursor === null ? {} : { cursor }) } }),
        readEvents,
        options,
      );
      // A request with a cursor cannot name a last ledger.
      yield page.events.filter(({ ledger }) => ledger <= last);
      if (page.events.length >= this.#limits.getEvents) {
        if (page.cursor === null || page.cursor === cursor) throw incomplete("the node does not say where it stopped");
        cursor = page.cursor;
        startLedger = page.events.at(-1)!.ledger;
      } else {
        const scanned = scannedTo(page, startLedger);
        if (scanned < last && scanned >= page.latestLedger) {
          throw incomplete(`the node only knows the events up to ledger ${scanned}, not up to ${last}`);
        }
        startLedger = scanned + 1;
        cursor = null;
      }
    }
  }

  async *transactions(ledger: number, options: ReadOptions = {}): AsyncGenerator<readonly AppliedTransaction[]> {
    let cursor: string | null = null;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page: TransactionsPage = await this.#page(
        "getTransactions",
        (limit) =>
          cursor === null ? { startLedger: ledger, pagination: { limit } } : { pagination: { limit, cursor } },
        readTransactions,
        options,
      );
      yield page.transactions.filter((tx) => tx.ledger === ledger);
      const isBeyond = page.transactions.some((tx) => tx.ledger > ledger);
      if (isBeyond || page.transactions.length < this.#limits.getTransactions) return;
      if (page.cursor === null || page.cursor === cursor) throw incomplete("the node does not say where it stopped");
      cursor = page.cursor;
    }
    throw incomplete(`the node sent ${MOST_PAGES} pages of transactions without an end`);
  }

  close(): Promise<void> {
    return this.#caller.close();
  }

  /** Reads one page; if our limit is too high for this node, it is lowered to the node's own. */
  async #page<T>(
    method: "getEvents" | "getTransactions",
    params: (limit: number) => object,
    read: (result: unknown) => T,
    options: ReadOptions,
  ): Promise<T> {
    try {
      return await this.#call(method, params(this.#limits[method]), read, options);
    } catch (error) {
      const match = error instanceof UnavailableError ? /limit must not exceed (\d+)/.exec(error.message) : null;
      const allowed = Number(match?.[1] ?? 0);
      if (allowed === 0 || allowed >= this.#limits[method]) throw error;
      this.#limits[method] = allowed;
      return this.#call(method, params(allowed), read, options);
    }
  }

  #call<T>(method: string, params: object | null, read: (result: unknown) => T, options: ReadOptions): Promise<T> {
    const text = params === null ? null : JSON.stringify(params);
    return this.#caller.call({ method, params: text, read }, options.signal);
  }
}

/** The last ledger that an incomplete page covers, from its cursor, which marks the end of the search. */
function scannedTo({ cursor, latestLedger, events }: EventsPage, startLedger: number): number {
  const usual = Math.min(startLedger + SCANNED_AT_ONCE - 1, latestLedger);
  const position = /^(\d{1,19})-\d+$/.exec(cursor ?? "")?.[1];
  if (position === undefined || events.some(({ id }) => id === cursor)) return usual;
  // The upper half of the first number is the ledger (SEP-35).
  const ledger = Number(BigInt(position) >> 32n);
  return ledger >= startLedger && ledger <= latestLedger ? ledger : usual;
}

function incomplete(message: string): UnavailableError {
  return new UnavailableError("history_incomplete", message);
}
