import { type ReconcileError, UnavailableError } from "../../core/errors.js";
import { Findings } from "../../core/findings.js";
import { planRows } from "../../core/mapping.js";
import { reconcile } from "../../core/reconcile.js";
import type { Report } from "../../core/report.js";
import type { DbClient, RunRecorder, StreamQuery } from "../../ports/db-client.js";
import type { ChainDescription, OnChainClient } from "../../ports/on-chain-client.js";
import { checkNetwork, openChain, openDb } from "../adapters.js";
import { buildReport } from "../build-report.js";
import { networkName } from "../config/networks.js";
import type { Settings } from "../config/settings.js";
import type { Io } from "../io.js";
import { Progress } from "../progress.js";
import { RunLog } from "../run-log.js";
import type { RunOptions } from "../run-options.js";
import { Interrupted, Stop, TimedOut } from "../stop.js";
import { TOOL_VERSION } from "../version.js";

/** Rows fetched from the database at a time. */
const PAGE_SIZE = 5_000;

/**
 * One reconciliation, from opened sources to a finished record. What could not be checked is in the report.
 * @throws ConfigurationError before anything was checked.
 */
export async function runReconciliation(
  settings: Settings,
  options: RunOptions,
  io: Io,
  redact: (text: string) => string,
): Promise<Report> {
  const startedAt = new Date(io.clock.now());
  const runId = io.newRunId();
  const findings = new Findings();
  const stopper = new Stopper(io, options.timeoutSeconds);
  const open: { close(): Promise<void> }[] = [];
  let network: string | null = null;
  let log: RunLog | null = null;
  try {
    const db = await openDb(settings.database.url);
    open.push(db);
    const chain = await openChain(settings.chain, io);
    open.push(chain);
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
          network,
          stop: stopper.stop,
        },
        findings,
        redact,
      );
    if (!options.dryRun) {
      const recorder = await openRecorder(settings, db);
      if (recorder !== db) open.push(recorder);
      log = await RunLog.check(recorder);
    }
    const description = await describeChain(chain, stopper, findings);
    if (description !== null) {
      const networkChecked = checkNetwork(description, settings.contract.passphrase);
      if (!networkChecked) {
        findings.addNotice(
          "network_not_told",
          "the chain source does not tell its network, so contract.network was not checked",
        );
      }
      network = networkName(description);
    }
    const requestedBy = options.requestedBy ?? io.userName();
    await log?.begin(report(), requestedBy);
    try {
      if (description !== null) await compare(settings, options, io, { db, chain, description }, stopper, findings);
    } catch (error) {
      await log?.fail(error, new Date(io.clock.now()));
      throw error;
    }
    finishFindings(findings, options, stopper);
    const finished = report();
    if (log === null) return finished;
    const failure = await log.finish(finished, stopper.stop instanceof Interrupted);
    if (failure === null) return finished;
    findings.addError(failure.code, failure.message);
    return report();
  } finally {
    stopper.end();
    await Promise.allSettled(open.map((resource) => resource.close()));
  }
}

/** The node's answer, or null when it could not be had, which then is in the findings. */
async function describeChain(
  chain: OnChainClient,
  stopper: Stopper,
  findings: Findings,
): Promise<ChainDescription | null> {
  try {
    return await chain.describe({ signal: stopper.signal });
  } catch (error) {
    if (!(error instanceof UnavailableError || error instanceof Stop)) throw error;
    if (error instanceof UnavailableError) findings.addError(error.code, fullMessage(error));
    return null;
  }
}

async function compare(
  settings: Settings,
  options: RunOptions,
  io: Io,
  sources: { readonly db: DbClient; readonly chain: OnChainClient; readonly description: ChainDescription },
  stopper: Stopper,
  findings: Findings,
): Promise<void> {
  const { database, contract } = settings;
  const plan = planRows(database.mapping, contract.layout);
  const progress = new Progress(io.stderr, io.clock, options.progress && !options.quiet);
  const query: StreamQuery = {
    table: database.table,
    columns: plan.columns,
    orderBy: database.mapping.onChainId,
    ...(database.where === null ? {} : { where: database.where }),
    ...(options.only === null ? {} : { only: { column: database.mapping.streamId, values: options.only } }),
    pageSize: PAGE_SIZE,
  };
  try {
    const { pages } = await sources.db.getStreams(query, stopper.signal);
    await reconcile(
      {
        pages,
        chain: sources.chain,
        contractId: contract.id,
        layout: contract.layout,
        plan,
        policy: settings.policy,
        concurrency: settings.chain.concurrency,
        latestLedger: sources.description.latestLedger,
        only: options.only,
        signal: stopper.signal,
        onProgress: (seen) => progress.update(seen),
      },
      findings,
    );
  } catch (error) {
    if (error instanceof Stop) return;
    if (!(error instanceof UnavailableError)) throw error;
    findings.addError(error.code, `${fullMessage(error)} (after ${findings.seen} streams)`);
  } finally {
    progress.clear();
  }
}

/** What is only known at the end: nothing seen, or not everything. */
function finishFindings(findings: Findings, options: RunOptions, stopper: Stopper): void {
  if (stopper.stop !== null) {
    findings.addError(stopper.stop.code, stopper.stop.message);
  } else if (findings.seen === 0 && findings.errors.length === 0 && !options.allowEmpty) {
    findings.addError("nothing_checked", "the database has no stream to check; if that is right, give --allow-empty");
  }
}

function fullMessage(error: ReconcileError): string {
  return [error.message, ...error.details, ...error.hints].join(" ");
}

async function openRecorder(settings: Settings, db: DbClient): Promise<DbClient & RunRecorder> {
  if (settings.runStore.url === settings.database.url) return db;
  const recorder = await openDb(settings.runStore.url, { create: settings.isDemo });
  if (settings.isDemo) await recorder.createRunTable();
  return recorder;
}

/** Turns signals and the time limit into one AbortSignal. */
class Stopper {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | null;
  readonly #endSignals: () => void;
  stop: Stop | null = null;

  constructor(io: Io, timeoutSeconds: number | null) {
    this.#endSignals = io.onStopSignal((signal) => this.#stop(new Interrupted(signal)));
    this.#timer =
      timeoutSeconds === null
        ? null
        : setTimeout(() => this.#stop(new TimedOut(timeoutSeconds)), timeoutSeconds * 1000);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  #stop(stop: Stop): void {
    if (this.stop !== null) return;
    this.stop = stop;
    this.#controller.abort(stop);
  }

  end(): void {
    this.#endSignals();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
