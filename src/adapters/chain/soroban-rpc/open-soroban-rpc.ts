import { createHash } from "node:crypto";
import { setImmediate as yieldToEvents } from "node:timers/promises";
import { UnavailableError } from "../../../core/errors.js";
import type { Clock } from "../../../ports/clock.js";
import type {
  ChainDescription,
  EntryBatch,
  LedgerHead,
  OnChainClient,
  ReadOptions,
} from "../../../ports/on-chain-client.js";
import { FEWEST_IN_FLIGHT, MOST_IN_FLIGHT, requestsInFlight } from "./concurrency.js";
import { readEntriesInPlace } from "./entries-in-place.js";
import { parseRpcEndpoint, type RpcEndpoint } from "./http/endpoint.js";
import { HttpTransport } from "./http/http-transport.js";
import { keyedRequest, MAX_KEYS_PER_READ, readLedgerEntries } from "./ledger-entries.js";
import { readHealth, readLatestLedger, readNetwork } from "./network-answers.js";
import { RpcCaller } from "./rpc-caller.js";

export interface SorobanRpcOptions {
  /** Waits between attempts, and Retry-After dates. */
  readonly clock: Clock;
  /** In [0, 1), for the jitter of those waits. */
  readonly random: () => number;
  /** Limit on one request, body included. Default 30 000. */
  readonly requestTimeoutMs?: number;
  /** Default 5. */
  readonly maxAttempts?: number;
  /** Reads in flight at most; the others wait inside. null, the default: as many as the node's distance asks for. */
  readonly concurrency?: number | null;
  /** A longer answer is refused. Default 64 MiB: 200 entries at their largest stay below it. */
  readonly maxAnswerBytes?: number;
}

/**
 * The OnChainClient of a Soroban RPC endpoint, `http(s)://[user:password@]host[:port][/path][?query]`.
 * Connects at the first request, not here.
 * @throws ConfigurationError when the URL cannot be one.
 */
export function openSorobanRpc(url: string, options: SorobanRpcOptions): OnChainClient {
  return new SorobanRpcClient(parseRpcEndpoint(url), options);
}

/**
 * Reads that are worth asking for: a few more than are in flight wait to be sent, so that no slot is ever empty. Whoever
 * wants one at a time gets one after the other is done with.
 */
const readsFor = (inFlight: number): number => (inFlight === 1 ? 1 : inFlight + 2);

class SorobanRpcClient implements OnChainClient {
  readonly maxKeysPerRead = MAX_KEYS_PER_READ;
  readonly #origin: string;
  readonly #transport: HttpTransport;
  readonly #caller: RpcCaller;
  /** Whether the requests in flight depend on the node's distance. */
  readonly #isTuned: boolean;
  readonly #closing = new AbortController();
  /** For each signal of a caller, one for that and for close(): a run's reads all come with the same. */
  readonly #signals = new WeakMap<AbortSignal, AbortSignal>();

  constructor(endpoint: RpcEndpoint, options: SorobanRpcOptions) {
    const { clock, random, requestTimeoutMs = 30_000, maxAttempts = 5, concurrency = null } = options;
    const { maxAnswerBytes = 64 * 1024 * 1024 } = options;
    this.#origin = endpoint.origin;
    this.#isTuned = concurrency === null;
    const connections = concurrency ?? MOST_IN_FLIGHT;
    this.#transport = new HttpTransport(endpoint, { requestTimeoutMs, connections, maxAnswerBytes });
    const policy = { maxAttempts, clock, random };
    this.#caller = new RpcCaller(endpoint, this.#transport, policy, concurrency ?? FEWEST_IN_FLIGHT);
  }

  async describe(options: ReadOptions = {}): Promise<ChainDescription> {
    const signal = this.#signalFor(options);
    // Health comes first: what an unhealthy node says about the rest is worth nothing.
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
      new UnavailableError("rpc_closed", `Soroban RPC ${this.#origin}: closed while a read was under way`),
    );
    await this.#transport.close();
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
