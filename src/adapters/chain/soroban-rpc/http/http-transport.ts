import type { Pool } from "undici";
import type { RpcEndpoint } from "./endpoint.js";
import { exchange, type HttpAnswer, type Reading, TimeIsUp } from "./http-exchange.js";
import { networkFault } from "./network-fault.js";
import { RpcFault } from "./rpc-fault.js";

export interface HttpTransportOptions {
  /** Limits one request, from connecting to the last byte of the body. */
  readonly requestTimeoutMs: number;
  readonly connections: number;
  readonly maxAnswerBytes: number;
}

const LONGEST_CONNECT_MS = 10_000;

/** POSTs to one endpoint over keep-alive connections. Knows HTTP but not JSON-RPC. */
export class HttpTransport {
  readonly #endpoint: RpcEndpoint;
  readonly #options: HttpTransportOptions;
  readonly #headers: Record<string, string>;
  #pool: Promise<Pool> | null = null;

  constructor(endpoint: RpcEndpoint, options: HttpTransportOptions) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.#headers = { "content-type": "application/json", accept: "application/json" };
    if (endpoint.authorization !== null) this.#headers.authorization = endpoint.authorization;
  }

  /**
   * @param read must be synchronous: see `HttpAnswer.body`
   * @throws RpcFault for network failures and timeouts; what `read` throws; the signal's reason if aborted.
   */
  async post<T>(body: string, signal: AbortSignal, read: (answer: HttpAnswer) => T): Promise<T> {
    const reading = await this.#exchange(body, signal, read);
    if ("error" in reading) throw reading.error;
    return reading.value;
  }

  async #exchange<T>(body: string, signal: AbortSignal, read: (answer: HttpAnswer) => T): Promise<Reading<T>> {
    const pool = await this.#open();
    signal.throwIfAborted();
    const { requestTimeoutMs: timeLimitMs, maxAnswerBytes } = this.#options;
    try {
      const request = { path: this.#endpoint.path, headers: this.#headers, body, signal, timeLimitMs };
      return await exchange(pool, request, read);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof TimeIsUp ? timeout(timeLimitMs) : networkFault(error, maxAnswerBytes);
    }
  }

  /** Destroys all sockets: even idle ones would keep the process alive. */
  async close(): Promise<void> {
    await (await this.#pool)?.destroy();
  }

  #open(): Promise<Pool> {
    // Only the pool: loading all of undici takes three times as long, which is noticeable in short runs.
    this.#pool ??= import("undici/lib/dispatcher/pool.js").then(({ default: Pool }) => {
      const { requestTimeoutMs, connections, maxAnswerBytes } = this.#options;
      return new Pool(this.#endpoint.origin, {
        connections,
        // One request per connection at a time: a slow answer must not delay the next one.
        pipelining: 1,
        connect: { timeout: Math.min(requestTimeoutMs, LONGEST_CONNECT_MS) },
        // The time limit of `exchange` covers the whole request, which these two do not.
        headersTimeout: 0,
        bodyTimeout: 0,
        maxResponseSize: maxAnswerBytes,
      });
    });
    return this.#pool;
  }
}

function timeout(milliseconds: number): RpcFault {
  return new RpcFault("rpc_timeout", `no complete answer within ${milliseconds / 1000} s`, {
    transient: true,
    hints: ["The node is overloaded, or the connection is slow: lower --concurrency, or use another RPC endpoint"],
  });
}
