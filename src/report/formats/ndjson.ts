import type { Finding, Report } from "../../core/report/report.js";
import type { Reporter } from "../reporter.js";
import { inertJson } from "../text/workflow-commands.js";

/** One finding as a line of its own, its kind first. */
export const findingLine = (finding: Finding): string => line(finding);

/** The last line: the report without its lists. Without it, the run did not come to its end. */
export function summaryLine(report: Report): string {
  const { discrepancies: _d, violations: _v, errors: _e, notices: _n, ...rest } = report;
  return line({ kind: "summary", ...rest });
}

/** All lines of a report that is there as a whole. */
export const ndjson: Reporter = (report) => {
  const findings: readonly Finding[] = [
    ...report.discrepancies.map((found) => ({ kind: "discrepancy", ...found }) as const),
    ...report.violations.map((found) => ({ kind: "violation", ...found }) as const),
    ...report.errors.map((found) => ({ kind: "error", ...found }) as const),
    ...report.notices.map((found) => ({ kind: "notice", ...found }) as const),
  ];
  return [...findings.map(findingLine), summaryLine(report)].join("");
};

const line = (value: object): string => `${inertJson(JSON.stringify(value))}\n`;
