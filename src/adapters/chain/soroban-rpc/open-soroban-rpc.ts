import { createHash } from "node:crypto";
import { setImmediate as yieldToEvents } from "node:timers/promises";
import { UnavailableError } from "../../../core/errors.js";
import type {
  ChainDescription,
  EntryBatch,
  LedgerHead,
  OnChainClient,
  ReadOptions,
} from "../../../ports/on-chain-client.js";
import { readEntriesInPlace } from "./answers/entries-in-place.js";
import { keyedRequest, MAX_KEYS_PER_READ, readLedgerEntries } from "./answers/ledger-entries.js";
import { readHealth, readLatestLedger, readNetwork } from "./answers/network-answers.js";
import { FEWEST_IN_FLIGHT, MOST_IN_FLIGHT, requestsInFlight } from "./concurrency.js";
import { RpcCaller, type SorobanRpcOptions } from "./rpc-caller.js";

/**
 * Opens a Soroban RPC endpoint, `http(s)://[user:password@]host[:port][/path][?query]`. Connects on the first request.
 * @throws ConfigurationError if the URL is not valid.
 */
export function openSorobanRpc(url: string, options: SorobanRpcOptions): OnChainClient {
  return new SorobanRpcClient(url, options);
}

/**
 * How many reads are worth starting: a few more than are in flight, so that no slot is ever empty; but with a
 * concurrency of 1, strictly one after the other.
 */
const readsFor = (inFlight: number): number => (inFlight === 1 ? 1 : inFlight + 2);

class SorobanRpcClient implements OnChainClient {
  readonly maxKeysPerRead = MAX_KEYS_PER_READ;
  readonly #caller: RpcCaller;
  /** Whether the concurrency depends on the node's latency. */
  readonly #isTuned: boolean;
  readonly #closing = new AbortController();
  /** A caller's signal combined with that of close(): all reads of a run share one signal. */
  readonly #signals = new WeakMap<AbortSignal, AbortSignal>();

  constructor(url: string, options: SorobanRpcOptions) {
    const { concurrency = null } = options;
    this.#isTuned = concurrency === null;
    this.#caller = new RpcCaller(url, options, concurrency ?? MOST_IN_FLIGHT, concurrency ?? FEWEST_IN_FLIGHT);
  }

  async describe(options: ReadOptions = {}): Promise<ChainDescription> {
    const signal = this.#signalFor(options);
    // Health comes first: nothing else that an unhealthy node says can be trusted.
    const { ledger: latestLedger, closeTime } = await this.#head(signal);
    const passphrase = await this.#caller.call({ method: "getNetwork", params: null, read: readNetwork }, signal);
    const networkId = createHash("sha256").update(passphrase).digest("hex");
    const { latencyMs } = this.#caller;
    if (this.#isTuned && latencyMs !== null) this.#caller.widen(requestsInFlight(latencyMs));
    const readsAtATime = readsFor(this.#caller.concurrency);
    return { passphrase, networkId, latestLedger, closeTime, isStatic: false, readsAtATime };
  }

  async latestLedger(options: ReadOptions = {}): Promise<LedgerHead> {
    return this.#head(this.#signalFor(options));
  }

  /** From getHealth, which also says whether to trust the node; for old versions, from getLatestLedger. */
  async #head(signal: AbortSignal): Promise<LedgerHead> {
    const ledgerOf = (head: LedgerHead | null) => head?.ledger ?? null;
    const question = { params: null, ledgerOf, isUrgent: true };
    const health = await this.#caller.call({ ...question, method: "getHealth", read: readHealth }, signal);
    if (health !== null && health.closeTime !== null) return health;
    return this.#caller.call({ ...question, method: "getLatestLedger", read: readLatestLedger }, signal);
  }

  async readEntries(keys: readonly Uint8Array[], options: ReadOptions = {}): Promise<EntryBatch> {
    const signal = this.#signalFor(options);
    const request = keyedRequest(keys);
    const read = (result: unknown) => readLedgerEntries(result, request);
    const readInPlace = (body: Buffer, id: number) => readEntriesInPlace(body, id, request);
    const ledgerOf = (batch: EntryBatch) => batch.ledger;
    const { params } = request;
    const { anyLedger = false } = options;
    const call = { method: "getLedgerEntries", params, read, readInPlace, ledgerOf, anyLedger };
    const batch = await this.#caller.call(call, signal);
    // Let other answers that have arrived, and their follow-up requests, go ahead of processing this one.
    await yieldToEvents();
    return batch;
  }

  /** Aborts running requests and frees the sockets. */
  async close(): Promise<void> {
    const { origin } = this.#caller;
    this.#closing.abort(new UnavailableError("rpc_closed", `Soroban RPC ${origin}: closed during a read`));
    await this.#caller.close();
  }

  #signalFor({ signal }: ReadOptions): AbortSignal {
    const closing = this.#closing.signal;
    if (closing.aborted) throw new Error("the Soroban RPC client was used after close()");
    signal?.throwIfAborted();
    const known = signal === undefined ? closing : this.#signals.get(signal);
    if (known !== undefined) return known;
    const both = AbortSignal.any([signal!, closing]);
    this.#signals.set(signal!, both);
    return both;
  }
}
