import type { Findings } from "../../core/report/findings.js";
import type { Report } from "../../core/report/report.js";
import { EXIT } from "./exit-codes.js";

/** What a run may fail on (`--fail-on`, `policy.failOn`). */
export const FAIL_ON = [
  "drift",
  "violation",
  "incomplete",
  "missing-in-db",
  "solvency-undecided",
  "unlisted",
  "lag",
  "archived",
  "ttl",
] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** Everything except findings that may be acceptable (docs/exit-codes.md#what-a-run-fails-on). */
export const DEFAULT_FAIL_ON: readonly FailOn[] = [
  "drift",
  "violation",
  "incomplete",
  "missing-in-db",
  "solvency-undecided",
];

/** The exit code of findings under a policy: a violation outranks drift, drift outranks the rest. */
export function exitCodeOf(findings: Findings, failOn: readonly FailOn[]): Report["exitCode"] {
  const { summary } = findings;
  const holds: Readonly<Record<FailOn, boolean>> = {
    violation: summary.violations > 0,
    drift: summary.drifted + summary.missingOnChain > 0,
    "missing-in-db": summary.missingInDb > 0,
    "solvency-undecided": findings.hasNotice("solvency_undecided"),
    unlisted: findings.hasNotice("missing_rows_not_checked", "contract_missing"),
    lag: summary.lagging > 0,
    incomplete: summary.unchecked > 0 || findings.hasErrors,
    archived: findings.hasNotice("archived_or_unknown", "expired"),
    ttl: findings.hasNotice("ttl_low"),
  };
  const fails = (...kinds: readonly FailOn[]) => kinds.some((kind) => failOn.includes(kind) && holds[kind]);
  if (fails("violation")) return EXIT.violation;
  if (fails("drift", "missing-in-db", "lag")) return EXIT.drift;
  const isIncomplete = fails("incomplete", "solvency-undecided", "unlisted", "archived", "ttl");
  return isIncomplete ? EXIT.incomplete : EXIT.inSync;
}

/** The default kinds that this policy leaves out. */
export function leftOut(failOn: readonly FailOn[]): readonly FailOn[] {
  return DEFAULT_FAIL_ON.filter((kind) => !failOn.includes(kind));
}
