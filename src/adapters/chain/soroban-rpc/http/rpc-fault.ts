import type { RequestErrorCode } from "../../../../core/codes.js";

export interface RpcFaultOptions {
  /** Whether asking again may help. */
  readonly transient: boolean;
  /** What to do, once it is final. */
  readonly hints?: readonly string[];
  /** The server's own request to wait (Retry-After). */
  readonly retryAfterMs?: number | null;
  /** First wait of the backoff, where the usual one would be too short for the fault to pass. */
  readonly baseWaitMs?: number;
  /** Fewer attempts than usual: a fault that is rarely transient. */
  readonly attemptsAtMost?: number;
  /** The node refused the user's credentials: a configuration error, unless it accepted them before. */
  readonly credentialsRefused?: boolean;
  readonly cause?: unknown;
}

/**
 * One failed attempt at a request. Stays inside the adapter: the retry loop turns the last one into an
 * UnavailableError or a ConfigurationError. The message starts in lower case and holds no secrets.
 */
export class RpcFault extends Error {
  readonly code: RequestErrorCode;
  readonly options: RpcFaultOptions;

  constructor(code: RequestErrorCode, message: string, options: RpcFaultOptions) {
    super(message);
    this.name = "RpcFault";
    this.code = code;
    this.options = options;
  }
}

/** An answer that came and that cannot be what the node meant to say; gateways do this, and do it briefly. */
export function badAnswer(message: string): RpcFault {
  return new RpcFault("rpc_bad_answer", message, {
    transient: true,
    hints: [
      "A gateway or proxy between here and the node may be answering in its place",
      "Check that the URL is a Soroban RPC endpoint, or use another one",
    ],
  });
}
