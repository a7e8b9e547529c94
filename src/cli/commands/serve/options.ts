import { refuseMistakes } from "../../command-line/mistakes.js";
import { readNumber } from "../../command-line/numbers.js";
import type { RawOptions } from "../../command-line/raw-options.js";

/** What a service needs to know besides its configuration. */
export interface ServeOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly runTimeoutSeconds: number;
  /** How long a run may go on after a stop signal. */
  readonly graceSeconds: number;
  /** Whether `GET /metrics` exists. */
  readonly metrics: boolean;
}

export const SERVE_DEFAULTS: ServeOptions = {
  host: "127.0.0.1",
  port: 8787,
  runTimeoutSeconds: 900,
  graceSeconds: 30,
  metrics: true,
};

/** A day: longer than any run takes or anyone waits. */
const MAX_SECONDS = 86_400;

/** @throws ConfigurationError that lists every mistake at once */
export function readServeOptions(raw: RawOptions): ServeOptions {
  const mistakes: string[] = [];
  const read = (flag: string, text: string | undefined, fallback: number, least: number, most: number) =>
    readNumber(flag, text, fallback, { least, most }, mistakes);
  const { host = SERVE_DEFAULTS.host } = raw;
  if (!/^[A-Za-z0-9.:_%-]+$/.test(host)) mistakes.push(`--host: ${JSON.stringify(host)} is not a host name or address`);
  const options = {
    host,
    port: read("--port", raw.port, SERVE_DEFAULTS.port, 0, 65_535),
    runTimeoutSeconds: read("--run-timeout", raw.runTimeout, SERVE_DEFAULTS.runTimeoutSeconds, 1, MAX_SECONDS),
    graceSeconds: read("--grace", raw.grace, SERVE_DEFAULTS.graceSeconds, 0, MAX_SECONDS),
    metrics: raw.metrics ?? SERVE_DEFAULTS.metrics,
  };
  refuseMistakes(mistakes, "serve");
  return options;
}
