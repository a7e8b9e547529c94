import type { NoticeCode } from "../codes.js";
import type { Report } from "../report/report.js";
import { parseForeignJson } from "../values/foreign-json.js";
import type { JournalCheck } from "./journal-check.js";
import { faultText } from "./journal-fault.js";
import type { RunColumns } from "./run-columns.js";

export interface GateQuestion {
  readonly contractId: string;
  readonly maxAge_ms: number;
  readonly now_ms: number;
  /** The id of the current record key; null: none is configured. */
  readonly keyId: string | null;
}

/** How far a record may be ahead of this machine's clock. */
const CLOCK_TOLERANCE_MS = 60_000;

/** The exit codes that --fail-on allows for each status. INCOMPLETE never passes, whatever the policy. */
const CODES_OF_STATUS: Readonly<Record<string, readonly number[]>> = {
  IN_SYNC: [0, 3, 5],
  DRIFT: [0, 3, 5],
  VIOLATION: [0, 3, 4, 5],
};

export interface GateDecision {
  /** The run's exit code; null: the record does not decide. */
  readonly exitCode: number | null;
  readonly reason: string | null;
  /** Restrictions of the deciding record that are worth knowing. */
  readonly remarks: readonly string[];
}

/**
 * Whether the newest full record lets a deploy go ahead.
 * @param run the newest record of all streams since the last place where records were not what was written
 */
export function gate(run: RunColumns | null, journal: JournalCheck, question: GateQuestion): GateDecision {
  const reason = refusal(run, journal, question);
  if (reason !== null || run === null) return { exitCode: null, reason, remarks: [] };
  const report = reportOf(run)!;
  return { exitCode: report.exitCode, reason: null, remarks: remarksOf(report) };
}

function refusal(run: RunColumns | null, journal: JournalCheck, question: GateQuestion): string | null {
  if (journal.fault !== null) return `the records do not verify: ${faultText(journal.fault)}`;
  if (run === null) return absence(journal);
  if (journal.unproved !== null) return journal.unproved;
  if ((run.record_key ?? null) !== question.keyId) {
    return "the newest full run is sealed without auth.recordKey, or with a key that it has replaced";
  }
  if (run.status === "RUNNING") return "the newest full run has not finished: it is still running, or was killed";
  if (run.status === "INTERRUPTED") return "the newest full run was interrupted";
  const report = reportOf(run);
  if (report === null) return "the newest full run left no readable report: it ended with an error";
  return ageProblem(run, question) ?? contentProblem(run, report, question);
}

function absence({ records, explained }: JournalCheck): string {
  if (records === 0) return "there is no sealed run record";
  const since = explained.some(({ found }) => found !== null) ? " since the break that was explained" : "";
  return `no recorded run was of all streams${since}`;
}

function ageProblem(run: RunColumns, { now_ms, maxAge_ms }: GateQuestion): string | null {
  const age = now_ms - Date.parse(run.started_at ?? "");
  if (!(age >= -CLOCK_TOLERANCE_MS)) return `the newest full run started in the future (${run.started_at})`;
  return age > maxAge_ms ? `the newest full run is too old: it started at ${run.started_at}` : null;
}

/** A seal proves who wrote the record, not that it makes sense. */
function contentProblem(run: RunColumns, report: SealedReport, { contractId }: GateQuestion): string | null {
  if (report.dryRun !== false) return "the newest full record is from a dry run";
  if (report.scope !== "all-streams" || has(report, "db_only"))
    return "the newest full record covers only part of the streams";
  if (report.contractId !== contractId) return `the record's report is about another contract (${report.contractId})`;
  if (report.status !== run.status || String(report.exitCode) !== run.exit_code || report.runId !== run.run_id) {
    return "the record and its report contradict each other";
  }
  // With errors left out of --fail-on, a run can exit with 0 despite them.
  const isPartial = report.exitCode === 0 && report.errors.length > 0;
  if (report.status === "INCOMPLETE" || isPartial) return "the newest full run could not check everything";
  return CODES_OF_STATUS[report.status]?.includes(report.exitCode)
    ? null
    : "the record's exit code does not fit its status";
}

/** What the gate reads of a report. A report of an earlier version need not have the rest. */
type SealedReport = Pick<
  Report,
  "runId" | "status" | "exitCode" | "dryRun" | "scope" | "contractId" | "errors" | "notices"
> & { readonly summary: Pick<Report["summary"], "streamsChecked"> };

/** Without a record key, anyone may have written the report, so it may be malformed. */
function reportOf({ report }: RunColumns): SealedReport | null {
  if (report == null) return null;
  try {
    const parsed = parseForeignJson(report) as Partial<SealedReport> | null;
    return isWhole(parsed) ? (parsed as SealedReport) : null;
  } catch {
    return null;
  }
}

function isWhole(report: Partial<SealedReport> | null): boolean {
  const texts: readonly unknown[] = [report?.runId, report?.status, report?.contractId];
  const numbers: readonly unknown[] = [report?.exitCode, report?.summary?.streamsChecked];
  const { errors, notices }: { errors?: unknown; notices?: unknown } = report ?? {};
  return (
    texts.every((text) => typeof text === "string") &&
    numbers.every((number) => typeof number === "number") &&
    Array.isArray(errors) &&
    Array.isArray(notices) &&
    notices.every((notice) => typeof notice?.message === "string")
  );
}

const has = ({ notices }: SealedReport, code: NoticeCode) => notices.some((notice) => notice.code === code);

function remarksOf(report: SealedReport): string[] {
  const policy = report.notices.filter(({ code }) => code === "policy_fail_on" || code === "rows_limited");
  const none = report.summary.streamsChecked === 0 ? ["there were no streams to check"] : [];
  return [...none, ...policy.map(({ message }) => message)];
}
