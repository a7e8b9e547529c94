import type { Call } from "../command-line/declaration.js";
import { EXIT } from "../exit-codes.js";
import { reporterOf } from "../formats.js";
import type { Io } from "../io.js";
import { presentError } from "../present-error.js";
import type { Redactor } from "../redactor.js";
import { renderOptions } from "../render-options.js";
import { writeReportFiles } from "../report-files.js";
import { ReportOutput } from "../report-output.js";
import { readRenderingOptions, refuseMistakes } from "../run-options.js";
import { readSavedReport } from "../saved-report.js";

/**
 * `reconcile-streams render <report>`: a saved report in another format.
 * @returns 0 when it was rendered, or the code of the report's run with `--exit-code`; 5 when it could not be written
 */
export async function renderCommand({ options: raw, args }: Call, io: Io, redactor: Redactor): Promise<number> {
  const mistakes: string[] = [];
  const options = readRenderingOptions(raw, io.cwd, mistakes);
  refuseMistakes(mistakes);
  const report = await readSavedReport(args[0]!, io);
  const redact = (text: string) => redactor.redact(text);

  const render = await reporterOf(options.format);
  const output = new ReportOutput(options.output, io);
  output.write(render(report, renderOptions(options, io)));
  const isWritten = await output.finish().then(
    () => true,
    (error: unknown) => {
      io.stderr.write(redact(presentError(error, options.verbose)));
      return false;
    },
  );
  const areWritten = await writeReportFiles(report, options, io, redact);
  const code = raw.exitCode === true ? report.exitCode : EXIT.inSync;
  return (isWritten && areWritten) || code !== EXIT.inSync ? code : EXIT.incomplete;
}
