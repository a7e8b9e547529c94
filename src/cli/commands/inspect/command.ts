import type { Inspection } from "../../../core/inspection/inspection.js";
import type { Call } from "../../command-line/declaration.js";
import { readFormat, refuseMistakes } from "../../command-line/mistakes.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { type RunOptions, readRunOptions } from "../../command-line/run-options.js";
import { DEMO_NOTICE } from "../../config/demo.js";
import { resolveSettings } from "../../config/resolve.js";
import { withoutMissingColumns } from "../../config/usual-columns.js";
import { finishOutput } from "../../output/print-report.js";
import { filesOfSources, filesRead, refuseToReplace } from "../../output/refuse-to-replace.js";
import { ReportOutput } from "../../output/report-output.js";
import { exitOfPrinted } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import type { Redactor } from "../../process/redactor.js";
import { hasColor } from "../../process/terminal.js";
import { Inspector } from "./inspector.js";

const FORMATS = ["table", "json"] as const;
/** A terminal's usual width, also for files and logs. */
const WIDTH = 80;

/**
 * `reconcile-streams inspect <streamId>`: makes a run for this stream alone, so that the two never disagree, and then
 * looks for the cause. Writes no record.
 */
export async function inspectCommand(
  { options: raw, args }: Call,
  io: Io,
  { hide, redact }: Redactor,
): Promise<number> {
  const [asked = ""] = args;
  const { format, options } = readOptions(asked, raw, io.cwd);
  const configured = await resolveSettings({ ...io, options: raw, hide });
  refuseToReplace(options, [...filesRead(raw, io), ...filesOfSources(configured)]);
  const settings = await withoutMissingColumns(configured);
  if (settings.isDemo) io.stderr.write(DEMO_NOTICE);
  const output = new ReportOutput(options.output, io);
  let inspection: Inspection;
  try {
    const wanted = { raw: raw.raw ?? false, history: raw.history ?? true };
    inspection = await new Inspector(asked, settings, { ...options, ...wanted }, io, redact).inspect();
    output.write(await render(redact(inspection), format, options, io));
  } catch (error) {
    await output.abandon();
    throw error;
  }
  return exitOfPrinted(inspection.exitCode, await finishOutput(output, options, io));
}

function readOptions(asked: string, raw: RawOptions, cwd: string) {
  const mistakes: string[] = [];
  const format = readFormat(raw.format, FORMATS, "inspect", mistakes);
  refuseMistakes(mistakes, "inspect");
  return { format, options: readRunOptions({ ...raw, format, stream: [asked], dryRun: true, progress: false }, cwd) };
}

async function render(inspection: Inspection, format: "table" | "json", options: RunOptions, io: Io): Promise<string> {
  if (format === "json")
    return (await import("../../../report/inspection/inspection-json.js")).inspectionJson(inspection);
  const toTerminal = options.output === null && io.stdout.isTTY;
  const color = toTerminal && hasColor(io, options.color);
  const width = toTerminal ? Math.max(40, io.stdout.columns ?? WIDTH) : WIDTH;
  return (await import("../../../report/inspection/screen.js")).screen(inspection, { color, width });
}
