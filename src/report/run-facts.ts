import type { Report } from "../core/report/report.js";
import { printable } from "./text/readable.js";

/** What the run was, by name, for whoever has to find it again. */
export function runFacts(report: Report): readonly (readonly [name: string, value: string])[] {
  return [
    ["Contract", report.contractId],
    ["Network", printable(report.network ?? "not told")],
    ["Ledgers read", ledgers(report)],
    ["Started", momentOf(report.startedAt)],
    ["Took", duration(report)],
    ["Looked at", report.scope === "all-streams" ? "all streams" : report.scope.map(printable).join(", ")],
    ["Run", report.dryRun ? `${report.runId} (dry run, no record kept)` : report.runId],
    ["Status", `${report.status}, exit code ${report.exitCode}`],
    ["Tool", `reconcile-streams ${printable(report.toolVersion)}`],
  ];
}

/** The same in short, for a line below a report. */
export function shortFacts(report: Report): string[] {
  return [
    `contract ${report.contractId}`,
    `network ${report.network ?? "not told"}`,
    `ledger ${ledgers(report)}`,
    momentOf(report.startedAt),
    `run ${report.runId}`,
    `exit code ${report.exitCode}`,
    `reconcile-streams ${report.toolVersion}`,
  ];
}

/** The ledgers at which the chain was read. */
export function ledgers({ ledger: { first, last } }: Report): string {
  if (first === null) return "never read";
  return first === last ? `${first}` : `${first} to ${last}`;
}

/** A time for a person, to the second. */
export const momentOf = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

function duration({ startedAt, finishedAt }: Report): string {
  const seconds = Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes} min ${Math.floor(seconds % 60)} s`;
}
