import type { Compared, Report } from "../core/report/report.js";
import { leftOut, tolerances } from "./left-out.js";
import { capitalized, count, grouped, printable } from "./text/readable.js";

export interface Headline {
  /** A word or two. */
  readonly headline: string;
  /** The result in a sentence. */
  readonly sentence: string;
  /** What else has to be known to read it rightly, a sentence each. */
  readonly remarks: readonly string[];
  readonly tone: "good" | "bad" | "unknown";
}

/** The run's result for a reader who stops there. It never claims more than was checked. */
export function headlineOf(report: Report): Headline {
  // A good result must not be read without what it does not cover.
  const isGood = report.status === "IN_SYNC";
  const sentence = SENTENCES[report.status](report);
  return {
    headline: words(report),
    sentence: isGood ? [sentence, ...leftOut(report)].join(" ") : sentence,
    remarks: [
      ...ending(report),
      ...besides(report),
      ...solvency(report),
      ...policy(report),
      ...(isGood ? [] : leftOut(report)),
      ...(report.dryRun ? ["This was a dry run: no record of it was kept."] : []),
    ],
    tone:
      report.status === "INCOMPLETE"
        ? "unknown"
        : report.status === "IN_SYNC" && report.exitCode === 0
          ? "good"
          : "bad",
  };
}

const HEADLINES: Readonly<Record<Report["status"], string>> = {
  IN_SYNC: "In sync",
  DRIFT: "Drift",
  VIOLATION: "Violation",
  INCOMPLETE: "Incomplete",
};

function words(report: Report): string {
  const word = HEADLINES[report.status];
  if (!wasInterrupted(report))
    return report.status === "IN_SYNC" && report.summary.lagging > 0 ? `${word}, with lag` : word;
  return report.status === "INCOMPLETE" ? "Interrupted" : `${word}, interrupted`;
}

const SENTENCES: Readonly<Record<Report["status"], (report: Report) => string>> = {
  IN_SYNC: inSync,
  DRIFT: ({ summary, scope }) => `${sentenceOfDifferences(summary, scope, "Of")}.`,
  VIOLATION: violation,
  INCOMPLETE: incomplete,
};

function inSync({ summary: s, scope, compared, notices }: Report): string {
  if (s.streamsChecked === 0) return "There was no stream to check, which was allowed; nothing else is known.";
  const streams = `${count(s.streamsChecked, "stream")}${scope === "all-streams" ? "" : " asked for"}`;
  const fields = compared === null ? "" : ` in ${count(compared.fields.length, "field")}`;
  const tolerated = compared === null || tolerances(compared).length === 0 ? "" : ", within the tolerance";
  // Streams whose findings are ignored count as in sync, and yet they do not agree.
  const excused = new Set(
    notices.flatMap(({ code, streamId }) => (code === "ignored" && streamId !== null ? [streamId] : [])),
  );
  const agreeing = Math.max(0, s.inSync - excused.size);
  const ignored =
    s.ignored === 0 ? "" : `; ${count(s.ignored, "finding")} ${s.ignored === 1 ? "is" : "are"} ignored by policy`;
  const agree = `${grouped(String(agreeing))} of ${streams} ${agreeing === 1 ? "agrees" : "agree"}${fields}${tolerated}${ignored}`;
  if (s.lagging === 0) return `${agree}.`;
  const lag = `${grouped(String(s.lagging))} ${s.lagging === 1 ? "lags" : "lag"} behind the contract, within the time that is allowed`;
  return `${agree}; ${lag}.`;
}

function violation({ summary, scope, violations }: Report): string {
  const onChain = violations.filter(({ side }) => side === "on_chain").length;
  const sides = (
    [
      [onChain, "on chain"],
      [violations.length - onChain, "in the database"],
    ] as const
  ).filter(([number]) => number > 0);
  const where = sides.map(([number, side]) => (sides.length === 1 ? side : `${grouped(String(number))} ${side}`));
  const were = summary.violations === 1 ? "was" : "were";
  const rules = `${count(summary.violations, "violation")} of rules that must always hold ${were} found`;
  const found = where.length === 0 ? rules : `${rules}, ${where.join(" and ")}`;
  return differing(summary) === 0 ? `${found}.` : `${found}. ${sentenceOfDifferences(summary, scope, "Also, of")}.`;
}

function incomplete(report: Report): string {
  const { summary: s, errors } = report;
  if (
    !isSolvencyUnknown(report) &&
    errors.length > 0 &&
    s.unchecked === 0 &&
    s.streamsChecked > 0 &&
    errors.every(({ code }) => code === RECORD_FAILED)
  ) {
    return `${inSync(report).slice(0, -1)}, but the run's record could not be written.`;
  }
  if (s.streamsChecked === 0) return "Nothing could be checked: whether the books are right is not known.";
  const part =
    s.unchecked > 0
      ? `${count(s.unchecked, "stream")} of ${grouped(String(s.unchecked + s.streamsChecked))} could not be judged`
      : errors.some(({ code }) => code === "node_stale")
        ? (report.chain.ageSeconds ?? 0) < 0
          ? "the node's clock and this machine's disagree"
          : "the node has stopped following the network"
        : isSolvencyUnknown(report) && errors.length === 0
          ? SOLVENCY_UNKNOWN
          : "the run could not look at everything";
  const rest = s.lagging > 0 ? "agrees or lags within the time that is allowed" : "agrees";
  return `Not everything could be checked: ${part}. What was checked ${rest}.`;
}

const RECORD_FAILED = "run_record_failed";

const differing = (s: Report["summary"]): number => s.drifted + s.missingOnChain + s.missingInDb;

function sentenceOfDifferences(s: Report["summary"], scope: Report["scope"], start: string): string {
  const parts: readonly [number, string, string][] = [
    [s.drifted, "has drifted", "have drifted"],
    [s.missingOnChain, "is missing on chain", "are missing on chain"],
    [s.missingInDb, "is missing in the database", "are missing in the database"],
  ];
  const found = parts.filter(([number]) => number > 0).map(([number, one, many]) => count(number, one, many));
  const streams = `${count(s.streamsChecked, "stream")} ${scope === "all-streams" ? "checked" : "asked for and found"}`;
  const total = differing(s);
  const disagree = `${count(total, "disagrees", "disagree")} with the other side`;
  return `${start} ${streams}, ${found.length === 1 ? found[0] : `${disagree}: ${listed(found)}`}`;
}

const listed = (parts: readonly string[]): string => `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

export const wasInterrupted = ({ exitCode }: Report): boolean => exitCode === 130 || exitCode === 143;

function ending(report: Report): string[] {
  if (wasInterrupted(report)) return ["The run was interrupted before its end; this is what it had found by then."];
  if (report.errors.some(({ code }) => code === "timed_out")) {
    return ["The run was ended by its time limit; this is what it had found by then."];
  }
  return [];
}

/** What stands behind a worse result. */
function besides({ status, summary: s, errors }: Report): string[] {
  if (status !== "DRIFT" && status !== "VIOLATION") return [];
  const lines: string[] = [];
  if (s.lagging > 0)
    lines.push(`${count(s.lagging, "stream")} ${s.lagging === 1 ? "lags" : "lag"} within the time that is allowed.`);
  if (s.unchecked > 0) lines.push(`${count(s.unchecked, "stream")} could not be judged.`);
  else if (errors.length > 0) lines.push("Not everything could be checked.");
  return lines;
}

/** Whether the escrow can pay is half of what a run is for. */
export const isSolvencyUnknown = ({ notices }: Report): boolean =>
  notices.some(({ code }) => code === "solvency_undecided");

const SOLVENCY_UNKNOWN = "whether the escrow can pay what it owes is not known";

function solvency(report: Report): string[] {
  const isSaid = report.status === "INCOMPLETE" && incomplete(report).includes(SOLVENCY_UNKNOWN);
  return isSolvencyUnknown(report) && !isSaid ? [`${capitalized(SOLVENCY_UNKNOWN)}.`] : [];
}

function policy({ status, exitCode, summary, notices, compared }: Report): string[] {
  const lines: string[] = [];
  if (status !== "IN_SYNC" && exitCode === 0) lines.push("By policy, the run does not fail on this (exit code 0).");
  else if (notices.some(({ code }) => code === "policy_fail_on")) lines.push(failsOnlyOn(compared));
  if (status === "IN_SYNC" && exitCode !== 0) {
    lines.push(`By policy, the run fails anyway (exit code ${exitCode}).`);
  }
  if (summary.ignored > 0 && status !== "IN_SYNC") {
    lines.push(`${count(summary.ignored, "finding")} passed over by policy: see the notices.`);
  }
  return lines;
}

function failsOnlyOn(compared: Compared | null): string {
  if (compared === null) return "By policy, the run does not fail on everything that it may find.";
  const { failOn } = compared.narrowed;
  return `By policy, the run fails on ${failOn.length === 0 ? "nothing" : `${failOn.map(printable).join(", ")} only`}.`;
}
