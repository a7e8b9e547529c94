import type { ReconcileError } from "../../core/errors.js";
import type { Observation } from "../../core/look/observation.js";
import type { JournalHead } from "../../core/records/journal.js";
import { Findings, type FindingsReader } from "../../core/report/findings.js";
import type { ChainProgress, Report, TokenUnits } from "../../core/report/report.js";
import type { ChainDescription } from "../../ports/on-chain-client.js";
import type { RunOptions } from "../command-line/run-options.js";
import type { Settings } from "../config/settings.js";
import { leftOut } from "../process/fail-on.js";
import type { Io } from "../process/io.js";
import { presentError } from "../process/present-error.js";
import type { Redact } from "../process/redactor.js";
import { Stopper } from "../process/stopper.js";
import { TOOL_VERSION } from "../process/version.js";
import { buildReport } from "./build-report.js";
import { comparedOf, leniencies } from "./compared.js";

/** What one reconciliation is asked to do. */
export interface RunRequest {
  readonly settings: Settings;
  readonly options: RunOptions;
  readonly io: Io;
  readonly redact: Redact;
  /** Hears of every finding as it is found; the report's lists are then empty on a dry run without `--report`. */
  readonly reader?: FindingsReader;
  /** Hold the streams of `options.only` against all that a run of all streams would see of them. Default: false. */
  readonly isThorough?: boolean;
  /** Called with what each look saw of a stream; `look` counts from 0. */
  readonly onObservation?: (seen: Observation, look: number) => void;
  /** Called once the run's record is complete, with the head that the journal has now. */
  readonly onRecord?: (head: JournalHead) => void;
}

/** The run that is under way: what it was asked, what it has found so far, and what it has to close. */
export class CurrentRun {
  readonly request: RunRequest;
  readonly findings: Findings;
  readonly stopper: Stopper;
  readonly #runId: string;
  readonly #startedAt: Date;
  readonly #open: { close(): Promise<void> }[] = [];
  /** The network's name, once the chain has told it. */
  network: string | null = null;
  #chain: ChainProgress = { source: null, newestLedger: null, closedAt: null, ageSeconds: null };
  /** Tokens whose units are known. */
  tokens: readonly TokenUnits[];

  constructor(request: RunRequest) {
    const { settings, options, io, reader } = request;
    this.request = request;
    this.#startedAt = new Date(io.clock.now());
    this.#runId = io.newRunId();
    // A record and a report file hold the whole report: only a dry run without one can let go of what it has told already.
    const keep = !options.dryRun || options.reports.length > 0;
    this.findings = new Findings(reader === undefined ? {} : { reader, keep });
    this.stopper = new Stopper(io, options.timeoutSeconds);
    this.tokens = settings.contract.tokens;
  }

  get now(): Date {
    return new Date(this.request.io.clock.now());
  }

  /** Notes how new the chain is. A node that has stopped following the network is no witness; a file says its own time. */
  sawChain({ latestLedger, closeTime, isStatic }: ChainDescription): void {
    const { policy } = this.request.settings;
    const closed_s = closeTime === null || closeTime > YEAR_9999_S ? null : Number(closeTime);
    const age_s = closed_s === null ? null : Math.round(this.request.io.clock.now() / 1000 - closed_s);
    this.#chain = {
      source: isStatic ? "snapshot" : "rpc",
      newestLedger: latestLedger,
      closedAt: closed_s === null ? null : new Date(closed_s * 1000).toISOString(),
      ageSeconds: age_s,
    };
    if (isStatic || age_s === null || policy.maxNodeAge_s === null || Math.abs(age_s) <= policy.maxNodeAge_s) return;
    const when = age_s < 0 ? `${-age_s} s in the future` : `${age_s} s ago`;
    const cause =
      age_s < 0 ? "one of the two clocks is wrong" : "the node has stopped following the network, or a clock is wrong";
    const message = `the node's newest ledger, ${latestLedger}, closed ${when} by this machine's clock, and ${policy.maxNodeAge_s} s are allowed (policy.maxNodeAge): ${cause}`;
    this.findings.addError("node_stale", message);
  }

  /** Closes it when the run ends. */
  use<T extends { close(): Promise<void> }>(resource: T): T {
    this.#open.push(resource);
    return resource;
  }

  async close(): Promise<void> {
    this.stopper.end();
    await Promise.allSettled(this.#open.map((resource) => resource.close()));
  }

  /** The report as things stand. Whoever prints, seals or sends it gets it without secrets. */
  report(): Report {
    const { settings, options, redact } = this.request;
    const report = buildReport(
      {
        runId: this.#runId,
        startedAt: this.#startedAt,
        finishedAt: this.now,
        dryRun: options.dryRun,
        toolVersion: TOOL_VERSION,
        only: options.only,
        contractId: settings.contract.id,
        failOn: settings.failOn,
        network: this.network,
        tokens: this.tokens,
        compared: comparedOf(this.request),
        chain: this.#chain,
        stop: this.stopper.stop,
      },
      this.findings,
    );
    return redact(report);
  }

  /** The final report, with what is only known at the end: that nothing was seen, or not everything. */
  conclude(): Report {
    const { findings, stopper } = this;
    const { settings, options } = this.request;
    const { where, missingColumns } = settings.database;
    if (where !== null) findings.addNotice("rows_limited", rowsLimited(where));
    for (const { field, column } of missingColumns) {
      findings.addNotice("column_not_there", `the table has no column ${column}, so ${field} was not compared`);
    }
    for (const { code, message } of leniencies(comparedOf(this.request))) findings.addNotice(code, message);
    const tolerated = leftOut(settings.failOn);
    if (tolerated.length > 0) {
      const message = `by policy (failOn), these do not affect the exit code of this run: ${tolerated.join(", ")}`;
      findings.addNotice("policy_fail_on", message);
    }
    if (stopper.stop !== null) {
      findings.addError(stopper.stop.code, stopper.stop.message);
    } else if (this.#sawNothing && !findings.hasErrors && !options.allowEmpty) {
      findings.addError("nothing_checked", "the database has no stream to check; if that is right, give --allow-empty");
    }
    return this.report();
  }

  /** Books a failure as an error of the run. @param more a sentence to add */
  addError(error: ReconcileError, more = ""): void {
    const { options, io } = this.request;
    if (options.verbose) io.stderr.write(presentError(error, true));
    this.findings.addError(error.code, `${fullMessage(error)}${more}`);
  }

  get #sawNothing(): boolean {
    return this.request.options.only === null ? this.findings.rows === 0 : this.findings.seen === 0;
  }
}

/** Later times have no date that a report can hold. */
const YEAR_9999_S = 253_402_300_799n;

function rowsLimited(where: string): string {
  return `only rows that satisfy database.where were read (${where}); streams of other rows count as missing in the database`;
}

/** Message, facts and steps as one line of prose: in a report they share a cell. */
function fullMessage(error: ReconcileError): string {
  const sentences = [error.message, ...error.details, ...error.hints];
  return sentences.map((text) => (/[.!?]$/.test(text) ? text : `${text}.`)).join(" ");
}
