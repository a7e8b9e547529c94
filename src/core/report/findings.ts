import type { ErrorCode, NoticeCode } from "../codes.js";
import { withTextsCut } from "../values/cut.js";
import type { DatabaseProgress, Discrepancy, Finding, Remark, RunStatus, RunSummary, Violation } from "./report.js";
import type { Bucket, StreamOutcome } from "./stream-outcome.js";

/** Takes findings one by one, at its own pace. */
export interface FindingsReader {
  add(finding: Finding): void;
  /** Resolves once there is room for more; null: there is room now. Never rejects. */
  backlog(): Promise<void> | null;
}

export interface FindingsOptions {
  /** Gets every finding as it is found. */
  readonly reader?: FindingsReader;
  /** Whether to keep the findings; a reader that writes them saves that memory. Default: true. */
  readonly keep?: boolean;
}

/** The most tokens whose units a report gives. An escrow may hold any number, but only programs read longer reports. */
const MOST_TOKENS = 100;

/** Collects what a run finds. */
export class Findings {
  /** How many were found, kept or not. */
  readonly #counts = { violations: 0, errors: 0 };
  readonly #noticeCodes = new Map<NoticeCode, number>();
  readonly #reader: FindingsReader | null;
  readonly #keep: boolean;
  readonly #discrepancies: Discrepancy[] = [];
  readonly #violations: Violation[] = [];
  readonly #errors: Remark<ErrorCode>[] = [];
  readonly #notices: Remark<NoticeCode>[] = [];
  /** Contracts of the tokens in findings, up to MOST_TOKENS. */
  readonly tokens = new Set<string>();
  /** First and last ledger at which the chain was read; null: not read yet. */
  ledger: { readonly first: number; readonly last: number } | null = null;
  /** How many streams differed at first; of these, how many agreed in later looks, and how many drifted. */
  confirmation = { found: 0, dismissed: 0, confirmed: 0 };
  /** How far the database had come, and what says so. */
  progress: Pick<DatabaseProgress, "watermark" | "toldBy" | "cursorMeans"> = {
    watermark: null,
    toldBy: null,
    cursorMeans: null,
  };
  /** Rows read from the database. */
  rows = 0;
  readonly #buckets: Record<Bucket, number> = {
    inSync: 0,
    drifted: 0,
    lagging: 0,
    missingOnChain: 0,
    missingInDb: 0,
    unchecked: 0,
  };

  constructor({ reader, keep = true }: FindingsOptions = {}) {
    this.#reader = reader ?? null;
    this.#keep = keep;
  }

  add(outcome: StreamOutcome): void {
    this.#buckets[outcome.bucket] += 1;
    for (const found of outcome.discrepancies) this.#addDiscrepancy(found);
    for (const found of outcome.violations) this.addViolation(found);
    for (const found of outcome.errors) this.#addError(found);
    for (const found of outcome.notices) this.addRemark(found);
  }

  /** A stream without any findings. */
  addInSync(): void {
    this.#buckets.inSync += 1;
  }

  /** Resolves once the reader has room for more; null: it has room now. */
  backlog(): Promise<void> | null {
    return this.#reader?.backlog() ?? null;
  }

  /** A violation of the contract as a whole. */
  addViolation(whole: Violation): void {
    const found = withTextsCut({ ...whole, values: withTextsCut(whole.values) });
    this.#counts.violations += 1;
    const { token } = found.values;
    if (typeof token === "string" && this.tokens.size < MOST_TOKENS) this.tokens.add(token);
    if (this.#keep) this.#violations.push(found);
    this.#reader?.add({ kind: "violation", ...found });
  }

  /** Something about the run as a whole could not be checked. */
  addError(code: ErrorCode, message: string): void {
    this.#addError({ streamId: null, code, message });
  }

  addNotice(code: NoticeCode, message: string): void {
    this.addRemark({ streamId: null, code, message });
  }

  /** A notice about a stream or the run. */
  addRemark(whole: Remark<NoticeCode>): void {
    const found = withTextsCut(whole);
    this.#noticeCodes.set(found.code, (this.#noticeCodes.get(found.code) ?? 0) + 1);
    if (this.#keep) this.#notices.push(found);
    this.#reader?.add({ kind: "notice", ...found });
  }

  #addDiscrepancy(whole: Discrepancy): void {
    const found = withTextsCut(whole);
    if (found.token !== null && this.tokens.size < MOST_TOKENS) this.tokens.add(found.token);
    if (this.#keep) this.#discrepancies.push(found);
    this.#reader?.add({ kind: "discrepancy", ...found });
  }

  #addError(whole: Remark<ErrorCode>): void {
    const found = withTextsCut(whole);
    this.#counts.errors += 1;
    if (this.#keep) this.#errors.push(found);
    this.#reader?.add({ kind: "error", ...found });
  }

  /** Read-only like its peers below: findings must go through `add` to be counted and passed to the reader. */
  get discrepancies(): readonly Discrepancy[] {
    return this.#discrepancies;
  }

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  get errors(): readonly Remark<ErrorCode>[] {
    return this.#errors;
  }

  get notices(): readonly Remark<NoticeCode>[] {
    return this.#notices;
  }

  get hasErrors(): boolean {
    return this.#counts.errors > 0;
  }

  hasNotice(...codes: readonly NoticeCode[]): boolean {
    return codes.some((code) => this.#noticeCodes.has(code));
  }

  sawLedger(ledger: number): void {
    if (this.ledger !== null && ledger >= this.ledger.first && ledger <= this.ledger.last) return;
    const { first, last } = this.ledger ?? { first: ledger, last: ledger };
    this.ledger = { first: Math.min(first, ledger), last: Math.max(last, ledger) };
  }

  get summary(): RunSummary {
    const { unchecked, ...judged } = this.#buckets;
    const streamsChecked = Object.values(judged).reduce((a, b) => a + b, 0);
    const ignored = this.#noticeCodes.get("ignored") ?? 0;
    const { confirmation } = this;
    return { streamsChecked, ...judged, violations: this.#counts.violations, unchecked, ignored, confirmation };
  }

  get seen(): number {
    return Object.values(this.#buckets).reduce((a, b) => a + b, 0);
  }
}

/** The status of a run's findings: a violation outranks drift, drift outranks what was not checked. */
export function statusOf(findings: Findings): RunStatus {
  const { summary, hasErrors } = findings;
  if (summary.violations > 0) return "VIOLATION";
  if (summary.drifted + summary.missingOnChain + summary.missingInDb > 0) return "DRIFT";
  if (summary.unchecked > 0 || hasErrors || findings.hasNotice("solvency_undecided")) return "INCOMPLETE";
  return "IN_SYNC";
}
