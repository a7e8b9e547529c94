import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ConfigurationError } from "../core/errors.js";
import type { Identity } from "./config/auth.js";
import { suggestion } from "./config/suggest.js";
import type { RawOptions } from "./options.js";

export const FORMATS = ["table", "json", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

/** Rows of each block of the table. */
export const DEFAULT_LIMIT = 50;

/** Options of one run that are not configuration. */
export interface RunOptions {
  readonly dryRun: boolean;
  /** Stream ids asked for; null: all. */
  readonly only: readonly string[] | null;
  readonly format: Format;
  /** Rows that the table shows of each block; 0: all. */
  readonly limit: number;
  /** Absolute path of the report; null: standard output. */
  readonly output: string | null;
  readonly timeoutSeconds: number | null;
  readonly allowEmpty: boolean;
  /** Leave out streams that the database does not know of. */
  readonly dbOnly: boolean;
  readonly requestedBy: string | null;
  /** Who asks, proven; undefined: who this process is by its configuration. */
  readonly identity?: Identity | null;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
  readonly progress: boolean;
}

/** Node's timers hold no more than 2^31 - 1 milliseconds. */
const MAX_TIMEOUT_SECONDS = 2_147_483;

/** @throws ConfigurationError that lists every mistake at once */
export function readRunOptions(raw: RawOptions, cwd: string): RunOptions {
  const mistakes: string[] = [];
  const format = FORMATS.find((known) => known === (raw.format ?? "table"));
  if (format === undefined) {
    mistakes.push(`--format: ${JSON.stringify(raw.format)} is no format: ${suggestion(raw.format!, FORMATS)}`);
  }
  const limit = readLimit(raw.limit, mistakes);
  const timeoutSeconds = readTimeout(raw.timeout, mistakes);
  if (raw.stream?.some((id) => id === "")) mistakes.push("--stream: an id is empty");
  if (raw.requestedBy === "") mistakes.push("--requested-by: is empty");
  const output = raw.output === undefined ? null : readOutput(raw.output, cwd, mistakes);
  if (mistakes.length > 0) {
    throw new ConfigurationError("options_invalid", "The command line has a mistake.", {
      details: mistakes,
      hints: ["See reconcile-streams --help."],
    });
  }
  return {
    dryRun: raw.dryRun ?? false,
    only: raw.stream === undefined ? null : [...new Set(raw.stream)],
    format: format!,
    limit,
    output,
    timeoutSeconds,
    allowEmpty: raw.allowEmpty ?? false,
    dbOnly: raw.dbOnly ?? false,
    requestedBy: raw.requestedBy ?? null,
    quiet: raw.quiet ?? false,
    verbose: raw.verbose ?? false,
    color: raw.color ?? true,
    progress: raw.progress ?? true,
  };
}

function readLimit(text: string | undefined, mistakes: string[]): number {
  if (text === undefined) return DEFAULT_LIMIT;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  mistakes.push(`--limit: ${JSON.stringify(text)} is no number of rows from 0 (all) to 999999999`);
  return DEFAULT_LIMIT;
}

/** Seconds, or null without a limit; what is no number of them goes to `mistakes`. */
export function readTimeout(text: string | undefined, mistakes: string[]): number | null {
  if (text === undefined) return null;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS) return seconds;
  mistakes.push(`--timeout: ${JSON.stringify(text)} is no number of seconds from 0 to ${MAX_TIMEOUT_SECONDS}`);
  return null;
}

/** The report must have somewhere to go before an hour of work is spent on it. */
function readOutput(name: string, cwd: string, mistakes: string[]): string {
  const path = resolve(cwd, name);
  const folder = dirname(path);
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      mistakes.push(`--output: ${path} is a folder; name a file`);
      return path;
    }
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) {
      mistakes.push(`--output: the folder ${folder} does not exist; create it first`);
      return path;
    }
    accessSync(folder, constants.W_OK);
  } catch (error) {
    mistakes.push(`--output: ${path} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
  return path;
}
