import type { NoticeCode } from "../codes.js";
import type { RunColumns } from "./run-columns.js";
import type { JournalCheck } from "./verify-journal.js";

export interface GateQuestion {
  readonly contractId: string;
  readonly maxAge_ms: number;
  readonly now_ms: number;
}

/** A record that may be ahead of this machine's clock by as much, and no more. */
const CLOCK_TOLERANCE_MS = 60_000;

/** What --fail-on can make of each; INCOMPLETE lets nothing pass, whatever it was told to fail on. */
const CODES_OF_STATUS: Readonly<Record<string, readonly number[]>> = {
  IN_SYNC: [0, 3, 5],
  DRIFT: [0, 3, 5],
  VIOLATION: [0, 3, 4, 5],
};

export interface GateDecision {
  /** That of the run; null when the record decides nothing. */
  readonly exitCode: number | null;
  readonly reason: string | null;
  /** What to know about a record that decides. */
  readonly remarks: readonly string[];
}

/**
 * Whether the newest full record lets a deploy pass.
 * @param run the newest record of all streams in the part of the journal that was verified
 */
export function gate(run: RunColumns | null, journal: JournalCheck, question: GateQuestion): GateDecision {
  const reason = refusal(run, journal, question);
  if (reason !== null || run === null) return { exitCode: null, reason, remarks: [] };
  const report = reportOf(run)!;
  return { exitCode: report.exitCode, reason: null, remarks: remarksOf(report) };
}

function refusal(run: RunColumns | null, journal: JournalCheck, question: GateQuestion): string | null {
  if (journal.fault !== null) return `the records do not verify: ${journal.fault.what}`;
  if (run === null)
    return journal.records > 0 ? "no recorded run was of all streams" : "there is no sealed record of a run";
  if (journal.unproved !== null) return journal.unproved;
  if (run.status === "RUNNING") return "the newest full run has not finished: it is still at work, or was killed";
  if (run.status === "INTERRUPTED") return "the newest full run was interrupted";
  const report = reportOf(run);
  if (report === null) return "the newest full run left no report that can be read: it ended by an error";
  return ageProblem(run, question) ?? contentProblem(run, report, question);
}

function ageProblem(run: RunColumns, { now_ms, maxAge_ms }: GateQuestion): string | null {
  const age = now_ms - Date.parse(run.started_at ?? "");
  if (!(age >= -CLOCK_TOLERANCE_MS)) return `the newest full run started in the future (${run.started_at})`;
  return age > maxAge_ms ? `the newest full run is too old: it started at ${run.started_at}` : null;
}

/** A seal proves who wrote the record, not that it makes sense. */
function contentProblem(run: RunColumns, report: SealedReport, { contractId }: GateQuestion): string | null {
  if (report.dryRun !== false) return "the newest full record is that of a dry run";
  if (report.scope !== "all-streams" || has(report, "db_only"))
    return "the newest full record is of part of the streams";
  if (report.contractId !== contractId) return `the record's report is about another contract (${report.contractId})`;
  if (report.status !== run.status || String(report.exitCode) !== run.exit_code || report.runId !== run.run_id) {
    return "the record and its report contradict each other";
  }
  // Told not to fail on that, a run with other findings ends with 0 all the same.
  const isPartial = report.exitCode === 0 && report.errors.length > 0;
  if (report.status === "INCOMPLETE" || isPartial) return "the newest full run could not check everything";
  return CODES_OF_STATUS[report.status]?.includes(report.exitCode) ? null : "the record's exit code is none of a run";
}

interface SealedReport {
  readonly runId: string;
  readonly status: string;
  readonly exitCode: number;
  readonly dryRun: boolean;
  readonly scope: unknown;
  readonly contractId: string;
  readonly summary: { readonly streamsChecked: number };
  readonly errors: readonly unknown[];
  readonly notices: readonly { readonly code: string; readonly message: string }[];
}

/** Without a record key anybody may have written the report, so that it may be anything. */
function reportOf({ report }: RunColumns): SealedReport | null {
  if (report == null) return null;
  try {
    const parsed = JSON.parse(report) as Partial<SealedReport> | null;
    const lists = [parsed?.errors, parsed?.notices];
    const isWhole = lists.every(Array.isArray) && typeof parsed?.summary?.streamsChecked === "number";
    return isWhole ? (parsed as SealedReport) : null;
  } catch {
    return null;
  }
}

const has = ({ notices }: SealedReport, code: NoticeCode) => notices.some((notice) => notice.code === code);

function remarksOf(report: SealedReport): string[] {
  const policy = report.notices.filter(({ code }) => code === "policy_fail_on" || code === "rows_limited");
  const none = report.summary.streamsChecked === 0 ? ["no stream was there to check"] : [];
  return [...none, ...policy.map(({ message }) => message)];
}
