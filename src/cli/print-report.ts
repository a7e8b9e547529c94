import type { Finding, Report } from "../core/report.js";
import { findingLine, summaryLine } from "../report/ndjson.js";
import type { RenderOptions } from "../report/reporter.js";
import { EXIT } from "./exit-codes.js";
import type { Io } from "./io.js";
import { presentError } from "./present-error.js";
import { ReportOutput } from "./report-output.js";
import type { Format, RunOptions } from "./run-options.js";

/**
 * Puts a finished report where it is to go, in the format that was asked for.
 * @returns the exit code: the report's, or that it could not be written
 */
export async function printReport(
  report: Report,
  options: RunOptions,
  io: Io,
  redact: (text: string) => string,
): Promise<number> {
  const output = new ReportOutput(options.output, io);
  output.write(await rendered(report, options.format, renderOptions(options, io)));
  try {
    await output.finish();
  } catch (error) {
    io.stderr.write(redact(presentError(error, options.verbose)));
    return report.exitCode === EXIT.inSync ? EXIT.incomplete : report.exitCode;
  }
  return report.exitCode;
}

/** What draws tables is loaded only for tables. */
async function rendered(report: Report, format: Format, options: RenderOptions): Promise<string> {
  if (format === "ndjson") return [...findingsOf(report).map(findingLine), summaryLine(report)].join("");
  const { json } = await import("../report/json.js");
  return format === "json" ? json(report, options) : (await import("../report/table.js")).table(report, options);
}

function findingsOf({ discrepancies, violations, errors, notices }: Report): Finding[] {
  return [
    ...discrepancies.map((found) => ({ kind: "discrepancy" as const, ...found })),
    ...violations.map((found) => ({ kind: "violation" as const, ...found })),
    ...errors.map((found) => ({ kind: "error" as const, ...found })),
    ...notices.map((found) => ({ kind: "notice" as const, ...found })),
  ];
}

export function renderOptions(options: RunOptions, io: Io): RenderOptions {
  const toTerminal = options.output === null && io.stdout.isTTY;
  const color = toTerminal && options.color && (io.env.NO_COLOR ?? "") === "" && io.env.TERM !== "dumb";
  return { color, width: toTerminal ? Math.max(40, io.stdout.columns ?? 80) : null, limit: options.limit };
}
