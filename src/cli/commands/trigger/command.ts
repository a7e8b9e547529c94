import { judgeAnswer } from "../../../client/judge-answer.js";
import { requestRun } from "../../../client/request-run.js";
import { ConfigurationError, UnavailableError } from "../../../core/errors.js";
import type { Call } from "../../command-line/declaration.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { type RunOptions, readRunOptions } from "../../command-line/run-options.js";
import { resolveAuth } from "../../config/resolve.js";
import { printReport } from "../../output/print-report.js";
import { filesRead, refuseToReplace } from "../../output/refuse-to-replace.js";
import { orTellOfOldReports } from "../../output/report-files.js";
import { EXIT_OF_SIGNAL, exitOfPrinted } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import type { Redactor } from "../../process/redactor.js";
import { Interrupted, TimedOut } from "../../process/stop.js";
import { Stopper } from "../../process/stopper.js";
import { DEFAULT_TRIGGER_TIMEOUT_S, readTriggerOptions, type TriggerOptions } from "./options.js";

/** `reconcile-streams trigger`: asks a service for a run, prints its report, and exits as the run would have. */
export async function triggerCommand({ options: raw }: Call, io: Io, redactor: Redactor): Promise<number> {
  const order = readTriggerOptions(raw, io.env);
  const options = readRunOptions(raw, io.cwd);
  refuseToReplace(options, filesRead(raw, io));
  return orTellOfOldReports(options, io, () => ask(order, options, raw, io, redactor));
}

async function ask(
  order: TriggerOptions,
  options: RunOptions,
  raw: RawOptions,
  io: Io,
  { hide, redact }: Redactor,
): Promise<number> {
  const { identity, keys } = await resolveAuth({ ...io, options: raw, hide });
  if (identity === null) throw noIdentity();
  const credentials = { identity, secret: keys.get(identity.keyId)! };
  const timeoutSeconds = options.timeoutSeconds ?? DEFAULT_TRIGGER_TIMEOUT_S;
  const stopper = new Stopper(io, timeoutSeconds);
  try {
    const answer = await requestRun(order, credentials, io.clock.now(), stopper.signal);
    const { report, isWhole } = judgeAnswer(answer, order);
    const isWritten = await printReport(redact(report), options, io);
    return exitOfPrinted(report.exitCode, isWhole && isWritten);
  } catch (error) {
    if (error instanceof Interrupted) {
      io.stderr.write(`error: interrupted by ${error.signal}\n  → ${STILL_RUNNING}\n`);
      return EXIT_OF_SIGNAL[error.signal];
    }
    throw error instanceof TimedOut ? timedOut(order, timeoutSeconds) : error;
  } finally {
    stopper.end();
  }
}

const STILL_RUNNING = "The service may still be running it, and will write its record.";

function timedOut({ url }: TriggerOptions, seconds: number): UnavailableError {
  return new UnavailableError("service_timed_out", `The service at ${url.host} did not answer within ${seconds} s.`, {
    hints: [STILL_RUNNING, "Wait longer with --timeout; the service's own limit is serve --run-timeout."],
  });
}

function noIdentity(): ConfigurationError {
  return new ConfigurationError("identity_missing", "No identity is configured, so the request cannot be signed.", {
    hints: [
      "Name the service and its key: --service and --key-id, RECONCILE_SERVICE and RECONCILE_KEY_ID, or auth.service and auth.keyId.",
      "Put the key's secret in the configuration file, under auth.keys (docs/service.md).",
    ],
  });
}
