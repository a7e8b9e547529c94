import { ConfigurationError, type ReconcileError, UnavailableError } from "../../core/errors.js";
import { faultText, type JournalFault } from "../../core/records/journal-fault.js";
import type { Report } from "../../core/report/report.js";
import type { DbClient, RunLock, RunRecorder } from "../../ports/db-client.js";
import type { Settings } from "../config/settings.js";
import { Interrupted, Stop } from "../process/stop.js";
import { sealsOf } from "../records/record-seals.js";
import { type Asker, RunLog } from "../records/run-log.js";
import { openDb } from "../sources/databases.js";
import type { CurrentRun, RunRequest } from "./current-run.js";

/** A run that holds its contract's lock and has begun its record. */
interface Recording {
  readonly log: RunLog;
  readonly lock: RunLock;
}

/**
 * Does the work under a record: it is `RUNNING` before, and completed after. Until then no other run of the contract is
 * recorded.
 * @throws ConfigurationError if the record cannot be kept, or if the caller must be allowed and is not
 */
export async function underRecord(
  run: CurrentRun,
  db: DbClient,
  asker: Asker,
  work: () => Promise<void>,
): Promise<Report> {
  const recording = await begin(run, db, asker);
  if (recording === null) return run.conclude();
  const { log, lock } = recording;
  try {
    await work().catch(async (error: unknown) => {
      await log.fail(error, run.now);
      throw error;
    });
    await checkLock(run, lock);
    const report = run.conclude();
    const failure = await finish(run, log, report);
    if (failure === null) {
      const isInterrupted = run.stopper.stop instanceof Interrupted;
      if (log.head !== null && !isInterrupted) run.request.onRecord?.(log.head);
      return report;
    }
    run.addError(failure);
    return run.report();
  } finally {
    await run.stopper.within(lock.release()).catch(() => undefined);
  }
}

/** @returns null when the run was stopped before its record could be begun */
async function begin(run: CurrentRun, db: DbClient, asker: Asker): Promise<Recording | null> {
  const { settings } = run.request;
  const recorder = await openRecorder(run, db);
  let lock: RunLock | null = null;
  try {
    const log = await run.stopper.within(sealsOf(settings.auth).then((seals) => RunLog.check(recorder, seals)));
    lock = await lockRuns(run, recorder, asker);
    const found = await run.stopper.within(log.begin(run.report(), asker));
    if (found !== null) run.findings.addNotice("run_chain_broken", brokenJournal(found));
    return { log, lock };
  } catch (error) {
    if (lock !== null) await run.stopper.within(lock.release()).catch(() => undefined);
    if (!(error instanceof Stop)) throw error;
    run.findings.addError("run_record_failed", "the run was stopped before its record could be written");
    return null;
  }
}

function brokenJournal(found: JournalFault): string {
  const text = `the journal of run records is broken, and this run's record says so: ${faultText(found)}`;
  const rekey =
    "; if auth.recordKey has just been taken into use, say so with reconcile-streams runs rekey; if not, the HMACs were removed";
  return `${text}${found.kind === "unkeyed" ? rekey : "; see reconcile-streams runs verify"}`;
}

/** @throws ConfigurationError if records must name an allowed caller and none was given */
export function askerOf({ settings: { auth, isDemo }, options, io }: RunRequest): Asker {
  const identity = options.identity === undefined ? auth.identity : options.identity;
  if (auth.required && !options.dryRun && !isDemo) {
    if (identity === null) {
      throw new ConfigurationError("identity_required", "A run that leaves a record has to say who asks for it.", {
        details: ["auth.required is true, and no service is named."],
        hints: ["Name the service and its key: --service and --key-id, or RECONCILE_SERVICE and RECONCILE_KEY_ID."],
      });
    }
    if (!auth.allowedServices.includes(identity.service)) {
      throw new ConfigurationError("identity_not_allowed", `The service ${identity.service} may not ask for a run.`, {
        details: ["auth.required is true, and auth.allowedServices does not list it."],
        hints: ["Correct --service (RECONCILE_SERVICE, auth.service), or add it to auth.allowedServices."],
      });
    }
  }
  return { requestedBy: options.requestedBy ?? io.userName(), identity, dbOnly: options.dbOnly };
}

async function openRecorder(run: CurrentRun, db: DbClient): Promise<DbClient> {
  const { runStore, database, isDemo }: Settings = run.request.settings;
  if (runStore.url === database.url) return db;
  const recorder = run.use(await openDb(runStore.url, { create: isDemo }));
  if (isDemo) await recorder.createRunTable();
  return recorder;
}

async function lockRuns(run: CurrentRun, recorder: RunRecorder, { requestedBy, identity }: Asker): Promise<RunLock> {
  const { contractId, runId } = run.report();
  const by = identity === null ? requestedBy : `${requestedBy}, service ${identity.service}`;
  const taking = recorder.lockRuns({ contractId, runId, requestedBy: by, clock: run.request.io.clock });
  try {
    return await run.stopper.within(taking);
  } catch (error) {
    // A lock that comes too late is given back; one that does not come is explained by the error.
    void taking.then(
      (late) => late.release(),
      () => undefined,
    );
    throw error;
  }
}

/** What ran beside another run may have been recorded in its place. */
async function checkLock({ stopper, findings }: CurrentRun, lock: RunLock): Promise<void> {
  if (stopper.stop !== null) return;
  const message =
    "the lock of the run was lost while it was at work (its connection broke, or the process was suspended), and another run may have run beside it; run again";
  try {
    if (await stopper.within(lock.isHeld())) return;
  } catch (error) {
    if (error instanceof Stop) return;
    throw error;
  }
  findings.addError("run_lock_lost", message);
}

/** @returns why the record could not be completed; null when it was */
async function finish({ stopper }: CurrentRun, log: RunLog, report: Report): Promise<ReconcileError | null> {
  try {
    return await stopper.within(log.finish(report, stopper.stop instanceof Interrupted));
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    const message = "The run's record could not be completed in time after the run was stopped.";
    return new UnavailableError("run_record_failed", message, {
      details: ["In reconciliation_runs the run may stay RUNNING."],
      cause: error,
    });
  }
}
