import type { Report } from "./report.js";

/**
 * Where a report that came from elsewhere contradicts itself: it was changed, or is not whole, and nobody may take it for
 * green. Null when it agrees with itself.
 */
export function reportContradiction(report: Report): string | null {
  const { status, exitCode, notices } = report;
  const worst = worstOf(report);
  if (status === "IN_SYNC" && worst !== "IN_SYNC") return "status: IN_SYNC, and yet there are findings";
  const hasPolicy = notices.some(({ code }) => code === "policy_fail_on");
  if (exitCode === 0 && status !== "IN_SYNC" && !hasPolicy) return `exitCode: 0, and yet the status is ${status}`;
  if (RANKS.indexOf(status) < RANKS.indexOf(worst)) {
    return `status: ${status}, and yet what was found makes it ${worst}`;
  }
  return countsContradiction(report);
}

/** From good to bad. */
const RANKS: readonly Report["status"][] = ["IN_SYNC", "INCOMPLETE", "DRIFT", "VIOLATION"];

/** By the findings and by the counts alike: one of the two may have been left as it was. */
function worstOf({ summary: s, discrepancies, violations, errors }: Report): Report["status"] {
  if (s.violations > 0 || violations.length > 0) return "VIOLATION";
  const hasDrift = discrepancies.some(({ classification }) => classification === "drift");
  if (hasDrift || s.drifted + s.missingOnChain + s.missingInDb > 0) return "DRIFT";
  return s.unchecked > 0 || errors.length > 0 ? "INCOMPLETE" : "IN_SYNC";
}

function countsContradiction({ summary: s, violations, discrepancies }: Report): string | null {
  const parts = s.inSync + s.drifted + s.lagging + s.missingOnChain + s.missingInDb;
  if (parts !== s.streamsChecked) return `summary: ${s.streamsChecked} streams checked, and yet ${parts} in its parts`;
  if (s.violations !== violations.length) {
    return `summary: ${s.violations} violations, and yet ${violations.length} are listed`;
  }
  const differing = s.drifted + s.missingOnChain + s.missingInDb;
  const drift = discrepancies.filter(({ classification }) => classification === "drift");
  if (differing > 0 !== drift.length > 0) {
    return `summary: ${differing} streams differ, and yet ${drift.length} discrepancies of drift are listed`;
  }
  return null;
}
