import type { Clock } from "../../../ports/clock.js";
import { parseRpcEndpoint, type RpcEndpoint } from "./http/endpoint.js";
import { httpFault } from "./http/http-fault.js";
import { HttpTransport } from "./http/http-transport.js";
import { RequestSlots } from "./http/request-slots.js";
import { RpcFault } from "./http/rpc-fault.js";
import { jsonRpcRequest, jsonRpcResult } from "./json-rpc.js";
import { LedgerFloor } from "./ledger-floor.js";
import { type RetryPolicy, withRetries } from "./retry.js";

export interface SorobanRpcOptions {
  /** For waits between attempts and Retry-After dates. */
  readonly clock: Clock;
  /** In [0, 1), for jitter. */
  readonly random: () => number;
  /** Limits one request, including its body. Default 30,000. */
  readonly requestTimeoutMs?: number;
  /** Default 5. */
  readonly maxAttempts?: number;
  /** Maximum number of reads in flight; the others wait. Default null: depends on the node's latency. */
  readonly concurrency?: number | null;
  /** Longer answers are rejected. Default 64 MiB: 200 entries of maximum size stay below it. */
  readonly maxAnswerBytes?: number;
}

export interface RpcCall<T> {
  readonly method: string;
  /** The named parameters, as JSON text. */
  readonly params: string | null;
  /** Reads the result. @throws RpcFault if it is not what the method returns. */
  readonly read: (result: unknown) => T;
  /** Reads the answer to request `id` directly from its bytes, if it is plain; else null. */
  readonly readInPlace?: (body: Buffer, id: number) => T | null;
  /** Gets the next slot: for small requests that finished reads wait for. */
  readonly isUrgent?: boolean;
  /** The ledger at which the result was read, if the method says. */
  readonly ledgerOf?: (value: T) => number | null;
  /** Whether that may be an earlier ledger than was seen before. */
  readonly anyLedger?: boolean;
}

/** Calls an endpoint's methods with limited concurrency and retries, and rejects answers older than any seen before. */
export class RpcCaller {
  readonly #endpoint: RpcEndpoint;
  readonly #transport: HttpTransport;
  readonly #policy: RetryPolicy;
  readonly #slots: RequestSlots;
  readonly #ledgers = new LedgerFloor();
  #lastId = 0;
  #hasAnswered = false;
  #hasFailed = false;
  #leastMs = Number.POSITIVE_INFINITY;

  /**
   * Connects on the first call.
   * @param connections the maximum @param inFlight the maximum number of concurrent calls, until `widen`
   * @throws ConfigurationError if the URL is not valid
   */
  constructor(url: string, options: SorobanRpcOptions, connections = 1, inFlight = connections) {
    const { clock, random, requestTimeoutMs = 30_000, maxAttempts = 5, maxAnswerBytes = 64 * 1024 * 1024 } = options;
    this.#endpoint = parseRpcEndpoint(url);
    this.#transport = new HttpTransport(this.#endpoint, { requestTimeoutMs, connections, maxAnswerBytes });
    this.#policy = { maxAttempts, clock, random };
    this.#slots = new RequestSlots(inFlight);
  }

  /** The only part of the URL that may be shown. */
  get origin(): string {
    return this.#endpoint.origin;
  }

  call<T>(call: RpcCall<T>, signal = new AbortController().signal): Promise<T> {
    const answer = () => withRetries(this.#policy, this.#endpoint.origin, () => this.#attempt(call, signal), signal);
    // A call keeps its slot while it waits to retry: a struggling node should get fewer requests, not different ones.
    return this.#slots.run(answer, signal, call.isUrgent);
  }

  /** The shortest answer time so far; null without an answer, or if the node was in trouble. */
  get latencyMs(): number | null {
    return this.#hasFailed || !this.#hasAnswered ? null : this.#leastMs;
  }

  /** The maximum number of concurrent calls. */
  get concurrency(): number {
    return this.#slots.slots;
  }

  /** Raises the maximum; never lowers it. */
  widen(concurrency: number): void {
    this.#slots.widen(concurrency);
  }

  /** Frees the sockets. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  async #attempt<T>(call: RpcCall<T>, signal: AbortSignal): Promise<T> {
    const startedAt = this.#policy.clock.now();
    try {
      const value = await this.#answer(call, signal);
      this.#leastMs = Math.min(this.#leastMs, this.#policy.clock.now() - startedAt);
      return value;
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }

  async #answer<T>(call: RpcCall<T>, signal: AbortSignal): Promise<T> {
    this.#lastId += 1;
    const id = this.#lastId;
    const floor = call.anyLedger === true ? 0 : this.#ledgers.floor;
    const value = await this.#transport.post(jsonRpcRequest(id, call.method, call.params), signal, (answer) => {
      if (answer.status < 200 || answer.status > 299) {
        throw this.#sparingTheUser(httpFault(answer, this.#endpoint, this.#policy.clock.now()));
      }
      return call.readInPlace?.(answer.body, id) ?? call.read(jsonRpcResult(answer.text, id, call.method));
    });
    const ledger = call.ledgerOf?.(value) ?? null;
    if (ledger !== null) this.#ledgers.accept(ledger, floor);
    this.#hasAnswered = true;
    return value;
  }

  /** Credentials that worked before are not a configuration error: a quota ran out, or a key was revoked. */
  #sparingTheUser(fault: RpcFault): RpcFault {
    if (fault.options.credentialsRefused !== true || !this.#hasAnswered) return fault;
    return new RpcFault(fault.code, `${fault.message}, though it had answered before`, {
      ...fault.options,
      credentialsRefused: false,
    });
  }
}
