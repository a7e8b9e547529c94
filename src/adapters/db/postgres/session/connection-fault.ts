import { ConfigurationError, UnavailableError } from "../../../../core/errors.js";
import { faultCode, faultMessage, isExpected } from "../../fault.js";
import type { PostgresTarget } from "./target.js";

const RETRY = "Nothing was read; run again when the server can be reached.";

/** Translates a failed connection for the user. Aborts and translated errors pass through. */
export function connectionFault(
  fault: unknown,
  place: string,
  target: PostgresTarget,
  signal: AbortSignal | undefined,
): unknown {
  if (signal?.aborted) return signal.reason;
  if (isExpected(fault)) return fault;
  const code = faultCode(fault) ?? "";
  const message = faultMessage(fault);
  const more = (hints: readonly string[]) => ({ details: [`${place}: ${message}`], hints, cause: fault });

  if (code === "28P01" || message.startsWith("SASL:")) {
    return new ConfigurationError(
      "database_credentials",
      `PostgreSQL at ${place} does not accept the user name or password.`,
      more([
        "Correct the user and password in the database URL (or in PGPASSWORD).",
        "Percent-encode special characters.",
      ]),
    );
  }
  if (code === "28000") {
    return new ConfigurationError(
      "database_credentials",
      `PostgreSQL at ${place} does not let this user connect.`,
      more([
        "Check that the role exists and may log in, and that pg_hba.conf admits it from here (with or without TLS).",
      ]),
    );
  }
  if (code === "3D000") {
    return new ConfigurationError(
      "database_not_found",
      `PostgreSQL at ${place} has no such database.`,
      more(["Correct the database name, the part of the database URL after the last slash."]),
    );
  }
  if (code === "42501") {
    return new ConfigurationError(
      "database_permission",
      `PostgreSQL at ${place} does not let this user connect to the database.`,
      more(["As the database's owner: GRANT CONNECT ON DATABASE … TO …"]),
    );
  }
  if (message === "The server does not support SSL connections") {
    return new ConfigurationError(
      "database_tls",
      `PostgreSQL at ${place} does not support TLS, which the database URL requires.`,
      more(["Enable TLS on the server, or use sslmode=disable on a trusted network."]),
    );
  }
  if (TLS_CODES.test(code)) {
    return new ConfigurationError(
      "database_tls",
      `The certificate of PostgreSQL at ${place} is not trusted.`,
      more([
        "Name the CA certificate in the database URL: sslmode=verify-full&sslrootcert=<file>.",
        "Connect to the host name that the certificate was issued for.",
      ]),
    );
  }
  return new UnavailableError("database_unreachable", unreachable(code, message, place, target), more(advice(code)));
}

const TLS_CODES =
  /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_(UNTRUSTED|SIGNATURE|REJECTED|NOT_YET|HAS_EXPIRED)|ALTNAME|INVALID_CA/;

function unreachable(code: string, message: string, place: string, target: PostgresTarget): string {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `The host of PostgreSQL at ${place} cannot be resolved.`;
  if (code === "ECONNREFUSED") return `Nothing answers at ${place}, where PostgreSQL should be.`;
  if (message === "timeout expired") {
    return `PostgreSQL at ${place} did not answer within ${target.connectTimeout_ms / 1000} seconds.`;
  }
  if (/^53/.test(code)) return `PostgreSQL at ${place} accepts no more connections.`;
  if (code === "57P03") return `PostgreSQL at ${place} is starting up or shutting down.`;
  if (/SSL|TLS/.test(code)) return `The TLS handshake with PostgreSQL at ${place} failed.`;
  return `Cannot connect to PostgreSQL at ${place}.`;
}

function advice(code: string): readonly string[] {
  if (code === "ENOTFOUND") return ["Check the host name in the database URL.", RETRY];
  if (code === "ECONNREFUSED")
    return ["Check host and port in the database URL, and that the server is running.", RETRY];
  if (/^53/.test(code)) return ["Free connections, or raise max_connections or the role's CONNECTION LIMIT.", RETRY];
  return ["Check host and port in the database URL, and any firewall on the way.", RETRY];
}
