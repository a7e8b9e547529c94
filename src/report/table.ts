import { Chalk, type ChalkInstance } from "chalk";
import type { Discrepancy, Remark, Report } from "../core/report/report.js";
import { explainStep, nextSteps } from "./next-steps.js";
import type { RenderOptions, Reporter } from "./reporter.js";
import { ledgers } from "./run-facts.js";
import { type Align, grid, prose, titled, titles } from "./text/grid.js";
import { cell, count, difference, grouped, integerDifference, printable, signed } from "./text/readable.js";
import { Units } from "./text/units.js";
import { inertLines } from "./text/workflow-commands.js";

/** The report for a person: findings first, then the verdict, then what to do. */
export const table: Reporter = (report, options) => {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const blocks = [
    discrepancyBlock(report, options, paint),
    violationBlock(report, options, paint),
    remarkBlock("Could not be checked", report.errors, options, paint.yellow, paint),
    remarkBlock("Notices", report.notices, options, paint.dim, paint),
    summaryBlock(report, options, paint),
    stepsBlock(report, options, paint),
  ];
  const text = `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
  // Of a pipe the log of a CI job may be the end, which takes some lines for commands.
  return options.width === null ? inertLines(text) : text;
};

function discrepancyBlock(report: Report, options: RenderOptions, paint: ChalkInstance): string {
  const all = report.discrepancies;
  if (all.length === 0) return "";
  const units = new Units(report);
  const { width } = options;
  const { found, rest } = firstOf(all, options, paint);
  const rows = found.map((d) => [
    printable(d.streamId),
    printable(d.field),
    units.beside(cell(d.dbValue, d.onChainValue), d.dbValue, d.token),
    units.beside(cell(d.onChainValue, d.dbValue), d.onChainValue, d.token),
    differenceOf(d, units),
    { text: d.classification, style: d.classification === "drift" ? paint.red : paint.yellow },
  ]);
  const head = titles(paint, "STREAM", "FIELD", "DATABASE", "ON CHAIN", "DIFFERENCE", "VERDICT");
  return titled("Discrepancies", grid([head, ...rows], width, DISCREPANCY_ALIGNS).join("\n"), paint) + rest;
}

const DISCREPANCY_ALIGNS: readonly Align[] = ["left", "left", "right", "right", "right", "left"];

function differenceOf({ dbValue, onChainValue, token }: Discrepancy, units: Units): string {
  const text = units.text(integerDifference(dbValue, onChainValue)?.toString() ?? null, token);
  return `${difference(dbValue, onChainValue)}${text === null ? "" : ` (${signed(text)})`}`;
}

function violationBlock(report: Report, options: RenderOptions, paint: ChalkInstance): string {
  const all = report.violations;
  if (all.length === 0) return "";
  const units = new Units(report);
  const { width } = options;
  const { found, rest } = firstOf(all, options, paint);
  const rows = found.map((v) => [
    cell(v.streamId, null),
    v.side === "on_chain" ? "on chain" : "database",
    { text: v.invariant, style: paint.red },
    units.beside(printable(v.message), v.values.shortfall ?? null, v.values.token),
  ]);
  const lines = grid([titles(paint, "STREAM", "SIDE", "INVARIANT", "WHAT IS WRONG"), ...rows], width);
  return titled("Violated invariants", lines.join("\n"), paint) + rest;
}

function remarkBlock(
  title: string,
  remarks: readonly Remark[],
  options: RenderOptions,
  tone: ChalkInstance,
  paint: ChalkInstance,
): string {
  if (remarks.length === 0) return "";
  const { width } = options;
  const { found, rest } = firstOf(remarks, options, paint);
  const rows = found.map((r) => [
    printable(r.streamId ?? "(run)"),
    { text: r.code, style: tone },
    printable(r.message),
  ]);
  return titled(title, grid([titles(paint, "STREAM", "CODE", "WHY"), ...rows], width).join("\n"), paint) + rest;
}

/** What of a block is shown, and the line that says what is not. */
function firstOf<T>(all: readonly T[], { limit, width }: RenderOptions, paint: ChalkInstance) {
  if (limit === 0 || all.length <= limit) return { found: all, rest: "" };
  const more = `… and ${grouped(String(all.length - limit))} more of ${grouped(String(all.length))}: --limit 0 shows all; --format json and ndjson are always whole`;
  const lines = prose([more], width).map((line) => `\n${paint.dim(line)}`);
  return { found: all.slice(0, limit), rest: lines.join("") };
}

const VERDICTS: Readonly<Record<Report["status"], string>> = {
  IN_SYNC: "everything was checked, and both sides agree",
  DRIFT: "the database and the chain disagree",
  VIOLATION: "an invariant is violated",
  INCOMPLETE: "not everything could be checked",
};

const ALL_BUT_LAG = "everything was checked; what differs is within the lag that is allowed";

function summaryBlock(report: Report, { width }: RenderOptions, paint: ChalkInstance): string {
  const { summary: s } = report;
  const tone = report.status === "IN_SYNC" ? paint.green : report.status === "INCOMPLETE" ? paint.yellow : paint.red;
  const parts: readonly [number, string][] = [
    [s.inSync, "in sync"],
    [s.drifted, "drifted"],
    [s.lagging, "lagging"],
    [s.missingOnChain, "missing on chain"],
    [s.missingInDb, "missing in the database"],
  ];
  const buckets = parts.filter(([number]) => number > 0).map(([number, what]) => `${count(number, what, what)}`);
  const scope = typeof report.scope === "string" ? "all streams" : `only ${report.scope.map(printable).join(", ")}`;
  const meaning = report.status === "IN_SYNC" && s.lagging > 0 ? ALL_BUT_LAG : VERDICTS[report.status];
  const verdict = `${report.status}: ${meaning} (exit code ${report.exitCode})`;
  const facts = [
    `${count(s.streamsChecked, "stream")} checked${buckets.length > 0 ? `: ${buckets.join(", ")}` : ""}`,
    `${count(s.unchecked, "stream")} unchecked, ${count(s.violations, "violation")}, ${count(report.errors.length, "error")}, ${count(report.notices.length, "notice")}`,
    ...confirmationFacts(report),
    ...new Units(report).facts,
    `contract ${report.contractId}`,
    `network ${printable(report.network ?? "unknown")}, ledger ${ledgers(report)}`,
    `${scope}${report.dryRun ? "; dry run, no record was written" : `; run ${report.runId}`}`,
  ];
  return [...prose([verdict], width).map((line) => tone.bold(line)), ...prose(facts, width, "  ")].join("\n");
}

/** Prose is wrapped even where tables may be wide. */
const PROSE_WIDTH = 80;

function confirmationFacts({ summary: { confirmation, ignored } }: Report): string[] {
  const { found, dismissed, confirmed } = confirmation;
  const lines: string[] = [];
  if (found > 0) {
    lines.push(`${count(found, "stream")} differed at first: ${dismissed} dismissed, ${confirmed} confirmed as drift`);
  }
  if (ignored > 0) lines.push(`${count(ignored, "finding")} ignored by policy (see the notices)`);
  return lines;
}

function stepsBlock(report: Report, { width }: RenderOptions, paint: ChalkInstance): string {
  const steps = nextSteps(report);
  if (steps.length === 0) return "";
  const rows = [...steps, ...explainStep(report)].map((step) => ["→", step]);
  return titled("What to do next", grid(rows, width ?? PROSE_WIDTH).join("\n"), paint);
}
