import type { ReadRows, RowSelection } from "../../core/again/confirmation.js";
import { readTokenUnits } from "../../core/contract/token-units.js";
import { ConfigurationError, ReconcileError, UnavailableError } from "../../core/errors.js";
import type { Observation } from "../../core/look/observer.js";
import { Findings, type FindingsReader } from "../../core/report/findings.js";
import type { Report, TokenUnits } from "../../core/report/report.js";
import { planRows, type RowPlan } from "../../core/rules/mapping.js";
import { reconcile } from "../../core/run/reconcile.js";
import type { DbClient, RunLock, RunRecorder, StreamQuery, StreamReader } from "../../ports/db-client.js";
import type { ChainDescription, OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";
import type { RunOptions } from "../command-line/run-options.js";
import { columnKeys } from "../config/column-keys.js";
import { checkNetwork, networkName } from "../config/networks.js";
import type { Settings } from "../config/settings.js";
import { leftOut } from "../process/fail-on.js";
import type { Io } from "../process/io.js";
import { presentError } from "../process/present-error.js";
import { Interrupted, Stop } from "../process/stop.js";
import { Stopper } from "../process/stopper.js";
import { TOOL_VERSION } from "../process/version.js";
import { sealsOf } from "../records/record-seals.js";
import { type Asker, RunLog } from "../records/run-log.js";
import { openChain } from "../sources/chains.js";
import { openDb } from "../sources/databases.js";
import { buildReport } from "./build-report.js";
import { isWatched, Progress } from "./progress.js";
import { similarIds } from "./similar-ids.js";

/** Rows fetched from the database at a time, unless it gives fewer. */
const PAGE_SIZE = 2_000;

/** Puts itself between the run and its sources. */
export interface Watch {
  rows(reader: StreamReader): StreamReader;
  chain(client: OnChainClient): OnChainClient;
  /** Everything was compared, and the chain is still open. */
  compared(chain: OnChainClient, options: ReadOptions): Promise<void>;
}

/**
 * One reconciliation, from opened sources to a finished record. What could not be checked is in the report.
 * @param told hears of every finding as it is found; the report's lists are then empty on a dry run without `--report`
 * @param watch sees what is read, for whoever shows more of it than a report does
 * @param onObservation is told of every look at a stream
 * @throws ConfigurationError before anything was checked.
 */
export async function runReconciliation(
  settings: Settings,
  options: RunOptions,
  io: Io,
  redact: (text: string) => string,
  told: FindingsReader | null = null,
  watch: Watch | null = null,
  onObservation: ((seen: Observation) => void) | null = null,
): Promise<Report> {
  const asker = askerOf(settings, options, io);
  const startedAt = new Date(io.clock.now());
  const runId = io.newRunId();
  // A record and a report file hold the whole report: only a dry run without one can let go of what it has told already.
  const keep = !options.dryRun || options.reports.length > 0;
  const findings = new Findings(told === null ? {} : { reader: told, keep });
  const stopper = new Stopper(io, options.timeoutSeconds);
  const explain: Explain = (error) => {
    if (options.verbose) io.stderr.write(redact(presentError(error, true)));
  };
  const open: { close(): Promise<void> }[] = [];
  let network: string | null = null;
  let tokens = settings.contract.tokens;
  let log: RunLog | null = null;
  let lock: RunLock | null = null;
  try {
    const db = await openDb(settings.database.url);
    open.push(db);
    const openedChain = await openChain(settings.chain, io);
    open.push(openedChain);
    const rows = watch?.rows(db) ?? db;
    const chain = watch?.chain(openedChain) ?? openedChain;
    const report = () =>
      buildReport(
        {
          runId,
          startedAt,
          finishedAt: new Date(io.clock.now()),
          dryRun: options.dryRun,
          toolVersion: TOOL_VERSION,
          only: options.only,
          contractId: settings.contract.id,
          failOn: settings.failOn,
          network,
          tokens,
          stop: stopper.stop,
        },
        findings,
        redact,
      );
    const concluded = () => {
      finishFindings(findings, settings, options, stopper);
      return report();
    };
    if (!options.dryRun) {
      const recorder = await openRecorder(settings, db);
      if (recorder !== db) open.push(recorder);
      try {
        log = await stopper.within(checkLog(recorder, settings));
        lock = await lockRuns(recorder, report(), asker, io, stopper);
        const damage = await stopper.within(log.begin(report(), asker));
        if (damage !== null) findings.addNotice("run_chain_broken", `${damage}; see reconcile-streams runs verify`);
      } catch (error) {
        if (!(error instanceof Stop)) throw error;
        findings.addError("run_record_failed", "the run was stopped before its record could be written");
        return concluded();
      }
    }
    try {
      const description = await describeChain(chain, stopper, findings, explain);
      if (description !== null) {
        network = checkedNetwork(description, settings, findings);
        const sources = { rows, chain, description };
        await compare(settings, options, io, sources, stopper, findings, explain, onObservation);
        await watch?.compared(openedChain, { signal: stopper.signal });
        // Not watched: it is no part of what is judged.
        tokens = await tokenUnits(tokens, findings, openedChain, stopper);
      }
    } catch (error) {
      await log?.fail(error, new Date(io.clock.now()));
      throw error;
    }
    if (lock !== null) await checkLock(lock, stopper, findings);
    const finished = concluded();
    if (log === null) return finished;
    const failure = await finishLog(log, finished, stopper);
    if (failure === null) return finished;
    findings.addError(failure.code, fullMessage(failure));
    explain(failure);
    return report();
  } finally {
    stopper.end();
    if (lock !== null) await stopper.within(lock.release()).catch(() => undefined);
    await Promise.allSettled(open.map((resource) => resource.close()));
  }
}

/** @throws ConfigurationError when records have to say who asked, and nobody did who may */
function askerOf({ auth, isDemo }: Settings, options: RunOptions, io: Io): Asker {
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

async function checkLog(recorder: RunRecorder, { auth }: Settings): Promise<RunLog> {
  return RunLog.check(recorder, await sealsOf(auth));
}

async function lockRuns(
  recorder: RunRecorder,
  { contractId, runId }: Report,
  { requestedBy, identity }: Asker,
  io: Io,
  stopper: Stopper,
): Promise<RunLock> {
  const by = identity === null ? requestedBy : `${requestedBy}, service ${identity.service}`;
  const taking = recorder.lockRuns({ contractId, runId, requestedBy: by, clock: io.clock });
  try {
    return await stopper.within(taking);
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
async function checkLock(lock: RunLock, stopper: Stopper, findings: Findings): Promise<void> {
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
async function finishLog(log: RunLog, report: Report, stopper: Stopper): Promise<ReconcileError | null> {
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

/** @throws ConfigurationError when the chain is another network than the configured one */
function checkedNetwork(description: ChainDescription, settings: Settings, findings: Findings): string | null {
  if (!checkNetwork(description, settings.contract.passphrase)) {
    findings.addNotice(
      "network_not_told",
      "the chain source does not tell its network, so contract.network was not checked",
    );
  }
  return networkName(description);
}

/** With --verbose: the stack of an error that the report only sums up. */
type Explain = (error: ReconcileError) => void;

/** The node's answer, or null when it could not be had, which then is in the findings. */
async function describeChain(
  chain: OnChainClient,
  stopper: Stopper,
  findings: Findings,
  explain: Explain,
): Promise<ChainDescription | null> {
  try {
    return await chain.describe({ signal: stopper.signal });
  } catch (error) {
    if (!(error instanceof UnavailableError || error instanceof Stop)) throw error;
    if (error instanceof UnavailableError) {
      explain(error);
      findings.addError(error.code, fullMessage(error));
    }
    return null;
  }
}

/** What is configured, and what the other tokens of the findings say of themselves. */
async function tokenUnits(
  configured: readonly TokenUnits[],
  findings: Findings,
  chain: OnChainClient,
  { signal }: Stopper,
): Promise<readonly TokenUnits[]> {
  const unknown = [...findings.tokens].filter((token) => !configured.some((known) => known.token === token));
  if (unknown.length === 0 || signal.aborted) return configured;
  try {
    return [...configured, ...(await readTokenUnits(chain, unknown, { signal }))];
  } catch (error) {
    // Without them the report is as true as with them: its amounts are in base units.
    if (error instanceof UnavailableError || error instanceof Stop) return configured;
    throw error;
  }
}

async function compare(
  settings: Settings,
  options: RunOptions,
  io: Io,
  sources: { readonly rows: StreamReader; readonly chain: OnChainClient; readonly description: ChainDescription },
  stopper: Stopper,
  findings: Findings,
  explain: Explain,
  onObservation: ((seen: Observation) => void) | null,
): Promise<void> {
  const { database, contract } = settings;
  const plan = planRows(database.mapping, contract.layout);
  const progress = new Progress(io.stderr, io.clock, options.progress && !options.quiet && isWatched(io.env));
  const readRows: ReadRows = (selection) =>
    sources.rows.getStreams(streamQuery(settings, plan, selection), stopper.signal);
  try {
    await reconcile(
      {
        readRows,
        chain: sources.chain,
        clock: io.clock,
        contractId: contract.id,
        layout: contract.layout,
        plan,
        policy: settings.policy,
        concurrency: sources.description.readsAtATime,
        confirm: settings.confirm,
        latestLedger: sources.description.latestLedger,
        isStatic: sources.description.isStatic,
        only: options.only,
        dbOnly: options.dbOnly,
        signal: stopper.signal,
        similarIds: (ids) => similarIds(ids, readRows, plan, stopper.signal),
        onProgress: (state) => progress.update(state),
        ...(onObservation === null ? {} : { onObservation }),
      },
      findings,
    );
  } catch (error) {
    if (error instanceof Stop) return;
    // A table that vanishes under a run is no mistake of the command line: part of the work was done.
    if (!(error instanceof UnavailableError) && !(error instanceof ReconcileError && findings.seen > 0)) throw error;
    explain(error);
    findings.addError(error.code, `${fullMessage(error)} (After ${findings.seen} streams.)`);
  } finally {
    progress.clear();
  }
}

/** The rows of a run, or those of them that a selection names. */
export function streamQuery(settings: Settings, plan: RowPlan, selection: RowSelection): StreamQuery {
  const { database, contract } = settings;
  const { mapping, where, contractColumn, globalCursor } = database;
  const column = selection?.by === "onChainId" ? mapping.onChainId : mapping.streamId;
  return {
    table: database.table,
    columns: plan.columns,
    namedBy: columnKeys(settings),
    orderBy: mapping.onChainId,
    ...(where === null ? {} : { where }),
    ...(contractColumn === null ? {} : { equals: { column: contractColumn, value: contract.id } }),
    ...(globalCursor === null ? {} : { globalCursor }),
    ...(selection === null ? {} : { only: { column, values: selection.values } }),
    pageSize: PAGE_SIZE,
  };
}

/** What is only known at the end: nothing seen, or not everything. */
function finishFindings(findings: Findings, settings: Settings, options: RunOptions, stopper: Stopper): void {
  const { where } = settings.database;
  if (where !== null) findings.addNotice("rows_limited", rowsLimited(where));
  const tolerated = leftOut(settings.failOn);
  if (tolerated.length > 0) {
    const message = `by policy (failOn), the exit code of this run does not tell about: ${tolerated.join(", ")}`;
    findings.addNotice("policy_fail_on", message);
  }
  if (stopper.stop !== null) {
    findings.addError(stopper.stop.code, stopper.stop.message);
  } else if (sawNothing(findings, options) && !findings.hasErrors && !options.allowEmpty) {
    findings.addError("nothing_checked", "the database has no stream to check; if that is right, give --allow-empty");
  }
}

function rowsLimited(where: string): string {
  return `only rows that satisfy database.where were read (${where}); streams of other rows count as missing in the database`;
}

function sawNothing(findings: Findings, options: RunOptions): boolean {
  return options.only === null ? findings.rows === 0 : findings.seen === 0;
}

/** Message, facts and steps as one line of prose: in a report they share a cell. */
function fullMessage(error: ReconcileError): string {
  const sentences = [error.message, ...error.details, ...error.hints];
  return sentences.map((text) => (/[.!?]$/.test(text) ? text : `${text}.`)).join(" ");
}

async function openRecorder(settings: Settings, db: DbClient): Promise<DbClient & RunRecorder> {
  if (settings.runStore.url === settings.database.url) return db;
  const recorder = await openDb(settings.runStore.url, { create: settings.isDemo });
  if (settings.isDemo) await recorder.createRunTable();
  return recorder;
}
