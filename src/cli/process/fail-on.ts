import type { Findings } from "../../core/report/findings.js";
import type { Report } from "../../core/report/report.js";
import { EXIT } from "./exit-codes.js";

/** What a run may fail on (`--fail-on`, `policy.failOn`). */
export const FAIL_ON = ["drift", "violation", "incomplete", "missing-in-db", "lag", "archived", "ttl"] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** Everything but what may be in order (docs/exit-codes.md#what-a-run-fails-on). */
export const DEFAULT_FAIL_ON: readonly FailOn[] = ["drift", "violation", "incomplete", "missing-in-db"];

/** The exit code that findings add up to under a policy: a violation outranks drift, drift outranks the rest. */
export function exitCodeOf(findings: Findings, failOn: readonly FailOn[]): Report["exitCode"] {
  const { summary } = findings;
  const holds: Readonly<Record<FailOn, boolean>> = {
    violation: summary.violations > 0,
    drift: summary.drifted + summary.missingOnChain > 0,
    "missing-in-db": summary.missingInDb > 0,
    lag: summary.lagging > 0,
    incomplete: summary.unchecked > 0 || findings.hasErrors,
    archived: findings.hasNotice("archived_or_unknown", "expired"),
    ttl: findings.hasNotice("ttl_low"),
  };
  const fails = (...kinds: readonly FailOn[]) => kinds.some((kind) => failOn.includes(kind) && holds[kind]);
  if (fails("violation")) return EXIT.violation;
  if (fails("drift", "missing-in-db", "lag")) return EXIT.drift;
  return fails("incomplete", "archived", "ttl") ? EXIT.incomplete : EXIT.inSync;
}

/** What a run would fail on by default, and does not under this policy. */
export function leftOut(failOn: readonly FailOn[]): readonly FailOn[] {
  return DEFAULT_FAIL_ON.filter((kind) => !failOn.includes(kind));
}
