import type { Report, Violation } from "../../../core/report/report.js";
import type { Settings } from "../../config/settings.js";
import { EXIT } from "../../process/exit-codes.js";

/** The report with one violation more, which counts unless the policy says otherwise. */
export function addViolation(report: Report, violation: Violation, { policy, failOn }: Settings): Report {
  const ignored = policy.ignore.notice(violation);
  if (ignored !== null) return { ...report, notices: [...report.notices, ignored] };
  return {
    ...report,
    status: "VIOLATION",
    exitCode: failOn.includes("violation") ? EXIT.violation : report.exitCode,
    violations: [...report.violations, violation],
  };
}
