import type { Report } from "./report.js";

/**
 * Where a saved report contradicts itself: it has been edited or is incomplete, and must not pass as green. Null: it is
 * consistent.
 */
export function reportContradiction(report: Report): string | null {
  const { status, exitCode, notices } = report;
  const worst = worstOf(report);
  if (status === "IN_SYNC" && worst !== "IN_SYNC") return "status: IN_SYNC, but there are findings";
  const hasPolicy = notices.some(({ code }) => code === "policy_fail_on");
  if (exitCode === 0 && status !== "IN_SYNC" && !hasPolicy) return `exitCode: 0, but the status is ${status}`;
  if (RANKS.indexOf(status) < RANKS.indexOf(worst)) {
    return `status: ${status}, but the findings make it ${worst}`;
  }
  return countsContradiction(report);
}

/** From good to bad. */
const RANKS: readonly Report["status"][] = ["IN_SYNC", "INCOMPLETE", "DRIFT", "VIOLATION"];

/** Judges by findings and counts alike: an edit may have changed only one of them. */
function worstOf({ summary: s, discrepancies, violations, errors, notices }: Report): Report["status"] {
  if (s.violations > 0 || violations.length > 0) return "VIOLATION";
  const hasDrift = discrepancies.some(({ classification }) => classification === "drift");
  if (hasDrift || s.drifted + s.missingOnChain + s.missingInDb > 0) return "DRIFT";
  const isUndecided = notices.some(({ code }) => code === "solvency_undecided");
  return s.unchecked > 0 || errors.length > 0 || isUndecided ? "INCOMPLETE" : "IN_SYNC";
}

function countsContradiction({ summary: s, violations, discrepancies }: Report): string | null {
  const parts = s.inSync + s.drifted + s.lagging + s.missingOnChain + s.missingInDb;
  if (parts !== s.streamsChecked)
    return `summary: ${s.streamsChecked} streams checked, but its parts add up to ${parts}`;
  if (s.violations !== violations.length) {
    return `summary: ${s.violations} violations, but ${violations.length} are listed`;
  }
  const differing = s.drifted + s.missingOnChain + s.missingInDb;
  const drift = discrepancies.filter(({ classification }) => classification === "drift");
  if (differing > 0 !== drift.length > 0) {
    return `summary: ${differing} streams differ, but ${drift.length} discrepancies of drift are listed`;
  }
  return null;
}
