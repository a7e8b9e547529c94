import type { Identity } from "../auth/identity.js";
import { ConfigurationError, ReconcileError, RunLocked } from "../core/errors.js";
import type { StreamSides } from "../core/look/stream-sides.js";
import type { Report } from "../core/report/report.js";
import type { Metrics } from "./metrics.js";
import { Problem } from "./problem.js";
import type { RunRequest } from "./run-request.js";
import { type RunHandle, RunSlot, type StopSignal } from "./run-slot.js";
import type { ServiceLog } from "./service-log.js";

/** The job behind the routes, supplied from outside. */
export interface Work {
  run(request: RunRequest, caller: Identity, handle: RunHandle): Promise<Report>;
  /** A dry run of one stream, and both sides as last read; null: the stream was never read. */
  look(streamId: string, handle: RunHandle): Promise<{ readonly report: Report; readonly sides: StreamSides | null }>;
  newRunId(): string;
}

/** One stream's two sides and findings: the answer to `GET …/diff/:streamId`. */
export type StreamDiff = Pick<
  Report,
  "status" | "exitCode" | "contractId" | "network" | "discrepancies" | "violations" | "errors" | "notices" | "tokens"
> &
  StreamSides;

/** Runs are not queued: the second caller would wait too long. */
const RUNS = { room: 1, queue: 0 };
/** Looks at single streams are short, so many may queue; more than this is a mistake or an attack. */
const LOOKS = { room: 4, queue: 200 };

/** Executes the callers' runs one at a time, and looks at single streams in parallel. */
export class Runs {
  readonly #work: Work;
  readonly #metrics: Metrics;
  readonly #log: ServiceLog;
  readonly #runs = new RunSlot(RUNS, (runId) => {
    const message = "A run is under way; try again when it has ended.";
    return new Problem(409, "run_in_progress", message, { runId });
  });
  readonly #looks = new RunSlot(LOOKS, () => {
    return new Problem(429, "too_many_requests", `${LOOKS.queue} requests are waiting; try again in a moment.`);
  });

  constructor(work: Work, metrics: Metrics, log: ServiceLog) {
    this.#work = work;
    this.#metrics = metrics;
    this.#log = log;
  }

  get isRunning(): boolean {
    return this.#runs.isBusy;
  }

  /**
   * @returns the report, whatever it found
   * @throws Problem when there is no report, or the run was cut short
   */
  async run(request: RunRequest, caller: Identity): Promise<Report> {
    const runId = this.#work.newRunId();
    const { dryRun, streamId } = request;
    const report = await this.#runs.occupy(runId, async (handle) => {
      this.#log.info("run_started", { runId, ...caller, dryRun, streamId });
      try {
        const done = await this.#work.run(request, caller, handle);
        this.#metrics.runEnded(done);
        this.#log.info("run_ended", { runId, ...caller, status: done.status, exitCode: done.exitCode });
        return done;
      } catch (error) {
        throw this.#failed(error, runId);
      }
    });
    if (endedBy(report, "interrupted")) {
      const message = "The service is stopping and ended the run; data has the findings so far.";
      throw new Problem(503, "service_stopping", message, { runId, data: report });
    }
    if (endedBy(report, "timed_out")) {
      const message = "The run exceeded the service's time limit and was ended; data has the findings so far.";
      throw new Problem(504, "run_timed_out", message, { runId, data: report });
    }
    return report;
  }

  async diff(streamId: string, caller: Identity): Promise<StreamDiff> {
    const runId = this.#work.newRunId();
    const { report, sides } = await this.#looks.occupy(runId, async (handle) => {
      try {
        return await this.#work.look(streamId, handle);
      } catch (error) {
        throw this.#failed(error, runId);
      }
    });
    this.#log.info("stream_looked_at", { ...caller, streamId, status: report.status });
    if (report.errors.some(({ code }) => code === "stream_not_found")) {
      throw new Problem(404, "stream_not_found", "Neither the database nor the contract has a stream with this id.");
    }
    const { status, exitCode, contractId, network, discrepancies, violations, errors, notices, tokens } = report;
    return {
      ...(sides ?? unreadSides(streamId)),
      ...{ status, exitCode, contractId, network, discrepancies, violations, errors, notices, tokens },
    };
  }

  /** Turns an error into an answer. Details of unexpected errors go to the log only. */
  problemOf(error: unknown): Problem {
    if (error instanceof Problem) return error;
    const { statusCode } = (error ?? {}) as { readonly statusCode?: unknown };
    if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500) {
      return new Problem(statusCode, "request_invalid", (error as Error).message);
    }
    if (!(error instanceof ReconcileError)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#log.error("unexpected_failure", { error: text });
      return new Problem(500, "unexpected", "An unexpected failure: a bug in the service. See its log.");
    }
    const text = [error.message, ...error.details, ...error.hints].join(" ");
    return new Problem(statusOf(error), error.code, text);
  }

  /** Accepts no more work. Resolves when current work has ended. */
  async close(): Promise<void> {
    await Promise.all([this.#runs.close(), this.#looks.close()]);
  }

  stop(signal: StopSignal): void {
    this.#runs.stop(signal);
    this.#looks.stop(signal);
  }

  #failed(error: unknown, runId: string): Problem {
    const problem = this.problemOf(error);
    this.#metrics.runFailed(error instanceof ReconcileError ? error.kind : "unexpected");
    this.#log.error("run_failed", { runId, status: problem.status, code: problem.problem, message: problem.message });
    // When a lock stopped this run, callers need the id of the run that holds it.
    const named = error instanceof RunLocked ? error.runId : runId;
    return new Problem(problem.status, problem.problem, problem.message, named === null ? {} : { runId: named });
  }
}

/** A lock means that another process has a run under way. */
function statusOf(error: ReconcileError): number {
  if (error instanceof RunLocked) return 409;
  return error instanceof ConfigurationError ? 500 : 503;
}

function endedBy({ errors }: Report, code: "interrupted" | "timed_out"): boolean {
  return errors.some((error) => error.streamId === null && error.code === code);
}

/** The sides when the sources failed before the stream was read; the errors say why. */
function unreadSides(streamId: string): StreamSides {
  return { streamId, onChainId: null, ledger: { dbSynced: null, chainModified: null, observed: null }, fields: [] };
}
