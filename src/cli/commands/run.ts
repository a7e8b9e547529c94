import { json } from "../../report/json.js";
import type { Reporter } from "../../report/reporter.js";
import { table } from "../../report/table.js";
import { resolveSettings } from "../config/resolve.js";
import { EXIT } from "../exit-codes.js";
import type { Io } from "../io.js";
import type { RawOptions } from "../options.js";
import { presentError } from "../present-error.js";
import type { Redactor } from "../redactor.js";
import { type Format, type RunOptions, readRunOptions } from "../run-options.js";
import { writeReport } from "../write-report.js";
import { runReconciliation } from "./reconcile.js";

const REPORTERS: Readonly<Record<Format, Reporter>> = { table, json };

/** `reconcile-streams [run]`: check the options, reconcile, print the report, say how it went. */
export async function runCommand(raw: RawOptions, io: Io, redactor: Redactor): Promise<number> {
  const options = readRunOptions(raw, io.cwd);
  const settings = await resolveSettings({ ...io, options: raw, hide: (secrets) => redactor.hide(secrets) });
  const redact = (text: string) => redactor.redact(text);

  if (settings.isDemo) io.stderr.write(demoNotice(settings.runStore.url, options));
  const report = await runReconciliation(settings, options, io, redact);
  const text = REPORTERS[options.format](report, renderOptions(options, io));
  try {
    await writeReport(text, options.output, io);
  } catch (error) {
    io.stderr.write(redact(presentError(error, options.verbose)));
    return report.exitCode === EXIT.inSync ? EXIT.incomplete : report.exitCode;
  }
  return report.exitCode;
}

function demoNotice(runStoreUrl: string, { dryRun }: RunOptions): string {
  const record = dryRun ? "" : `The run's record is kept in ${runStoreUrl.replace("sqlite:", "")}.\n`;
  return `Nothing is configured: this is the bundled demo, not your data.\n${record}`;
}

function renderOptions(options: RunOptions, io: Io) {
  const toTerminal = options.output === null && io.stdout.isTTY;
  const color = toTerminal && options.color && (io.env.NO_COLOR ?? "") === "" && io.env.TERM !== "dumb";
  return { color, width: toTerminal ? Math.max(40, io.stdout.columns ?? 80) : null };
}
