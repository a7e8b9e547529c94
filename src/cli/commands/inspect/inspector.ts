import { ReconcileError } from "../../../core/errors.js";
import { historyQuestion, inspectStream, whyNoHistory } from "../../../core/inspection/inspect-stream.js";
import type { InspectedHistory, Inspection } from "../../../core/inspection/inspection.js";
import type { Report } from "../../../core/report/report.js";
import { planRows } from "../../../core/rules/mapping.js";
import type { RunOptions } from "../../command-line/run-options.js";
import type { Settings } from "../../config/settings.js";
import { EXIT_OF_SIGNAL } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import type { Redact } from "../../process/redactor.js";
import { Interrupted, Stop } from "../../process/stop.js";
import { Stopper } from "../../process/stopper.js";
import { runReconciliation } from "../../reconciliation/run-reconciliation.js";
import { chainOf } from "../../sources/chains.js";
import { LastLook } from "./last-look.js";

export interface InspectOptions extends RunOptions {
  /** Also show the ledger entry. */
  readonly raw: boolean;
  /** Also read the stream's history. */
  readonly history: boolean;
}

/** Gathers everything about one stream: the result of a thorough run for it alone, and its history. */
export class Inspector {
  readonly #asked: string;
  readonly #settings: Settings;
  readonly #options: InspectOptions;
  readonly #io: Io;
  readonly #redact: Redact;

  constructor(asked: string, settings: Settings, options: InspectOptions, io: Io, redact: Redact) {
    this.#asked = asked;
    this.#settings = settings;
    this.#options = options;
    this.#io = io;
    this.#redact = redact;
  }

  async inspect(): Promise<Inspection> {
    const startedAt = this.#io.clock.now();
    const look = new LastLook();
    const report = await runReconciliation({
      ...{ settings: this.#settings, options: this.#options, io: this.#io, redact: this.#redact },
      isThorough: true,
      onObservation: (seen, number) => look.take(seen, number),
    });
    const stream = this.#inspected(report, look);
    const stopper = new Stopper(this.#io, this.#secondsLeft(startedAt));
    try {
      const history = await this.#history(report, stream, stopper);
      const { stop } = stopper;
      const exitCode = stop instanceof Interrupted ? EXIT_OF_SIGNAL[stop.signal] : stream.exitCode;
      return { ...stream, exitCode, history };
    } finally {
      stopper.end();
    }
  }

  #inspected(report: Report, look: LastLook): Omit<Inspection, "history"> {
    const { contract, database, policy } = this.#settings;
    return inspectStream({
      asked: this.#asked,
      report,
      seen: look.seen,
      row: look.row,
      layout: contract.layout,
      plan: planRows(database.mapping, contract.layout),
      policy,
      now: new Date(this.#io.clock.now()),
      raw: this.#options.raw,
    });
  }

  /** What is left of --timeout; at least a moment, so that the stopper can still report the timeout. */
  #secondsLeft(startedAt: number): number | null {
    const { timeoutSeconds } = this.#options;
    if (timeoutSeconds === null) return null;
    return Math.max(0.001, timeoutSeconds - (this.#io.clock.now() - startedAt) / 1000);
  }

  async #history(report: Report, stream: Omit<Inspection, "history">, { signal }: Stopper): Promise<InspectedHistory> {
    const none = (message: string): InspectedHistory => ({ kind: "none", message });
    if (report.errors.some(({ code }) => code === "interrupted" || code === "timed_out")) {
      return none("the inspection was stopped before it");
    }
    if (!this.#options.history) return none("--no-history was given");
    const question = historyQuestion(stream, this.#settings.contract.layout);
    if (question === null) return none(whyNoHistory(stream));
    const history = await chainOf(this.#settings.chain.url).openHistory(this.#settings.chain, this.#io);
    if (history === null) return none("a snapshot file holds a single ledger and no history");
    try {
      const { streamHistory } = await import("../../../core/inspection/stream-history.js");
      const found = await streamHistory(history, question, { signal });
      return { kind: "read", ...found };
    } catch (error) {
      if (error instanceof Stop) return none(`stopped before it was read: ${error.message}`);
      if (error instanceof ReconcileError) return none(error.message);
      throw error;
    } finally {
      await history.close();
    }
  }
}
