import type { NoticeCode } from "../codes.js";
import type { Remark, Violation } from "../report/report.js";
import type { Difference, StreamOutcome } from "../report/stream-outcome.js";

/** A finding that somebody has looked into and decided to live with for a while. */
export interface IgnoreRule {
  /** Only this stream, by the id that the report prints; null: any. */
  readonly streamId: string | null;
  /** Only differences of this field; null: any. */
  readonly field: string | null;
  /** Only violations of this invariant; null: any. */
  readonly invariant: string | null;
  readonly reason: string;
  /** The last day on which it holds, YYYY-MM-DD. */
  readonly until: string;
}

/** Takes ignored findings out of what counts, and keeps each as a notice: they are never out of sight. */
export class IgnoreRules {
  readonly #rules: readonly IgnoreRule[];

  constructor(rules: readonly IgnoreRule[]) {
    this.#rules = rules;
  }

  get count(): number {
    return this.#rules.length;
  }

  apply(outcome: StreamOutcome): StreamOutcome {
    if (this.#rules.length === 0) return outcome;
    const ignored: Remark<NoticeCode>[] = [];
    const differences = outcome.differences.filter((found) => !this.#note(ignored, found, this.#ruleFor(found)));
    const violations = outcome.violations.filter((found) => !this.#note(ignored, found, this.#ruleForViolation(found)));
    if (ignored.length === 0) return outcome;
    const bucket = outcome.differences.length > 0 && differences.length === 0 ? "inSync" : outcome.bucket;
    return { ...outcome, bucket, differences, violations, notices: [...outcome.notices, ...ignored] };
  }

  /** The notice for a violation of the contract as a whole that is ignored; null when it counts. */
  notice(violation: Violation): Remark<NoticeCode> | null {
    const ignored: Remark<NoticeCode>[] = [];
    this.#note(ignored, violation, this.#ruleForViolation(violation));
    return ignored[0] ?? null;
  }

  #ruleFor({ streamId, field }: Difference): IgnoreRule | undefined {
    return this.#rules.find(
      (rule) => rule.invariant === null && matches(rule.streamId, streamId) && matches(rule.field, field),
    );
  }

  #ruleForViolation({ streamId, invariant }: Violation): IgnoreRule | undefined {
    return this.#rules.find(
      (rule) => rule.field === null && matches(rule.streamId, streamId) && matches(rule.invariant, invariant),
    );
  }

  #note(ignored: Remark<NoticeCode>[], found: Difference | Violation, rule: IgnoreRule | undefined): boolean {
    if (rule === undefined) return false;
    const what =
      "field" in found
        ? `${found.field} differs (database ${found.dbValue}, on chain ${found.onChainValue})`
        : `${found.invariant} is violated (${found.message})`;
    const message = `${what}; ignored until ${rule.until}: ${rule.reason}`;
    ignored.push({ streamId: found.streamId, code: "ignored", message });
    return true;
  }
}

const matches = (wanted: string | null, found: string): boolean => wanted === null || wanted === found;
