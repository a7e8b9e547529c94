import type { Clock } from "../../../ports/clock.js";
import { parseRpcEndpoint, type RpcEndpoint } from "./http/endpoint.js";
import { httpFault } from "./http/http-fault.js";
import { HttpTransport } from "./http/http-transport.js";
import { RequestSlots } from "./http/request-slots.js";
import { RpcFault } from "./http/rpc-fault.js";
import { jsonRpcRequest, jsonRpcResult } from "./json-rpc.js";
import { LedgerWatermark } from "./ledger-watermark.js";
import { type RetryPolicy, withRetries } from "./retry.js";

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

export interface RpcCall<T> {
  readonly method: string;
  /** JSON text of the parameters, by name. */
  readonly params: string | null;
  /** Reads the result. @throws RpcFault when it is not what the method answers. */
  readonly read: (result: unknown) => T;
  /** Reads the bytes of the answer to request `id` instead, where it is one of the plain ones; else null. */
  readonly readInPlace?: (body: Buffer, id: number) => T | null;
  /** Gets the next slot: for small questions that answers which are already there wait for. */
  readonly isUrgent?: boolean;
  /** The ledger at which the result was read, where the method tells. */
  readonly ledgerOf?: (value: T) => number | null;
}

/** Calls methods of one endpoint: bounded in number, repeated while that may help, never older than what was seen. */
export class RpcCaller {
  readonly #endpoint: RpcEndpoint;
  readonly #transport: HttpTransport;
  readonly #policy: RetryPolicy;
  readonly #slots: RequestSlots;
  readonly #watermark = new LedgerWatermark();
  #lastId = 0;
  #hasAnswered = false;
  #hasFailed = false;
  #leastMs = Number.POSITIVE_INFINITY;

  /**
   * Connects at the first call, not here.
   * @param connections at most @param inFlight calls under way at a time, until `widen`
   * @throws ConfigurationError when the URL cannot be one of a Soroban RPC endpoint
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
    // A call keeps its slot while it waits to try again: a struggling node should get fewer requests, not others.
    return this.#slots.run(answer, signal, call.isUrgent);
  }

  /** The fewest milliseconds that an answer has taken; null where none came, or where the node was in trouble. */
  get latencyMs(): number | null {
    return this.#hasFailed || !this.#hasAnswered ? null : this.#leastMs;
  }

  /** Calls that are under way at a time. */
  get concurrency(): number {
    return this.#slots.slots;
  }

  /** Lets so many calls be under way at a time, if it has been fewer. */
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
    const floor = this.#watermark.floor;
    const value = await this.#transport.post(jsonRpcRequest(id, call.method, call.params), signal, (answer) => {
      if (answer.status < 200 || answer.status > 299) {
        throw this.#sparingTheUser(httpFault(answer, this.#endpoint, this.#policy.clock.now()));
      }
      return (
        call.readInPlace?.(answer.body, id) ?? call.read(jsonRpcResult(answer.text, id, call.method, this.#endpoint))
      );
    });
    const ledger = call.ledgerOf?.(value) ?? null;
    if (ledger !== null) this.#watermark.accept(ledger, floor);
    this.#hasAnswered = true;
    return value;
  }

  /** Credentials that were good a moment ago are no mistake of the configuration: a quota ran out, a key was revoked. */
  #sparingTheUser(fault: RpcFault): RpcFault {
    if (fault.options.credentialsRefused !== true || !this.#hasAnswered) return fault;
    return new RpcFault(fault.code, `${fault.message}, though it had answered before`, {
      ...fault.options,
      credentialsRefused: false,
    });
  }
}
