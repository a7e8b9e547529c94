import { excerpt, type RpcEndpoint } from "./endpoint.js";
import type { HttpAnswer } from "./http-exchange.js";
import { RpcFault } from "./rpc-fault.js";

const TRANSIENT_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/** Judges an answer whose HTTP status is not 2xx; `nowMs` is what a Retry-After date is counted from. */
export function httpFault(answer: HttpAnswer, endpoint: RpcEndpoint, nowMs: number): RpcFault {
  const { status } = answer;
  const said = excerpt(answer.text, endpoint);
  const message = `it answered HTTP ${status}${said === "" ? "" : `: ${said}`}`;
  if (TRANSIENT_STATUSES.has(status)) {
    const limited = status === 429;
    return new RpcFault(limited ? "rpc_rate_limited" : "rpc_http_error", message, {
      transient: true,
      retryAfterMs: retryAfterMs(answer.headers["retry-after"], nowMs),
      hints: limited
        ? ["Lower --concurrency, or use an RPC endpoint or plan with a higher limit"]
        : ["The node or the gateway before it is in trouble: run again later, or use another RPC endpoint"],
    });
  }
  if (status === 401 || status === 403) {
    return new RpcFault("rpc_credentials_refused", message, {
      transient: false,
      credentialsRefused: true,
      hints: ["Check the API key or the user name and password in the RPC URL, and what they are allowed to do"],
    });
  }
  if (status >= 300 && status < 400) {
    return new RpcFault("rpc_http_error", `it answered HTTP ${status}, a redirect to ${target(answer, endpoint)}`, {
      transient: false,
      hints: ["Redirects are not followed, since the URL may hold a key: configure the address that it leads to"],
    });
  }
  return new RpcFault("rpc_http_error", message, { transient: false, hints: [permanentHint(status)] });
}

function permanentHint(status: number): string {
  if (status === 404 || status === 405) {
    return "Check the URL's path, and that it is a Soroban RPC endpoint: Horizon is another service";
  }
  if (status === 413) return "The gateway takes smaller requests than a Soroban RPC does (512 KiB): raise its limit";
  return "Check that the URL is a Soroban RPC endpoint and that the gateway before it lets JSON-RPC requests through";
}

/** Where a redirect leads, as far as it may be shown. */
function target(answer: HttpAnswer, endpoint: RpcEndpoint): string {
  const location = answer.headers.location;
  const base = endpoint.origin;
  if (typeof location !== "string" || !URL.canParse(location, base)) return "nowhere";
  const { origin } = new URL(location, base);
  return origin === base ? "another path of the same host" : origin;
}

/**
 * Retry-After as milliseconds from now (RFC 9110, 10.2.3): seconds, or an HTTP date. Null when absent or unreadable;
 * a date that has passed means no wait.
 */
export function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | null {
  const value = (Array.isArray(header) ? header[0] : header)?.trim();
  if (value === undefined || value === "") return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
