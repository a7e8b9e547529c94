import type { Report } from "../../core/report/report.js";
import { reporterOf } from "../../report/formats.js";
import type { RenderingOptions } from "../command-line/run-options.js";
import type { Io } from "../process/io.js";
import { presentError } from "../process/present-error.js";
import { renderOptions } from "./render-options.js";
import { writeReportFiles } from "./report-files.js";
import { ReportOutput } from "./report-output.js";

/**
 * Writes a finished report, from which secrets have been removed, to every output and in every format that was asked for.
 * @returns whether all of it was written; failures are reported on standard error
 */
export async function printReport(report: Report, options: RenderingOptions, io: Io): Promise<boolean> {
  const render = await reporterOf(options.format);
  const output = new ReportOutput(options.output, io);
  output.write(render(report, renderOptions(options, io)));
  return finishReport(output, report, options, io);
}

/** The end of `printReport`, for a report that is already in `output`. */
export async function finishReport(
  output: ReportOutput,
  report: Report,
  options: RenderingOptions,
  io: Io,
): Promise<boolean> {
  const isWritten = await finishOutput(output, options, io);
  return (await writeReportFiles(report, options, io)) && isWritten;
}

/** @returns whether all of it was written; if not, standard error says why */
export async function finishOutput(output: ReportOutput, { verbose }: RenderingOptions, io: Io): Promise<boolean> {
  try {
    await output.finish();
    return true;
  } catch (error) {
    io.stderr.write(presentError(error, verbose));
    return false;
  }
}
