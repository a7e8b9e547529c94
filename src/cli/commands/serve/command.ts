import { ConfigurationError } from "../../../core/errors.js";
import type { Observation } from "../../../core/look/observation.js";
import { sidesOf } from "../../../core/look/stream-sides.js";
import { planRows } from "../../../core/rules/mapping.js";
import type { Work } from "../../../server/runs.js";
import { ServiceLog } from "../../../server/service-log.js";
import type { Call } from "../../command-line/declaration.js";
import { type RunOptions, readRunOptions } from "../../command-line/run-options.js";
import type { Identity } from "../../config/auth.js";
import { DEMO_NOTICE } from "../../config/demo.js";
import { resolveSettings } from "../../config/resolve.js";
import type { Settings } from "../../config/settings.js";
import { withoutMissingColumns } from "../../config/usual-columns.js";
import { EXIT } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import type { RedactedOutput } from "../../process/redacted-output.js";
import type { Redact, Redactor } from "../../process/redactor.js";
import { runReconciliation } from "../../reconciliation/run-reconciliation.js";
import { databaseOf } from "../../sources/databases.js";
import { checkSources } from "./check-sources.js";
import { readServeOptions, type ServeOptions } from "./options.js";

/** `reconcile-streams serve`: runs behind HTTP, until a signal ends the service. */
export async function serveCommand(
  { options: raw }: Call,
  given: Io & { readonly stderr: RedactedOutput },
  { hide, redact }: Redactor,
): Promise<number> {
  const options = readServeOptions(raw);
  const run = readRunOptions(raw, given.cwd);
  const log = new ServiceLog(
    (fields) => given.stderr.writeJson(fields),
    () => given.clock.now(),
  );
  const io = { ...given, stderr: noticesOf(log) };
  const settings = await resolveSettings({ ...io, options: raw, hide });
  checkAccess(settings);
  const { Service } = await import("../../../server/service.js");
  const seen = (await databaseOf(settings.runStore.url).signatures?.open(settings.runStore.url)) ?? null;
  const service = new Service({
    rules: settings.auth,
    work: workOf(settings, { ...run, timeoutSeconds: options.runTimeoutSeconds }, io, redact),
    checkHealth: async () => checkSources(await withoutMissingColumns(settings), io),
    seen,
    clock: io.clock,
    servesMetrics: options.metrics,
    log,
    redact,
  });
  const stopped = new Promise<void>((resolve, reject) => {
    let isStopping = false;
    io.onStopSignal((signal) => {
      log.info("stopping", { signal, atOnce: isStopping });
      // A second signal means: do not wait.
      if (isStopping) return service.cancel(signal);
      isStopping = true;
      service.stop(options.graceSeconds).then(resolve, reject);
    });
  });
  const url = await service.listen(options.host, options.port).catch(async (error: unknown) => {
    await seen?.close();
    throw error;
  });
  warn(settings, options, seen !== null, log);
  io.stdout.write(`Listening on ${url}\n`);
  log.info("listening", { url, replays: seen === null ? "memory" : "database", demo: settings.isDemo });
  await stopped;
  log.info("stopped");
  return EXIT.inSync;
}

/** @throws ConfigurationError when no caller could ever be authenticated */
function checkAccess({ auth }: Settings): void {
  if (auth.keys.size === 0) {
    throw new ConfigurationError("auth_keys_missing", "The service has no keys, so no caller could be authenticated.", {
      hints: ['Configure at least one key: "auth": { "keys": { "key-1": … }, … } (docs/service.md).'],
    });
  }
  if (auth.allowedServices.length === 0) {
    throw new ConfigurationError("auth_services_missing", "No service is allowed to ask for runs.", {
      hints: ['Name those that are: "auth": { "allowedServices": ["scheduler"], … } (docs/service.md).'],
    });
  }
}

function warn(settings: Settings, { host }: ServeOptions, isShared: boolean, log: ServiceLog): void {
  const messages = [
    ...(settings.isDemo ? [DEMO_NOTICE.trim()] : []),
    ...(isShared
      ? []
      : [
          "Signatures are remembered in memory only: run one process of this service, and see docs/service.md, Replays.",
        ]),
    ...(/^(127\.|::1$|localhost$)/.test(host)
      ? []
      : [`${host} is not the loopback address, and requests are not encrypted: put TLS in front.`]),
  ];
  for (const message of messages) log.warn("notice", { message });
}

/** Standard error for what else has something to say there: in the service's log it is a line like all others. */
function noticesOf(log: ServiceLog): Io["stderr"] {
  return { write: (text) => log.warn("notice", { message: text.trim() }), isTTY: false, columns: undefined };
}

/** The job as the service asks for it; the table may have been migrated since the last request. */
function workOf(configured: Settings, options: RunOptions, io: Io, redact: Redact): Work {
  const newRunId = () => io.newRunId();
  return {
    newRunId,
    run: async ({ dryRun, streamId }, caller, handle) => {
      const settings = await withoutMissingColumns(configured);
      const only = streamId === null ? null : [streamId];
      const asked = { ...options, dryRun, only, identity: caller satisfies Identity, requestedBy: caller.service };
      return runReconciliation({ settings, options: asked, io: ioOf(io, handle), redact });
    },
    look: async (streamId, handle) => {
      const settings = await withoutMissingColumns(configured);
      let last: Observation | null = null;
      const asked = { ...options, dryRun: true, only: [streamId] };
      const report = await runReconciliation({
        ...{ settings, options: asked, io: ioOf(io, handle), redact },
        onObservation: (seen) => {
          last = seen;
        },
      });
      const { database, contract, policy } = settings;
      const plan = planRows(database.mapping, contract.layout);
      return { report, sides: last === null ? null : sidesOf(last, contract.layout, plan, policy) };
    },
  };
}

/** The process as one run sees it: its stop signals come from the service. */
function ioOf(io: Io, handle: Parameters<Work["look"]>[1]): Io {
  return { ...io, newRunId: () => handle.runId, onStopSignal: (callback) => handle.onStopSignal(callback) };
}
