import { excerpt, type RpcEndpoint } from "./endpoint.js";
import type { HttpAnswer } from "./http-exchange.js";
import { RpcFault } from "./rpc-fault.js";

const TRANSIENT_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/** Classifies an answer whose HTTP status is not 2xx. @param nowMs for Retry-After dates */
export function httpFault(answer: HttpAnswer, endpoint: RpcEndpoint, nowMs: number): RpcFault {
  const { status } = answer;
  const said = excerpt(answer.text);
  const message = `it answered HTTP ${status}${said === "" ? "" : `: ${said}`}`;
  if (TRANSIENT_STATUSES.has(status)) {
    const limited = status === 429;
    return new RpcFault(limited ? "rpc_rate_limited" : "rpc_http_error", message, {
      transient: true,
      retryAfterMs: retryAfterMs(answer.headers["retry-after"], nowMs),
      hints: limited
        ? ["Lower --concurrency, or use an RPC endpoint or plan with a higher limit"]
        : ["The node or its gateway is in trouble: run again later, or use another RPC endpoint"],
    });
  }
  if (status === 401 || status === 403) {
    return new RpcFault("rpc_credentials_refused", message, {
      transient: false,
      credentialsRefused: true,
      hints: ["Check the API key, or the user name and password, in the RPC URL, and their permissions"],
    });
  }
  if (status >= 300 && status < 400) {
    return new RpcFault("rpc_http_error", `it answered HTTP ${status}, a redirect to ${target(answer, endpoint)}`, {
      transient: false,
      hints: ["Redirects are not followed because the URL may contain a key: configure the target address"],
    });
  }
  return new RpcFault("rpc_http_error", message, { transient: false, hints: [permanentHint(status)] });
}

function permanentHint(status: number): string {
  if (status === 404 || status === 405) {
    return "Check the URL's path, and that it is a Soroban RPC endpoint: Horizon is a different service";
  }
  if (status === 413) return "The gateway's request limit is below that of a Soroban RPC (512 KiB): raise it";
  return "Check that the URL is a Soroban RPC endpoint and that its gateway lets JSON-RPC requests through";
}

/** A redirect's target, as far as it may be shown. */
function target(answer: HttpAnswer, endpoint: RpcEndpoint): string {
  const location = answer.headers.location;
  const base = endpoint.origin;
  if (typeof location !== "string" || !URL.canParse(location, base)) return "nowhere";
  const { origin } = new URL(location, base);
  return origin === base ? "another path of the same host" : origin;
}

/**
 * Parses Retry-After (RFC 9110, 10.2.3), given in seconds or as an HTTP date, to milliseconds from now. Null if absent
 * or invalid; 0 for a date in the past.
 */
export function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | null {
  const value = (Array.isArray(header) ? header[0] : header)?.trim();
  if (value === undefined || value === "") return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
