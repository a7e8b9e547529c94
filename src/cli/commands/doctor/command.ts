import type { Check } from "../../../core/doctor/check.js";
import { ReconcileError } from "../../../core/errors.js";
import { type ChecksOptions, checkLines, checksSummary } from "../../../report/checks.js";
import { inertJson } from "../../../report/text/workflow-commands.js";
import type { Call } from "../../command-line/declaration.js";
import { DEMO_NOTICE } from "../../config/demo.js";
import { draftSettings, type SettingsDraft } from "../../config/resolve.js";
import { EXIT, EXIT_OF_SIGNAL } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import type { Redactor } from "../../process/redactor.js";
import { Interrupted } from "../../process/stop.js";
import { Stopper } from "../../process/stopper.js";
import { hasColor } from "../../process/terminal.js";
import { urlSecrets } from "../../sources/urls.js";
import { CHECKS } from "./checks/names.js";
import { Checkup } from "./checkup.js";
import { examine } from "./examine.js";
import { type DoctorOptions, readDoctorOptions } from "./options.js";

/** `reconcile-streams doctor`: would a run work, and if not, why not? Exit 0 when it would, else 2. */
export async function doctorCommand({ options: raw }: Call, io: Io, { hide, redact }: Redactor): Promise<number> {
  const options = readDoctorOptions(raw);
  if (options.compareChain !== null) hide(urlSecrets(options.compareChain));
  const layout = layoutOf(options, io);
  const print = (text: string) => io.stdout.write(text);
  // Print each line at once: some checks take a while.
  const checkup = new Checkup((check) => options.format === "table" && print(checkLines(redact(check), layout)));
  const stopper = new Stopper(io, options.timeoutSeconds);
  try {
    const draft = await draftOrChecks({ ...io, options: raw, hide }, checkup);
    if (draft?.settings.isDemo) io.stderr.write(DEMO_NOTICE);
    if (draft !== null) await examine(draft, options, io, stopper, checkup);
  } finally {
    stopper.end();
  }
  const { passed } = checkup;
  const checks = redact(checkup.checks);
  if (options.format === "json") print(`${inertJson(JSON.stringify(jsonOf(checks, passed), null, 2))}\n`);
  else print(checksSummary(checks, passed, options.dryRun ? "A run with --dry-run" : "A run", layout));
  if (stopper.stop instanceof Interrupted) return EXIT_OF_SIGNAL[stopper.stop.signal];
  return passed ? EXIT.inSync : EXIT.usage;
}

/** The draft of the settings; null: there is none, so that no other check can be made. */
async function draftOrChecks(
  from: Parameters<typeof draftSettings>[0],
  checkup: Checkup,
): Promise<SettingsDraft | null> {
  try {
    return await draftSettings(from);
  } catch (error) {
    if (!(error instanceof ReconcileError)) throw error;
    const [configuration, ...others] = Object.values(CHECKS).filter((name) => name !== CHECKS.second);
    await checkup.needed(configuration!, [], () => Promise.reject(error));
    for (const name of others) {
      await checkup.needed(name, [CHECKS.configuration], () => Promise.reject(error));
    }
    return null;
  }
}

function jsonOf(checks: readonly Check[], passed: boolean) {
  return { checks: checks.map(({ name, status, found, action }) => ({ name, status, found, action })), ok: passed };
}

const PROSE_WIDTH = 80;

function layoutOf(options: DoctorOptions, io: Io): ChecksOptions {
  const width = io.stdout.isTTY ? (io.stdout.columns ?? PROSE_WIDTH) : PROSE_WIDTH;
  return { color: hasColor(io, options.color), width: Math.min(100, Math.max(50, width)) };
}
