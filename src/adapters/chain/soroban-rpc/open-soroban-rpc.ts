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
import { FEWEST_IN_FLIGHT, MOST_IN_FLIGHT, requestsInFlight } from "./concurrency.js";
import { readEntriesInPlace } from "./entries-in-place.js";
import { keyedRequest, MAX_KEYS_PER_READ, readLedgerEntries } from "./ledger-entries.js";
import { readHealth, readLatestLedger, readNetwork } from "./network-answers.js";
import { RpcCaller, type SorobanRpcOptions } from "./rpc-caller.js";

/**
 * The OnChainClient of a Soroban RPC endpoint, `http(s)://[user:password@]host[:port][/path][?query]`.
 * Connects at the first request, not here.
 * @throws ConfigurationError when the URL cannot be one.
 */
export function openSorobanRpc(url: string, options: SorobanRpcOptions): OnChainClient {
  return new SorobanRpcClient(url, options);
}

/**
 * Reads that are worth asking for: a few more than are in flight wait to be sent, so that no slot is ever empty. Whoever
 * wants one at a time gets one after the other is done with.
 */
const readsFor = (inFlight: number): number => (inFlight === 1 ? 1 : inFlight + 2);

class SorobanRpcClient implements OnChainClient {
  readonly maxKeysPerRead = MAX_KEYS_PER_READ;
  readonly #caller: RpcCaller;
  /** Whether the requests in flight depend on the node's distance. */
  readonly #isTuned: boolean;
  readonly #closing = new AbortController();
  /** For each signal of a caller, one for that and for close(): a run's reads all come with the same. */
  readonly #signals = new WeakMap<AbortSignal, AbortSignal>();

  constructor(url: string, options: SorobanRpcOptions) {
    const { concurrency = null } = options;
    this.#isTuned = concurrency === null;
    this.#caller = new RpcCaller(url, options, concurrency ?? MOST_IN_FLIGHT, concurrency ?? FEWEST_IN_FLIGHT);
  }

  async describe(options: ReadOptions = {}): Promise<ChainDescription> {
    const signal = this.#signalFor(options);
    // Health comes first: what an unhealthy node says about the rest is worth nothing.
    const { ledger: latestLedger } = await this.#head(signal);
    const passphrase = await this.#caller.call({ method: "getNetwork", params: null, read: readNetwork }, signal);
    const networkId = createHash("sha256").update(passphrase).digest("hex");
    const { latencyMs } = this.#caller;
    if (this.#isTuned && latencyMs !== null) this.#caller.widen(requestsInFlight(latencyMs));
    return { passphrase, networkId, latestLedger, isStatic: false, readsAtATime: readsFor(this.#caller.concurrency) };
  }

  async latestLedger(options: ReadOptions = {}): Promise<LedgerHead> {
    return this.#head(this.#signalFor(options));
  }

  /** From getHealth, which also says whether to believe it; what old versions leave out there, from getLatestLedger. */
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
    const call = { method: "getLedgerEntries", params, read, readInPlace, ledgerOf };
    const batch = await this.#caller.call(call, signal);
    // Other answers that have come, and the requests that follow them, go before what is done with this one.
    await yieldToEvents();
    return batch;
  }

  /** Ends what is under way and frees the sockets. */
  async close(): Promise<void> {
    this.#closing.abort(
      new UnavailableError("rpc_closed", `Soroban RPC ${this.#caller.origin}: closed while a read was under way`),
    );
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
