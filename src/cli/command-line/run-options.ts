import type { Identity } from "../../auth/identity.js";
import { FORMATS, type Format, meantFormat } from "../../report/formats.js";
import { refuseMistakes } from "./mistakes.js";
import { readNumber } from "./numbers.js";
import type { RawOptions } from "./raw-options.js";
import { swallowedCommand } from "./refusals.js";
import { type ReportRequest, readPath, readReports } from "./report-request.js";

/** Rows of each block of the table. */
export const DEFAULT_LIMIT = 50;

/** How and where a report is rendered. */
export interface RenderingOptions {
  readonly format: Format;
  /** Rows that a table shows of each block; 0: all. */
  readonly limit: number;
  /** Absolute path of the report; null: standard output. */
  readonly output: string | null;
  /** Reports beside that one, each in a file of its own. */
  readonly reports: readonly ReportRequest[];
  readonly verbose: boolean;
  readonly color: boolean;
}

/** Options of one run that are not configuration. */
export interface RunOptions extends RenderingOptions {
  readonly dryRun: boolean;
  /** Stream ids asked for; null: all. */
  readonly only: readonly string[] | null;
  readonly timeoutSeconds: number | null;
  readonly allowEmpty: boolean;
  /** Leave out streams that the database does not know of. */
  readonly dbOnly: boolean;
  readonly requestedBy: string | null;
  /** Who asks, proven; undefined: who this process is by its configuration. */
  readonly identity?: Identity | null;
  readonly quiet: boolean;
  readonly progress: boolean;
}

const LIMIT = { unit: "rows", least: 0, most: 999_999_999 };
/** Node's timers hold no more than 2^31 - 1 milliseconds. */
const TIMEOUT_SECONDS = { unit: "seconds", least: 0.000_001, most: 2_147_483, takesFractions: true };

/** @throws ConfigurationError that lists every mistake at once */
export function readRunOptions(raw: RawOptions, cwd: string): RunOptions {
  const mistakes: string[] = [];
  const rendering = readRenderingOptions(raw, cwd, mistakes);
  const timeoutSeconds = readTimeout(raw.timeout, mistakes);
  if (raw.stream?.some((id) => id === "")) mistakes.push("--stream: an id is empty");
  const swallowed = swallowedCommand(raw.stream ?? []);
  if (swallowed !== null) mistakes.push(swallowed);
  if (raw.requestedBy === "") mistakes.push("--requested-by: is empty");
  refuseMistakes(mistakes);
  return {
    ...rendering,
    dryRun: raw.dryRun ?? false,
    only: raw.stream === undefined ? null : [...new Set(raw.stream)],
    timeoutSeconds,
    allowEmpty: raw.allowEmpty ?? false,
    dbOnly: raw.dbOnly ?? false,
    requestedBy: raw.requestedBy ?? null,
    quiet: raw.quiet ?? false,
    progress: raw.progress ?? true,
  };
}

/** Adds to `mistakes` what cannot be done. */
export function readRenderingOptions(raw: RawOptions, cwd: string, mistakes: string[]): RenderingOptions {
  const given = raw.format ?? "table";
  const format = FORMATS.find((known) => known === given);
  if (format === undefined) {
    mistakes.push(`--format: ${JSON.stringify(given)} is no format: ${meantFormat(given)}`);
  }
  const output = raw.output === undefined ? null : readPath("--output", raw.output, cwd, mistakes);
  return {
    format: format ?? "table",
    limit: readNumber("--limit", raw.limit, DEFAULT_LIMIT, LIMIT, mistakes),
    output,
    reports: readReports(raw.report ?? [], output, cwd, mistakes),
    verbose: raw.verbose ?? false,
    color: raw.color ?? true,
  };
}

/** Seconds, or null without a limit. Adds to `mistakes` what is no number of them. */
export function readTimeout(text: string | undefined, mistakes: string[]): number | null {
  return readNumber("--timeout", text, null, TIMEOUT_SECONDS, mistakes);
}
