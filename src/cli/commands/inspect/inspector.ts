import { streamLocator } from "../../../core/contract/stream-key.js";
import { ReconcileError } from "../../../core/errors.js";
import { historyQuestion, inspectStream, whyNoHistory } from "../../../core/inspection/inspect-stream.js";
import type { InspectedHistory, Inspection } from "../../../core/inspection/inspection.js";
import type { Remark, Report } from "../../../core/report/report.js";
import { idOfOrphan } from "../../../core/report/stream-outcome.js";
import { planRows, type RowPlan, rowOnChainId } from "../../../core/rules/mapping.js";
import type { RunOptions } from "../../command-line/run-options.js";
import type { Settings } from "../../config/settings.js";
import { EXIT_OF_SIGNAL } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import { Interrupted, Stop } from "../../process/stop.js";
import { Stopper } from "../../process/stopper.js";
import { runReconciliation, streamQuery } from "../../reconciliation/run-reconciliation.js";
import { chainOf, openChain } from "../../sources/chains.js";
import { openDb } from "../../sources/databases.js";
import { type CountedReport, withCount } from "./counted-stream.js";
import { withTwinRow } from "./twin-row.js";
import { Witness } from "./witness.js";

export interface InspectOptions extends RunOptions {
  /** The ledger entry as well. */
  readonly raw: boolean;
  /** What led to it as well. */
  readonly history: boolean;
}

/** Gathers what there is to know of one stream. */
export class Inspector {
  readonly #asked: string;
  readonly #settings: Settings;
  readonly #options: InspectOptions;
  readonly #io: Io;
  readonly #redact: (text: string) => string;
  readonly #plan: RowPlan;
  readonly #witness = new Witness();
  readonly #startedAt: number;

  constructor(asked: string, settings: Settings, options: InspectOptions, io: Io, redact: (text: string) => string) {
    this.#asked = asked;
    this.#settings = settings;
    this.#options = options;
    this.#io = io;
    this.#redact = redact;
    this.#plan = planRows(settings.database.mapping, settings.contract.layout);
    this.#startedAt = io.clock.now();
  }

  async inspect(): Promise<Inspection> {
    const report = await runReconciliation(this.#settings, this.#options, this.#io, this.#redact, null, this.#witness);
    const stopper = new Stopper(this.#io, this.#secondsLeft());
    try {
      return await this.#complete(report, stopper);
    } finally {
      stopper.end();
    }
  }

  async #complete(report: Report, stopper: Stopper): Promise<Inspection> {
    const wasStopped = report.errors.some(({ code }) => code === "interrupted" || code === "timed_out");
    const whole = wasStopped ? report : await this.#readTheRest(report, stopper);
    const found = this.#inspected(whole);
    const { report: final, wasGiven } = wasStopped
      ? { report, wasGiven: false }
      : await this.#count(found, whole, stopper);
    const stream = this.#inspected(final);
    const history = wasStopped
      ? ({ kind: "none", message: "the inspection was ended before" } as const)
      : await this.#history(stream, wasGiven, stopper);
    const { stop } = stopper;
    const exitCode = stop instanceof Interrupted ? EXIT_OF_SIGNAL[stop.signal] : stream.exitCode;
    return { ...stream, exitCode, history };
  }

  #inspected(report: Report): Omit<Inspection, "history"> {
    const { contract, policy } = this.#settings;
    return inspectStream({
      asked: this.#asked,
      report,
      evidence: this.#witness.evidence,
      layout: contract.layout,
      plan: this.#plan,
      policy,
      now: new Date(this.#io.clock.now()),
      raw: this.#options.raw,
    });
  }

  /** A run for one stream alone does not ask the contract how many it has. */
  async #count(
    { streamId, onChainId: id, ledger, verdict, raw }: Omit<Inspection, "history">,
    report: Report,
    { signal }: Stopper,
  ): Promise<CountedReport> {
    if (id === null || raw === null || ledger.observed === null || verdict === "unchecked") {
      return { report, wasGiven: false };
    }
    try {
      const chain = await openChain(this.#settings.chain, this.#io);
      try {
        const stream = { streamId, id, isThere: raw.value !== null };
        return await withCount(report, stream, chain, this.#settings, { signal });
      } finally {
        await chain.close();
      }
    } catch (error) {
      return { report: { ...report, notices: [...report.notices, ...this.#lost(error)] }, wasGiven: false };
    }
  }

  /** What is left of --timeout; at least a moment, in which the stopper can still say that the time is up. */
  #secondsLeft(): number | null {
    const { timeoutSeconds } = this.#options;
    if (timeoutSeconds === null) return null;
    return Math.max(0.001, timeoutSeconds - (this.#io.clock.now() - this.#startedAt) / 1000);
  }

  /**
   * A run reads no row where the chain is out of reach, no entry for a row that it cannot read, and no other rows; a
   * person wants to see all of that.
   * @returns the report, with what was found, or could not be read
   */
  async #readTheRest(report: Report, { signal }: Stopper): Promise<Report> {
    try {
      if (this.#witness.hasReadRows) await this.#readEntry(signal);
      else await this.#readRow(signal);
    } catch (error) {
      return { ...report, errors: [...report.errors, ...this.#lost(error)] };
    }
    const { row } = this.#witness.evidence;
    if (row === null) return report;
    try {
      return await withTwinRow(report, row, this.#plan, this.#settings, signal);
    } catch (error) {
      // The run's verdict does not rest on it.
      return { ...report, notices: [...report.notices, ...this.#lost(error)] };
    }
  }

  #lost(error: unknown): Remark[] {
    if (error instanceof Stop) return [];
    if (!(error instanceof ReconcileError)) throw error;
    return [{ streamId: null, code: error.code, message: this.#redact(error.message) }];
  }

  async #readRow(signal: AbortSignal): Promise<void> {
    const db = await openDb(this.#settings.database.url);
    try {
      const id = idOfOrphan(this.#asked);
      const byId = { by: "streamId", values: [this.#asked] } as const;
      const selection = id === null ? byId : ({ by: "onChainId", values: [String(id)] } as const);
      const query = streamQuery(this.#settings, this.#plan, selection);
      const { pages } = this.#witness.tap(await db.getStreams(query, signal));
      for await (const _page of pages);
    } finally {
      await db.close();
    }
  }

  async #readEntry(signal: AbortSignal): Promise<void> {
    const { row } = this.#witness.evidence;
    const { layout, id: contractId } = this.#settings.contract;
    const id = row === null ? null : rowOnChainId(row, this.#plan);
    const locator = streamLocator(layout, contractId);
    if (id === null || id < 0n || id > locator.greatestId) return;
    if (this.#witness.evidence.entryOf(locator.ledgerKey(id)) !== null) return;
    const chain = this.#witness.chain(await openChain(this.#settings.chain, this.#io));
    try {
      await chain.readEntries([locator.ledgerKey(id)], { signal });
      await chain.latestLedger({ signal });
    } finally {
      await chain.close();
    }
  }

  /** @param wasGiven whether there was such a stream, whatever became of it */
  async #history(
    stream: Parameters<typeof historyQuestion>[0],
    wasGiven: boolean,
    stopper: Stopper,
  ): Promise<InspectedHistory> {
    const none = (message: string): InspectedHistory => ({ kind: "none", message: this.#redact(message) });
    if (!this.#options.history) return none("--no-history was given");
    const question = historyQuestion(stream, this.#settings.contract.layout);
    const isNothing = stream.verdict === "not-found" && !wasGiven;
    if (question === null || isNothing) return none(whyNoHistory(stream.verdict));
    const history = await chainOf(this.#settings.chain.url).openHistory(this.#settings.chain, this.#io);
    if (history === null) return none("a snapshot file holds one ledger, and nothing of what led to it");
    try {
      const { streamHistory } = await import("../../../core/inspection/stream-history.js");
      const found = await streamHistory(history, question, { signal: stopper.signal });
      return { kind: "read", ...found, gaps: found.gaps.map(this.#redact) };
    } catch (error) {
      if (error instanceof Stop) return none(`ended before it was read: ${error.message}`);
      if (error instanceof ReconcileError) return none(error.message);
      throw error;
    } finally {
      await history.close();
    }
  }
}
