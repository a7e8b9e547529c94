import type { Discrepancy, Remark, RunStatus, RunSummary, Violation } from "./report.js";
import type { Bucket, StreamOutcome } from "./stream-outcome.js";

/** Collects what a run finds. */
export class Findings {
  readonly discrepancies: Discrepancy[] = [];
  readonly violations: Violation[] = [];
  readonly errors: Remark[] = [];
  readonly notices: Remark[] = [];
  /** First and last ledger at which the chain was read; null until it was. */
  ledger: { readonly first: number; readonly last: number } | null = null;
  /** How many streams differed at first, agreed when looked at again, and were found to have drifted after all. */
  confirmation = { found: 0, dismissed: 0, confirmed: 0 };
  /** Rows that the database gave; streams that it lacks are not among them. */
  rows = 0;
  readonly #buckets: Record<Bucket, number> = {
    inSync: 0,
    drifted: 0,
    lagging: 0,
    missingOnChain: 0,
    missingInDb: 0,
    unchecked: 0,
  };

  add(outcome: StreamOutcome): void {
    this.#buckets[outcome.bucket] += 1;
    if (outcome.discrepancies.length > 0) this.discrepancies.push(...outcome.discrepancies);
    if (outcome.violations.length > 0) this.violations.push(...outcome.violations);
    if (outcome.errors.length > 0) this.errors.push(...outcome.errors);
    if (outcome.notices.length > 0) this.notices.push(...outcome.notices);
  }

  /** Something about the run as a whole could not be checked. */
  addError(code: string, message: string): void {
    this.errors.push({ streamId: null, code, message });
  }

  addNotice(code: string, message: string): void {
    this.notices.push({ streamId: null, code, message });
  }

  sawLedger(ledger: number): void {
    if (this.ledger !== null && ledger >= this.ledger.first && ledger <= this.ledger.last) return;
    const { first, last } = this.ledger ?? { first: ledger, last: ledger };
    this.ledger = { first: Math.min(first, ledger), last: Math.max(last, ledger) };
  }

  get summary(): RunSummary {
    const { unchecked, ...judged } = this.#buckets;
    const streamsChecked = Object.values(judged).reduce((a, b) => a + b, 0);
    const ignored = this.notices.filter(({ code }) => code === "ignored").length;
    const { confirmation } = this;
    return { streamsChecked, ...judged, violations: this.violations.length, unchecked, ignored, confirmation };
  }

  get seen(): number {
    return Object.values(this.#buckets).reduce((a, b) => a + b, 0);
  }
}

/** The status that a run's findings add up to: a violation outranks drift, drift outranks what was not checked. */
export function statusOf({ summary, errors }: Pick<Findings, "summary" | "errors">): RunStatus {
  if (summary.violations > 0) return "VIOLATION";
  if (summary.drifted + summary.missingOnChain + summary.missingInDb > 0) return "DRIFT";
  if (summary.unchecked > 0 || errors.length > 0) return "INCOMPLETE";
  return "IN_SYNC";
}
