import type { JournalHead } from "../../../core/records/journal.js";
import type { Report } from "../../../core/report/report.js";
import { summaryLine } from "../../../report/formats/ndjson.js";
import { reporterOf } from "../../../report/formats.js";
import type { Call } from "../../command-line/declaration.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { type RunOptions, readRunOptions } from "../../command-line/run-options.js";
import { DEMO_NOTICE } from "../../config/demo.js";
import { resolveSettings } from "../../config/resolve.js";
import { withoutMissingColumns } from "../../config/usual-columns.js";
import { mistypedVariables } from "../../config/variables.js";
import { finishReport } from "../../output/print-report.js";
import { filesOfSources, filesRead, refuseToReplace } from "../../output/refuse-to-replace.js";
import { renderOptions } from "../../output/render-options.js";
import { orTellOfOldReports } from "../../output/report-files.js";
import { ReportOutput } from "../../output/report-output.js";
import { exitOfPrinted } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import type { Redact, Redactor } from "../../process/redactor.js";
import { runReconciliation } from "../../reconciliation/run-reconciliation.js";
import { fileOf } from "../../sources/urls.js";
import { FindingLines } from "./finding-lines.js";

/** `reconcile-streams [run]`: checks the options, reconciles, and writes the report. @returns the exit code */
export async function runCommand({ options: raw }: Call, io: Io, redactor: Redactor): Promise<number> {
  const given = readRunOptions(raw, io.cwd);
  return orTellOfOldReports(given, io, () => runWith(given, raw, io, redactor));
}

async function runWith(given: RunOptions, raw: RawOptions, io: Io, { hide, redact }: Redactor): Promise<number> {
  // Finding lines and the progress line would overwrite each other.
  const isCrowded = given.format === "ndjson" && given.output === null && io.stdout.isTTY;
  const options = isCrowded ? { ...given, progress: false } : given;
  const configured = await resolveSettings({ ...io, options: raw, hide });
  refuseToReplace(options, [...filesRead(raw, io), ...filesOfSources(configured)]);
  const settings = await withoutMissingColumns(configured);

  if (settings.isDemo) io.stderr.write(demoNotice(settings.runStore.url, options));
  for (const notice of mistypedVariables(io.env, settings.isDemo, settings.fileVariables)) {
    io.stderr.write(`${notice}\n`);
  }
  let recorded: JournalHead | null = null;
  const output = new ReportOutput(options.output, io);
  const report = await reportTo(output, options, io, redact, (lines) =>
    runReconciliation({
      ...{ settings, options, io, redact, ...(lines === null ? {} : { reader: lines }) },
      onRecord: (head) => {
        recorded = head;
      },
    }),
  ).catch(async (error: unknown) => {
    await output.abandon();
    throw error;
  });
  if (recorded !== null) tellHead(recorded, output, options, io);
  const isWritten = await finishReport(output, report, options, io);
  return exitOfPrinted(report.exitCode, isWritten);
}

/** Reconciles and writes the report: line by line as findings come (ndjson), or as a whole at the end. */
async function reportTo(
  output: ReportOutput,
  options: RunOptions,
  io: Io,
  redact: Redact,
  reconcile: (lines: FindingLines | null) => Promise<Report>,
): Promise<Report> {
  if (options.format !== "ndjson") {
    const report = await reconcile(null);
    const render = await reporterOf(options.format);
    output.write(render(report, renderOptions(options, io)));
    return report;
  }
  const lines = new FindingLines(output, redact);
  try {
    const report = await reconcile(lines);
    lines.flush();
    output.write(summaryLine(report));
    return report;
  } finally {
    lines.flush();
  }
}

/** To be kept outside of the database, in the log of the job for one: `runs verify --expect-head` asks for it. */
function tellHead({ sequence, recordDigest }: JournalHead, report: ReportOutput, options: RunOptions, io: Io): void {
  const text = `Run record ${sequence}, head of the journal: ${recordDigest}\n`;
  // Of all formats, only the table may have a line that the report itself has not.
  if (options.format === "table") report.write(text);
  else if (!options.quiet) io.stderr.write(text);
}

function demoNotice(runStoreUrl: string, { dryRun }: RunOptions): string {
  const record = dryRun ? "" : `The run's record is kept in ${fileOf(runStoreUrl) ?? runStoreUrl}.\n`;
  return `${DEMO_NOTICE}${record}`;
}
