import type { Clock } from "../../ports/clock.js";
import type { EntryBatch, OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";
import type { Layout } from "../contract/layout.js";
import { type CountingLayout, counterIn, counterKeys, type KnownNextId, wentBack } from "../contract/next-id.js";
import { type StreamLocator, streamLocator } from "../contract/stream-key.js";
import { StreamsOnChain } from "../contract/stream-on-chain.js";
import { balanceKeys, balancesIn, type TokenBalance } from "../contract/token-balance.js";
import { UnavailableError } from "../errors.js";
import { batchAnswers } from "../look/batch-answers.js";
import { Liabilities } from "../rules/liabilities.js";
import { bytesText } from "../values/byte-text.js";

export interface EscrowOptions {
  readonly chain: OnChainClient;
  readonly clock: Clock;
  readonly layout: Layout;
  readonly contractId: string;
  readonly concurrency: number;
  readonly read: ReadOptions;
  /** The contract's counter as it was known before. */
  readonly counter: KnownNextId;
  /** What was so before this ledger is of no interest. */
  readonly notBefore: number;
}

/** Ids from one up to another, which is not among them. */
export interface Ids {
  readonly from: bigint;
  readonly to: bigint;
}

/** What one request was answered about some streams. */
export interface Answer {
  readonly ledger: number;
  readonly liabilities: Liabilities;
  /** Those of the streams that were so when the balances were read, and the ledger at which that was. */
  readonly settled: Liabilities;
  readonly balancesAt: number;
}

/** The same, together with the counter and the balances. */
export interface AnswerWithBalances extends Answer {
  readonly nextId: bigint;
  readonly balances: ReadonlyMap<string, TokenBalance>;
}

/** Asks for streams, counter and balances of an escrow, and sums up the answers. */
export class EscrowRequests {
  readonly #options: EscrowOptions;
  readonly #layout: CountingLayout;
  readonly #tokens: readonly string[];
  readonly #locator: StreamLocator;
  readonly #records: StreamsOnChain;
  readonly #read: ReadOptions;
  readonly #counting: readonly Uint8Array[];

  /** @param tokens few enough for one request that has room for a stream, too */
  constructor(tokens: readonly string[], options: EscrowOptions) {
    const { layout, contractId } = options;
    if (layout.nextId === undefined) throw new TypeError(`layout ${layout.name} does not count its streams`);
    this.#layout = { ...layout, nextId: layout.nextId };
    this.#options = options;
    this.#tokens = tokens;
    this.#locator = streamLocator(layout, contractId);
    this.#records = new StreamsOnChain(layout, this.#locator);
    this.#counting = counterKeys(this.#layout, contractId);
    // A node that is behind is asked again by the caller, without the waits of other reads.
    this.#read = { ...options.read, anyLedger: true };
  }

  /** How many streams a request has room for beside counter and balances; null: for all of them, in one entry. */
  get room(): bigint | null {
    if (this.#locator.sharesOneEntry) return null;
    const others = this.#counting.length + 2 * this.#tokens.length;
    return BigInt(Math.max(1, this.#options.chain.maxKeysPerRead - others));
  }

  get greatestId(): bigint {
    return this.#locator.greatestId;
  }

  /** @throws UnavailableError when the chain, or the counter, cannot be read */
  async readWithBalances(wanted: Ids): Promise<AnswerWithBalances> {
    const ids = idsOf(wanted);
    const streams = (this.#locator.sharesOneEntry ? ids.slice(0, 1) : ids).map((id) => this.#locator.ledgerKey(id));
    const balanceOf = this.#tokens.flatMap((token) => balanceKeys(token, this.#options.contractId));
    const batch = await this.#readOnce([...this.#counting, ...streams, ...balanceOf]);
    const { ledger, entries } = batch;
    const nextId = this.#nextIdIn(batch);
    const others = entries.slice(this.#counting.length);
    const balances = balancesIn({ ledger, entries: others.slice(streams.length) }, this.#tokens);
    // Entries beyond the counter are a finding of their own, and nothing that the contract would pay.
    const counted = ids.filter((id) => id < nextId);
    const answer = this.#answer(counted, { ledger, entries: others }, ledger);
    // The counter only changes with a stream, which tells when.
    for (const { modified } of balances.values()) answer.liabilities.changedAt(modified);
    return { ...answer, nextId, balances };
  }

  /**
   * Reads parts of the streams, several at a time.
   * @throws UnavailableError when the chain cannot be read
   */
  async *readParts<Part extends Ids>(parts: readonly Part[], balancesAt: number) {
    const { chain, concurrency } = this.#options;
    const locator = this.#locator;
    async function* requests() {
      for (const part of parts) yield { part, keys: idsOf(part).map((id) => locator.ledgerKey(id)) };
    }
    for await (const { batch, answer } of batchAnswers(requests(), chain, concurrency, this.#read)) {
      if (answer.kind === "failed") throw answer.error;
      const { part } = batch;
      if (answer.kind === "read") yield { part, answer: this.#answer(idsOf(part), answer, balancesAt) };
    }
  }

  #nextIdIn(batch: EntryBatch): bigint {
    const counter = counterIn(batch, this.#layout, this.#options.contractId);
    if (counter.kind !== "known") throw new UnavailableError("next_id_unknown", counter.message);
    const fault = counter.absence ?? wentBack(this.#options.counter, counter);
    if (fault !== null) throw new UnavailableError("next_id_unknown", fault);
    return counter.nextId;
  }

  /** A stream may name its own escrow as the token; no key goes into a request twice. */
  async #readOnce(wanted: readonly Uint8Array[]): Promise<EntryBatch> {
    const indexOf = new Map<string, number>();
    const keys: Uint8Array[] = [];
    for (const key of wanted) {
      const text = bytesText(key);
      if (!indexOf.has(text)) indexOf.set(text, keys.push(key) - 1);
    }
    const { ledger, entries } = await this.#options.chain.readEntries(keys, this.#read);
    return { ledger, entries: wanted.map((key) => entries[indexOf.get(bytesText(key))!]!) };
  }

  #answer(ids: readonly bigint[], { ledger, entries }: EntryBatch, balancesAt: number): Answer {
    const liabilities = new Liabilities(this.#layout);
    const settled = new Liabilities(this.#layout);
    ids.forEach((id, i) => {
      const record = this.#records.find(id, entries[this.#locator.sharesOneEntry ? 0 : i]!);
      if (record.kind === "stream") {
        liabilities.add(record.stream, record.modified);
        if (record.modified <= balancesAt && balancesAt <= ledger) settled.add(record.stream, record.modified);
      } else if (record.kind === "fault") liabilities.isComplete = false;
      // Since when it is not there, no entry tells.
      else liabilities.changedAt(ledger);
    });
    return { ledger, liabilities, settled, balancesAt };
  }
}

const idsOf = ({ from, to }: Ids): bigint[] =>
  from < to ? Array.from({ length: Number(to - from) }, (_, i) => from + BigInt(i)) : [];
