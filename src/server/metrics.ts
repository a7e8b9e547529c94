import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Report } from "../core/report/report.js";
import type { Refusal } from "./authenticate.js";

const PREFIX = "reconcile_streams_";
const DURATION_BUCKETS_S = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600];

/** The metrics. Label values come from short, fixed lists, never from names, ids or addresses. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = this.#counter("requests_total", "Requests answered", ["route", "status"]);
  readonly #refused = this.#counter("requests_refused_total", "Requests answered 404, by reason", ["reason"]);
  readonly #runs = this.#counter("runs_total", "Runs that ended with a report", ["scope", "status", "exit_code"]);
  readonly #failures = this.#counter("runs_failed_total", "Runs that ended without a report", ["reason"]);
  readonly #duration = new Histogram({
    name: `${PREFIX}run_duration_seconds`,
    help: "How long runs took",
    buckets: DURATION_BUCKETS_S,
    registers: [this.#registry],
  });
  readonly #finished = this.#gauge("last_run_finished_timestamp_seconds", "When the last run of all streams ended");
  readonly #exitCode = this.#gauge("last_run_exit_code", "Exit code of the last run of all streams");
  readonly #success = this.#gauge("last_success_timestamp_seconds", "When a run of all streams last ended with 0");
  readonly #streams = this.#gauge("last_run_streams", "Streams of the last run of all streams", ["result"]);
  readonly #findings = this.#gauge("last_run_findings", "Findings of the last run of all streams", ["kind"]);

  /** @param live values read at each scrape */
  constructor(live: { readonly runInProgress: () => boolean; readonly rememberedSignatures: () => number }) {
    this.#live("run_in_progress", "1 while a run is under way", () => (live.runInProgress() ? 1 : 0));
    this.#live("remembered_signatures", "Signatures that this process remembers", live.rememberedSignatures);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  answered(route: string, status: number): void {
    this.#requests.inc({ route, status });
  }

  /** Unknown keys count as wrong signatures, so that scraping does not reveal which key ids exist. */
  refused(refusal: Refusal): void {
    this.#refused.inc({ reason: refusal === "key_unknown" ? "signature_mismatch" : refusal });
  }

  runFailed(reason: "usage" | "unavailable" | "unexpected"): void {
    this.#failures.inc({ reason });
  }

  runEnded(report: Report): void {
    const isFull = report.scope === "all-streams";
    this.#runs.inc({ scope: isFull ? "all" : "part", status: report.status, exit_code: report.exitCode });
    const finishedAt = Date.parse(report.finishedAt) / 1000;
    this.#duration.observe(Math.max(0, finishedAt - Date.parse(report.startedAt) / 1000));
    // A run of one stream must not silence an alert about all streams.
    if (!isFull) return;
    this.#finished.set(finishedAt);
    this.#exitCode.set(report.exitCode);
    if (report.exitCode === 0) this.#success.set(finishedAt);
    const { summary } = report;
    const streams = {
      in_sync: summary.inSync,
      drifted: summary.drifted,
      lagging: summary.lagging,
      missing_on_chain: summary.missingOnChain,
      missing_in_db: summary.missingInDb,
      unchecked: summary.unchecked,
    };
    for (const [result, count] of Object.entries(streams)) this.#streams.set({ result }, count);
    const findings = {
      discrepancy: report.discrepancies.length,
      violation: report.violations.length,
      error: report.errors.length,
      notice: report.notices.length,
    };
    for (const [kind, count] of Object.entries(findings)) this.#findings.set({ kind }, count);
  }

  #counter(name: string, help: string, labelNames: readonly string[]): Counter {
    return new Counter({ name: PREFIX + name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #gauge(name: string, help: string, labelNames: readonly string[] = []): Gauge {
    const gauge = new Gauge({ name: PREFIX + name, help, labelNames: [...labelNames], registers: [this.#registry] });
    // Absent until the first run: an exit code of 0 would mean success.
    if (labelNames.length === 0) gauge.remove();
    return gauge;
  }

  #live(name: string, help: string, value: () => number): void {
    new Gauge({
      name: PREFIX + name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(value());
      },
    });
  }
}
