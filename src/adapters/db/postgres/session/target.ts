import { ConfigurationError } from "../../../../core/errors.js";
import { chooseTls, TLS_PARAMETERS, type TlsChoice } from "./tls.js";

export const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

/** A parsed and checked connection URL. */
export interface PostgresTarget {
  /** The URL without the settings below; contains the password. */
  readonly connectionString: string;
  readonly tls: TlsChoice;
  readonly connectTimeout_ms: number;
}

/**
 * Parses a `postgres://` URL without connecting.
 * @throws ConfigurationError if it is invalid; the message never repeats the URL.
 */
export async function readPostgresUrl(url: string, connectTimeout_ms?: number): Promise<PostgresTarget> {
  checkUrl(url);
  const queryStart = url.indexOf("?");
  const parameters = new URLSearchParams(queryStart < 0 ? "" : url.slice(queryStart + 1).replace(/#.*$/s, ""));
  const tls = await chooseTls(parameters, process.env);
  const timeout_ms = connectTimeout_ms ?? timeoutOf(parameters.get("connect_timeout"));
  for (const name of [...TLS_PARAMETERS, "connect_timeout"]) parameters.delete(name);
  const base = queryStart < 0 ? url : url.slice(0, queryStart);
  const rest = parameters.toString();
  return { connectionString: rest === "" ? base : `${base}?${rest}`, tls, connectTimeout_ms: timeout_ms };
}

function checkUrl(url: string): void {
  try {
    // The host may come from a parameter instead: postgres://user@/database?host=/run/postgresql
    const { hostname, username, password, pathname } = new URL(url.replace("@/", "@localhost/"));
    for (const part of [username, password, pathname]) decodeURIComponent(part);
    if (!decodeURIComponent(hostname).includes(",")) return;
  } catch {
    // Not passed on: the error contains the URL, and with it the password.
    throw invalidUrl("The database URL cannot be read.", [
      "Characters like @ : / ? # % in the user name or password must be percent-encoded (# is %23).",
    ]);
  }
  throw invalidUrl("The database URL names several hosts.", ["Name only the host to read from."]);
}

/** libpq's parameter, in seconds; 0 means no limit in libpq, but the default here. */
function timeoutOf(seconds: string | null): number {
  if (seconds === null) return DEFAULT_CONNECT_TIMEOUT_MS;
  if (!/^\d{1,5}$/.test(seconds)) {
    throw invalidUrl("connect_timeout in the database URL must be a number of seconds.", ["Write connect_timeout=10."]);
  }
  return Number.parseInt(seconds, 10) * 1000 || DEFAULT_CONNECT_TIMEOUT_MS;
}

function invalidUrl(message: string, hints: readonly string[]): ConfigurationError {
  return new ConfigurationError("database_url_invalid", message, {
    hints: [...hints, "The form is postgres://user:password@host:5432/database?sslmode=require"],
  });
}
