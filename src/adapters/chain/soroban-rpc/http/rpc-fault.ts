import type { RequestErrorCode } from "../../../../core/codes.js";

export interface RpcFaultOptions {
  /** Whether a retry may help. */
  readonly transient: boolean;
  /** What the user can do, if it is final. */
  readonly hints?: readonly string[];
  /** How long the server asks to wait (Retry-After). */
  readonly retryAfterMs?: number | null;
  /** The backoff's first wait, if the usual one is too short for the fault to pass. */
  readonly baseWaitMs?: number;
  /** Lowers the number of attempts, for faults that are rarely transient. */
  readonly attemptsAtMost?: number;
  /** The node rejected the credentials: a configuration error, unless it accepted them before. */
  readonly credentialsRefused?: boolean;
  readonly cause?: unknown;
}

/**
 * One failed attempt at a request. Never leaves the adapter: the retry loop turns the last one into an
 * UnavailableError or a ConfigurationError. The message starts in lower case.
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

/** An answer that cannot be the node's own; gateways cause this, usually briefly. */
export function badAnswer(message: string): RpcFault {
  return new RpcFault("rpc_bad_answer", message, {
    transient: true,
    hints: [
      "A gateway or proxy between here and the node may be answering in its place",
      "Check that the URL is a Soroban RPC endpoint, or use another one",
    ],
  });
}
