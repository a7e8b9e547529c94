import { Chalk, type ChalkInstance } from "chalk";
import type { Discrepancy, Remark, Report } from "../core/report/report.js";
import { headlineOf } from "./headline.js";
import { explainStep, nextSteps } from "./next-steps.js";
import type { RenderOptions, Reporter } from "./reporter.js";
import { comparedFacts } from "./run-facts.js";
import { type Column, grid, prose } from "./text/grid.js";
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
  const columns: Column[] = [
    { title: "STREAM" },
    { title: "FIELD" },
    { title: "DATABASE", align: "right" },
    { title: "ON CHAIN", align: "right" },
    { title: "DIFFERENCE", align: "right" },
    { title: "VERDICT" },
  ];
  const rows = found.map((d) => [
    printable(d.streamId),
    printable(d.field),
    units.beside(cell(d.dbValue, d.onChainValue), d.dbValue, d.token),
    units.beside(cell(d.onChainValue, d.dbValue), d.onChainValue, d.token),
    differenceOf(d, units),
    d.classification,
  ]);
  const color = (text: string, row: number, column: number) => {
    if (row < 0) return paint.dim(text);
    if (column !== 5) return text;
    return found[row]!.classification === "drift" ? paint.red(text) : paint.yellow(text);
  };
  return titled("Discrepancies", grid(columns, rows, width, color), paint) + rest;
}

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
  const columns: Column[] = [
    { title: "STREAM" },
    { title: "SIDE" },
    { title: "INVARIANT" },
    { title: "WHAT IS WRONG" },
  ];
  const rows = found.map((v) => [
    cell(v.streamId, null),
    v.side === "on_chain" ? "on chain" : "database",
    v.invariant,
    units.beside(printable(v.message), v.values.shortfall ?? null, v.values.token),
  ]);
  const color = (text: string, row: number, column: number) =>
    row < 0 ? paint.dim(text) : column === 2 ? paint.red(text) : text;
  return titled("Violated invariants", grid(columns, rows, width, color), paint) + rest;
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
  const columns: Column[] = [{ title: "STREAM" }, { title: "CODE" }, { title: "WHY" }];
  const rows = found.map((r) => [printable(r.streamId ?? "(run)"), r.code, printable(r.message)]);
  const color = (text: string, row: number, column: number) =>
    row < 0 ? paint.dim(text) : column === 1 ? tone(text) : text;
  return titled(title, grid(columns, rows, width, color), paint) + rest;
}

/** What of a block is shown, and the line that says what is not. */
function firstOf<T>(all: readonly T[], { limit, width }: RenderOptions, paint: ChalkInstance) {
  if (limit === 0 || all.length <= limit) return { found: all, rest: "" };
  const more = `… and ${grouped(String(all.length - limit))} more of ${grouped(String(all.length))}: --limit 0 shows all; --format json and ndjson are always whole`;
  const lines = prose([more], width).map((line) => `\n${paint.dim(line)}`);
  return { found: all.slice(0, limit), rest: lines.join("") };
}

const titled = (title: string, body: string, paint: ChalkInstance): string => `${paint.bold(title)}\n${body}`;

function summaryBlock(report: Report, { width }: RenderOptions, paint: ChalkInstance): string {
  const { summary: s, ledger } = report;
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
  const ledgers =
    ledger.first === null
      ? "never read"
      : ledger.first === ledger.last
        ? `${ledger.first}`
        : `${ledger.first} to ${ledger.last}`;
  const { sentence, remarks } = headlineOf(report);
  const verdict = `${report.status} (exit code ${report.exitCode}): ${sentence}`;
  const facts = [
    ...remarks,
    `${count(s.streamsChecked, "stream")} checked${buckets.length > 0 ? `: ${buckets.join(", ")}` : ""}`,
    `${count(s.unchecked, "stream")} unchecked, ${count(s.violations, "violation")}, ${count(report.errors.length, "error")}, ${count(report.notices.length, "notice")}`,
    ...confirmationFacts(report),
    ...new Units(report).facts,
    ...comparedFacts(report),
    `contract ${report.contractId}`,
    `network ${printable(report.network ?? "unknown")}, ledger ${ledgers}`,
    `${scope}${report.dryRun ? "; dry run, no record was written" : `; run ${report.runId}`}`,
  ];
  return [
    ...prose([verdict], width ?? PROSE_WIDTH).map((line) => tone.bold(line)),
    ...prose(facts, width ?? PROSE_WIDTH, "  "),
  ].join("\n");
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
  const body = grid([{ title: "" }, { title: "" }], rows, width ?? PROSE_WIDTH)
    .split("\n")
    .slice(1)
    .join("\n");
  return titled("What to do next", body, paint);
}
