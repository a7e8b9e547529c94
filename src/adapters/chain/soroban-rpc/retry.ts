import { ConfigurationError, type ReconcileError, UnavailableError } from "../../../core/errors.js";
import type { Clock } from "../../../ports/clock.js";
import { RpcFault } from "./http/rpc-fault.js";

export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly clock: Clock;
  /** In [0, 1): spreads the retries of many clients. */
  readonly random: () => number;
}

const BASE_WAIT_MS = 250;
const LONGEST_BACKOFF_MS = 10_000;
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * Retries while an attempt fails with a transient RpcFault, with exponential backoff and full jitter.
 * @throws UnavailableError or ConfigurationError with the last fault, once retrying is pointless.
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  origin: string,
  attempt: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const startedAt = policy.clock.now();
  const seen = new Set<string>();
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof RpcFault)) throw error;
      seen.add(error.message);
      const mayRetry = error.options.transient && attempts < attemptsAllowed(policy, error);
      if (!mayRetry || asksTooMuch(error)) {
        throw finalError(error, origin, attempts, policy.clock.now() - startedAt, [...seen]);
      }
      await policy.clock.sleep(waitMs(error, attempts, policy.random), signal);
    }
  }
}

function attemptsAllowed(policy: RetryPolicy, fault: RpcFault): number {
  return Math.min(policy.maxAttempts, fault.options.attemptsAtMost ?? policy.maxAttempts);
}

function asksTooMuch(fault: RpcFault): boolean {
  return (fault.options.retryAfterMs ?? 0) > LONGEST_RETRY_AFTER_MS;
}

/** Waits at least as long as the server asks; the added jitter keeps clients from returning all at once. */
function waitMs(fault: RpcFault, attempts: number, random: () => number): number {
  const base = fault.options.baseWaitMs ?? BASE_WAIT_MS;
  const backoff = Math.min(LONGEST_BACKOFF_MS, base * 2 ** (attempts - 1));
  return Math.round((fault.options.retryAfterMs ?? 0) + random() * backoff);
}

function finalError(
  fault: RpcFault,
  origin: string,
  attempts: number,
  elapsedMs: number,
  seen: readonly string[],
): ReconcileError {
  const tooLong = asksTooMuch(fault)
    ? `, and asks to wait ${Math.round((fault.options.retryAfterMs ?? 0) / 1000)} s (limit: ${LONGEST_RETRY_AFTER_MS / 1000} s)`
    : "";
  const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  const message = `Soroban RPC ${origin}: ${fault.message}${tooLong} (${tries} in ${(elapsedMs / 1000).toFixed(1)} s)`;
  const more = {
    // The message has the last fault; an earlier, different one is often the real cause.
    details: seen
      .filter((text) => text !== fault.message)
      .map((text) => `an earlier attempt failed differently: ${text}`),
    hints: fault.options.hints ?? [],
    cause: fault.options.cause,
  };
  return fault.options.credentialsRefused === true
    ? new ConfigurationError(fault.code, message, more)
    : new UnavailableError(fault.code, message, more);
}
