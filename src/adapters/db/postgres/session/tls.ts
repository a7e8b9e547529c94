import { readFile } from "node:fs/promises";
import type { ConnectionOptions } from "node:tls";
import { ConfigurationError } from "../../../../core/errors.js";
import { faultMessage } from "../../fault.js";

export interface TlsChoice {
  readonly ssl: false | ConnectionOptions;
  /** Whether to continue unencrypted if the server does not support TLS. */
  readonly plainAllowed: boolean;
}

const MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full", "no-verify"] as const;
type Mode = (typeof MODES)[number];

/** URL parameters that are handled here and must not reach the driver, which interprets them differently. */
export const TLS_PARAMETERS = ["ssl", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "uselibpqcompat"];

/**
 * What the URL (and PGSSLMODE, PGSSLROOTCERT) ask for, as in libpq: without a mode, encryption if the server supports
 * it; verify-ca and verify-full verify certificates, and so does require if sslrootcert is given.
 * `no-verify` (encrypted, unverified) and `ssl=true` (verify-full) are the Node driver's own.
 * https://www.postgresql.org/docs/current/libpq-ssl.html
 * @throws ConfigurationError for an unknown mode or an unreadable file.
 */
export async function chooseTls(parameters: URLSearchParams, environment: NodeJS.ProcessEnv): Promise<TlsChoice> {
  const rootFile = parameters.get("sslrootcert") ?? environment.PGSSLROOTCERT;
  const mode = modeOf(parameters, environment, rootFile === "system");
  if (mode === "disable") return { ssl: false, plainAllowed: true };

  const ca = rootFile === undefined || rootFile === "system" ? undefined : await readPem("sslrootcert", rootFile);
  if (mode === "verify-ca" && ca === undefined) {
    throw new ConfigurationError("database_tls", "sslmode=verify-ca needs sslrootcert, the CA certificate.", {
      hints: ["Add sslrootcert=<file> to the database URL, or use sslmode=verify-full for a publicly trusted server."],
    });
  }
  const verify = mode === "verify-full" || mode === "verify-ca" || (mode === "require" && ca !== undefined);
  const ssl: ConnectionOptions = { rejectUnauthorized: verify };
  if (ca !== undefined) ssl.ca = ca;
  if (mode !== "verify-full") ssl.checkServerIdentity = () => undefined;
  const certificate = parameters.get("sslcert");
  const key = parameters.get("sslkey");
  const passphrase = parameters.get("sslpassword");
  if (certificate !== null) ssl.cert = await readPem("sslcert", certificate);
  if (key !== null) ssl.key = await readPem("sslkey", key);
  if (passphrase !== null) ssl.passphrase = passphrase;
  return { ssl, plainAllowed: mode === "prefer" || mode === "allow" };
}

function modeOf(parameters: URLSearchParams, environment: NodeJS.ProcessEnv, systemRoots: boolean): Mode {
  const flag = parameters.get("ssl");
  const asked = parameters.get("sslmode") ?? (flag === null ? environment.PGSSLMODE || null : modeOfFlag(flag));
  if (asked === null) return systemRoots ? "verify-full" : "prefer";
  const mode = MODES.find((known) => known === asked);
  if (mode === undefined) {
    throw new ConfigurationError("database_tls", `sslmode=${asked} is not a mode of PostgreSQL.`, {
      hints: [`Use one of ${MODES.join(", ")}.`],
    });
  }
  // As in libpq: the system's CAs prove nothing unless the host name is checked too.
  if (systemRoots && mode !== "disable" && mode !== "no-verify") return "verify-full";
  return mode;
}

function modeOfFlag(flag: string): string {
  if (flag === "true" || flag === "1") return "verify-full";
  return flag === "false" || flag === "0" ? "disable" : flag;
}

async function readPem(parameter: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (fault) {
    throw new ConfigurationError("database_tls", `The file in ${parameter} of the database URL cannot be read.`, {
      details: [faultMessage(fault)],
      hints: [`Correct ${parameter}, or let this user read the file.`],
      cause: fault,
    });
  }
}
