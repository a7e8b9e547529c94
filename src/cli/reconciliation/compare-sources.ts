import { readTokenUnits } from "../../core/contract/token-units.js";
import { ReconcileError, UnavailableError } from "../../core/errors.js";
import { planRows } from "../../core/rules/mapping.js";
import { type Reconciliation, reconcile } from "../../core/run/reconcile.js";
import { showRows } from "../../core/run/rows-pass.js";
import type { ReadRows } from "../../core/run/run-context.js";
import type { StreamReader } from "../../ports/db-client.js";
import type { ChainDescription, OnChainClient } from "../../ports/on-chain-client.js";
import { checkNetwork, networkName } from "../config/networks.js";
import { Stop } from "../process/stop.js";

import type { CurrentRun } from "./current-run.js";
import { firstEventOf } from "./first-event.js";
import { isWatched, Progress } from "./progress.js";
import { similarIds } from "./similar-ids.js";
import { streamQuery } from "./stream-query.js";

/** Both sides, opened. */
export interface Sources {
  readonly rows: StreamReader;
  readonly chain: OnChainClient;
}

/**
 * Compares the two sides. What could not be checked is in the run's findings.
 * @throws ConfigurationError when the chain is another network than the configured one
 */
export async function compareSources(run: CurrentRun, sources: Sources): Promise<void> {
  const description = await describeChain(run, sources.chain);
  if (description !== null) {
    run.sawChain(description);
    run.network = checkedNetwork(run, description);
    await withoutLosing(run, (reconciliation) => reconcile(reconciliation, run.findings), sources, description);
    run.tokens = await tokenUnits(run, sources.chain);
  } else if (run.request.isThorough) {
    await withoutLosing(run, showRows, sources, NOT_REACHED);
  }
}

/** Stands in for the description of a chain that cannot be reached, where only rows are read. */
const NOT_REACHED: ChainDescription = {
  passphrase: null,
  networkId: null,
  latestLedger: 0,
  closeTime: null,
  isStatic: true,
  readsAtATime: 1,
};

/** Does the work; a side that is lost on the way becomes an error of the run, and what was found before stays. */
async function withoutLosing(
  run: CurrentRun,
  work: (reconciliation: Reconciliation) => Promise<void>,
  sources: Sources,
  description: ChainDescription,
): Promise<void> {
  const { io, options } = run.request;
  const progress = new Progress(io.stderr, io.clock, options.progress && !options.quiet && isWatched(io.env));
  try {
    await work(reconciliationOf(run, sources, description, progress));
  } catch (error) {
    if (error instanceof Stop) return;
    // A table that vanishes under a run is no mistake of the command line: part of the work was done.
    const hasBegun = run.findings.seen > 0 || description === NOT_REACHED;
    if (!(error instanceof UnavailableError || (error instanceof ReconcileError && hasBegun))) throw error;
    run.addError(error, ` (After ${run.findings.seen} streams.)`);
  } finally {
    progress.clear();
  }
}

function reconciliationOf(
  { request, stopper }: CurrentRun,
  { rows, chain }: Sources,
  { readsAtATime, latestLedger, isStatic }: ChainDescription,
  progress: Progress,
): Reconciliation {
  const { settings, options, io, isThorough = false, onObservation } = request;
  const { database, contract, policy, confirm, settle_ms } = settings;
  const { signal } = stopper;
  const plan = planRows(database.mapping, contract.layout);
  const readRows: ReadRows = (selection, upTo) => rows.getStreams(streamQuery(settings, plan, selection, upTo), signal);
  return {
    ...{
      readRows,
      chain,
      clock: io.clock,
      plan,
      policy,
      confirm,
      settle_ms,
      latestLedger,
      isStatic,
      isThorough,
      signal,
    },
    contractId: contract.id,
    cursorMeans: database.cursorMeans,
    ...(database.globalCursor === null
      ? {}
      : { cursorName: `${database.globalCursor.table}.${database.globalCursor.column}` }),
    firstEvent: firstEventOf(request, signal),
    layout: contract.layout,
    concurrency: readsAtATime,
    only: options.only,
    dbOnly: options.dbOnly,
    similarIds: (ids) => similarIds(ids, readRows, plan, signal),
    onProgress: (state) => progress.update(state),
    ...(onObservation === undefined ? {} : { onObservation }),
  };
}

/** @returns the node's answer; null when it could not be had, which then is in the findings */
async function describeChain(run: CurrentRun, chain: OnChainClient): Promise<ChainDescription | null> {
  try {
    return await chain.describe({ signal: run.stopper.signal });
  } catch (error) {
    if (!(error instanceof UnavailableError || error instanceof Stop)) throw error;
    if (error instanceof UnavailableError) run.addError(error);
    return null;
  }
}

function checkedNetwork({ request, findings }: CurrentRun, description: ChainDescription): string | null {
  if (!checkNetwork(description, request.settings.contract.passphrase)) {
    findings.addNotice(
      "network_not_told",
      "the chain source does not tell its network, so contract.network was not checked",
    );
  }
  return networkName(description);
}

/** What is configured of tokens, and what the other tokens of the findings say of themselves. */
async function tokenUnits({ request, findings, stopper }: CurrentRun, chain: OnChainClient) {
  const configured = request.settings.contract.tokens;
  const { signal } = stopper;
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
