import { resolve } from "node:path";
import type { Call } from "../../command-line/declaration.js";
import { refuseMistakes } from "../../command-line/mistakes.js";
import { readRenderingOptions } from "../../command-line/run-options.js";
import { hideAllConfigured } from "../../config/secrets.js";
import { printReport } from "../../output/print-report.js";
import { filesRead, refuseToReplace } from "../../output/refuse-to-replace.js";
import { orTellOfOldReports } from "../../output/report-files.js";
import { readSavedReport } from "../../output/saved-report.js";
import { EXIT, exitOfPrinted } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import type { Redactor } from "../../process/redactor.js";

/**
 * `reconcile-streams render <report>`: shows a saved report in another format.
 * @returns 0, or with `--exit-code` the exit code of the report's run; 5 when the report could not be written
 */
export async function renderCommand({ options: raw, args }: Call, io: Io, { hide, redact }: Redactor): Promise<number> {
  const mistakes: string[] = [];
  const options = readRenderingOptions(raw, io.cwd, mistakes);
  refuseMistakes(mistakes, "render");
  refuseToReplace(options, [...filesRead(raw, io), ...(args[0] === "-" ? [] : [resolve(io.cwd, args[0]!)])]);
  // The report may be of another day and another machine, but what it was made from is usually what is configured here.
  await hideAllConfigured(raw, io.env, io.cwd, hide);
  const report = await orTellOfOldReports(options, io, () => readSavedReport(args[0]!, io));
  const isWritten = await printReport(redact(report), options, io);
  return exitOfPrinted(raw.exitCode === true ? report.exitCode : EXIT.inSync, isWritten);
}
