import { ConfigurationError } from "../../../core/errors.js";
import type { Inspection } from "../../../core/inspection/inspection.js";
import { suggestion } from "../../../core/values/suggest.js";
import type { Call } from "../../command-line/declaration.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { type RunOptions, readRunOptions } from "../../command-line/run-options.js";
import { resolveSettings } from "../../config/resolve.js";
import { refuseToReplace } from "../../output/refuse-to-replace.js";
import { ReportOutput } from "../../output/report-output.js";
import { EXIT } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import { presentError } from "../../process/present-error.js";
import type { Redactor } from "../../process/redactor.js";
import { withoutMissingColumns } from "../../sources/usual-columns.js";
import { Inspector } from "./inspector.js";

const FORMATS = ["table", "json"] as const;
/** A terminal's usual width, for files and logs too: people read them side by side with other things. */
const WIDTH = 80;

/**
 * `reconcile-streams inspect <streamId>`: a run for this stream alone decides what is said of it, so that the two never
 * disagree; then comes what led to it. Writes nothing anywhere.
 */
export async function inspectCommand({ options: raw, args }: Call, io: Io, redactor: Redactor): Promise<number> {
  const [asked = ""] = args;
  const { format, options } = readOptions(asked, raw, io.cwd);
  const resolved = await resolveSettings({ ...io, options: raw, hide: (secrets) => redactor.hide(secrets) });
  const settings = await withoutMissingColumns(resolved);
  refuseToReplace(options, settings);
  const redact = (text: string) => redactor.redact(text);
  if (settings.isDemo) io.stderr.write("Nothing is configured: this is the bundled demo, not your data.\n");
  const output = new ReportOutput(options.output, io);
  let inspection: Inspection;
  try {
    const wanted = { raw: raw.raw ?? false, history: raw.history ?? true };
    inspection = await new Inspector(asked, settings, { ...options, ...wanted }, io, redact).inspect();
    output.write(await render(inspection, format, options, io));
  } catch (error) {
    await output.abandon();
    throw error;
  }
  try {
    await output.finish();
  } catch (error) {
    io.stderr.write(redact(presentError(error, options.verbose)));
    return inspection.exitCode === EXIT.inSync ? EXIT.incomplete : inspection.exitCode;
  }
  return inspection.exitCode;
}

function readOptions(asked: string, raw: RawOptions, cwd: string) {
  const format = FORMATS.find((known) => known === (raw.format ?? "table"));
  if (format === undefined) {
    throw new ConfigurationError("options_invalid", "The command line has a mistake.", {
      details: [`--format: ${JSON.stringify(raw.format)} is no format of inspect: ${suggestion(raw.format!, FORMATS)}`],
      hints: ["See reconcile-streams inspect --help."],
    });
  }
  return { format, options: readRunOptions({ ...raw, format, stream: [asked], dryRun: true, progress: false }, cwd) };
}

async function render(inspection: Inspection, format: "table" | "json", options: RunOptions, io: Io): Promise<string> {
  if (format === "json")
    return (await import("../../../report/inspection/inspection-json.js")).inspectionJson(inspection);
  const toTerminal = options.output === null && io.stdout.isTTY;
  const color = toTerminal && options.color && (io.env.NO_COLOR ?? "") === "" && io.env.TERM !== "dumb";
  const width = toTerminal ? Math.max(40, io.stdout.columns ?? WIDTH) : WIDTH;
  return (await import("../../../report/inspection/screen.js")).screen(inspection, { color, width });
}
