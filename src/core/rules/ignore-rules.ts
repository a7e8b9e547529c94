import type { NoticeCode } from "../codes.js";
import type { Remark, Violation } from "../report/report.js";
import type { Difference, StreamOutcome } from "../report/stream-outcome.js";

/** A finding that a person has looked into and accepts for a while. */
export interface IgnoreRule {
  /** Only this stream, by the id that the report prints; null: any. */
  readonly streamId: string | null;
  /** Only differences of this field; null: any. */
  readonly field: string | null;
  /** Only violations of this invariant; null: any. */
  readonly invariant: string | null;
  /** Only while the two sides have these values, as the report prints them. Absent: whatever they are. */
  readonly values?: { readonly db: string | null; readonly onChain: string | null };
  /** Only while amounts differ by no more than this, in base units. Absent: by however much. */
  readonly upTo?: bigint;
  readonly reason: string;
  /** The last day on which it holds, YYYY-MM-DD. */
  readonly until: string;
}

/** Takes ignored findings out of what counts, and keeps each as a notice: they are never out of sight. */
export class IgnoreRules {
  readonly #rules: readonly IgnoreRule[];
  /** YYYY-MM-DD; rules that end before are over. */
  readonly #today: string;
  /** Rules that are over, and would still fit what was found. */
  readonly expired = new Set<IgnoreRule>();

  /** @param today null: no rule is over yet */
  constructor(rules: readonly IgnoreRule[], today: string | null = null) {
    this.#rules = rules;
    this.#today = today ?? "";
  }

  /** The same rules on the day of a run. @param now in milliseconds */
  on(now: number): IgnoreRules {
    return new IgnoreRules(this.#rules, new Date(now).toISOString().slice(0, 10));
  }

  /** How many rules are not over. */
  get count(): number {
    return this.#rules.filter(({ until }) => until >= this.#today).length;
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

  #ruleFor({ streamId, field, dbValue, onChainValue }: Difference): IgnoreRule | undefined {
    return this.#valid(
      (rule) =>
        rule.invariant === null &&
        matches(rule.streamId, streamId) &&
        matches(rule.field, field) &&
        excuses(rule, dbValue, onChainValue),
    );
  }

  #ruleForViolation({ streamId, invariant }: Violation): IgnoreRule | undefined {
    return this.#valid(
      (rule) =>
        rule.field === null &&
        rule.values === undefined &&
        rule.upTo === undefined &&
        matches(rule.streamId, streamId) &&
        matches(rule.invariant, invariant),
    );
  }

  /** The first rule that fits and is not over. */
  #valid(fits: (rule: IgnoreRule) => boolean): IgnoreRule | undefined {
    return this.#rules.find((rule) => {
      if (!fits(rule)) return false;
      const isOver = rule.until < this.#today;
      if (isOver) this.expired.add(rule);
      return !isOver;
    });
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

/** Whether the difference stays within what the rule excuses; what goes beyond it counts. */
function excuses({ values, upTo }: IgnoreRule, dbValue: string | null, onChainValue: string | null): boolean {
  if (values !== undefined && (values.db !== dbValue || values.onChain !== onChainValue)) return false;
  if (upTo === undefined) return true;
  if (!INTEGER.test(dbValue ?? "") || !INTEGER.test(onChainValue ?? "")) return false;
  const difference = BigInt(dbValue!) - BigInt(onChainValue!);
  return difference <= upTo && -difference <= upTo;
}

const INTEGER = /^-?\d+$/;
