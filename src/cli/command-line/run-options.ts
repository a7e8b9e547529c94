import type { Identity } from "../../auth/identity.js";
import { suggestion } from "../../core/values/suggest.js";
import { FORMATS, type Format, meantFormat } from "../../report/formats.js";
import { KINDS, type Kind } from "../../report/kinds.js";
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
  /** Rows per block of a table; 0: all. */
  readonly limit: number;
  /** Kinds of findings that formats for people show; null: all. */
  readonly shown: readonly Kind[] | null;
  /** Absolute path of the report; null: standard output. */
  readonly output: string | null;
  /** More reports, each in its own file. */
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
  /** Leave out streams that the database lacks. */
  readonly dbOnly: boolean;
  readonly requestedBy: string | null;
  /** The authenticated caller; undefined: the identity in this process's configuration. */
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

/** Adds invalid options to `mistakes`. */
export function readRenderingOptions(raw: RawOptions, cwd: string, mistakes: string[]): RenderingOptions {
  const given = raw.format ?? "table";
  const format = FORMATS.find((known) => known === given);
  if (format === undefined) {
    mistakes.push(`--format: ${JSON.stringify(given)} is not a format: ${meantFormat(given)}`);
  }
  const output = raw.output === undefined ? null : readPath("--output", raw.output, cwd, mistakes);
  return {
    format: format ?? "table",
    limit: readNumber("--limit", raw.limit, DEFAULT_LIMIT, LIMIT, mistakes),
    shown: raw.only === undefined ? null : readKinds(raw.only, mistakes),
    output,
    reports: readReports(raw.report ?? [], output, cwd, mistakes),
    verbose: raw.verbose ?? false,
    color: raw.color ?? true,
  };
}

/** Kinds separated by commas. Adds unknown ones to `mistakes`. */
function readKinds(text: string, mistakes: string[]): readonly Kind[] {
  const words = text.split(",").map((word) => word.trim());
  const unknown = words.find((word) => !KINDS.some((kind) => kind === word));
  if (unknown !== undefined) {
    mistakes.push(`--only: ${JSON.stringify(unknown)} is not a kind of finding: ${suggestion(unknown, KINDS)}`);
  }
  return KINDS.filter((kind) => words.includes(kind));
}

/** Seconds; null: no limit. Adds an invalid number to `mistakes`. */
export function readTimeout(text: string | undefined, mistakes: string[]): number | null {
  return readNumber("--timeout", text, null, TIMEOUT_SECONDS, mistakes);
}
