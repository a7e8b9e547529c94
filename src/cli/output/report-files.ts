import { appendFileSync, statSync, truncateSync } from "node:fs";
import { resolve } from "node:path";
import { ReconcileError, UnavailableError } from "../../core/errors.js";
import type { Report } from "../../core/report/report.js";
import { type Format, reporterOf } from "../../report/formats.js";
import type { RenderOptions } from "../../report/reporter.js";
import type { ReportRequest } from "../command-line/report-request.js";
import type { RenderingOptions } from "../command-line/run-options.js";
import type { Io } from "../process/io.js";
import { presentError } from "../process/present-error.js";
import { ReportOutput } from "./report-output.js";

export interface ReportFileOptions {
  /** What `--report` asks for. */
  readonly reports: readonly ReportRequest[];
  /** The format of standard output, or of `--output`. */
  readonly format: Format;
  readonly limit: number;
  readonly shown: RenderingOptions["shown"];
  readonly verbose: boolean;
}

/**
 * Writes the files of `--report` and, where annotations are asked for, the job summary of GitHub Actions. If one fails,
 * the others are still written.
 * @returns whether all were written; failures are reported on standard error
 */
export async function writeReportFiles(report: Report, options: ReportFileOptions, io: Io): Promise<boolean> {
  let isComplete = true;
  const attempt = async (write: () => Promise<void>) => {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      isComplete = false;
      io.stderr.write(presentError(error, options.verbose));
    }
  };
  for (const { format, path } of options.reports) {
    await attempt(async () => {
      const render = await reporterOf(format);
      const output = new ReportOutput(path, io, { rescue: false });
      output.write(render(report, { color: false, width: null, limit: options.limit, only: options.shown }));
      await output.finish();
    });
  }
  const annotates = [options.format, ...options.reports.map(({ format }) => format)].includes("github");
  const summary = io.env.GITHUB_STEP_SUMMARY ?? "";
  if (annotates && summary !== "") await attempt(() => appendSummary(report, options.limit, resolve(io.cwd, summary)));
  return isComplete;
}

/** GitHub rejects a step's summary beyond 1 MiB, and other commands of the step may have written to it already. */
const SUMMARY_BYTES = 900 * 1024;

async function appendSummary(report: Report, limit: number, path: string): Promise<void> {
  const render = await reporterOf("markdown");
  const options: RenderOptions = { color: false, width: null, limit };
  const texts = [limit, 50, 10, 1].map((rows) => () => render(report, { ...options, limit: rows }));
  const fits = (text: string) => Buffer.byteLength(text) <= SUMMARY_BYTES;
  const text = texts.map((make) => make()).find(fits) ?? (await headlineAlone(report));
  const before = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  try {
    appendFileSync(path, text);
  } catch (cause) {
    takeBack(path, before);
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new UnavailableError("output_failed", `The job summary could not be written to ${path}: ${reason}.`, {
      hints: ["GITHUB_STEP_SUMMARY names that file; unset it to do without a summary."],
      cause,
    });
  }
}

/** Half a summary is worse than none. */
function takeBack(path: string, size: number): void {
  try {
    truncateSync(path, size);
  } catch {
    // It is not a file that could be cut; that it could not be written is told anyway.
  }
}

async function headlineAlone(report: Report): Promise<string> {
  const { headlineOf } = await import("../../report/headline.js");
  const { headline, sentence } = headlineOf(report);
  const where = "The rest is too large for a job summary: see the log, or `--report html=report.html`.";
  return `## Reconciliation: ${headline}\n\n**${sentence}**\n\n${where}\n`;
}

/**
 * Does what should end with reports. If it fails, report files of an earlier run are still there and may be green:
 * standard error says so.
 */
export async function orTellOfOldReports<T>(
  { output, reports }: Pick<RenderingOptions, "output" | "reports">,
  io: Io,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    // On a mistyped command line, the files may not be reports at all.
    if (error instanceof ReconcileError && error.code === "options_invalid") throw error;
    const paths = [...(output === null ? [] : [output]), ...reports.map(({ path }) => path)];
    for (const path of paths.filter((one) => statSync(one, { throwIfNoEntry: false })?.isFile())) {
      io.stderr.write(`No report was written: ${path} is from an earlier run.\n`);
    }
    throw error;
  }
}
