import { Chalk, type ChalkInstance } from "chalk";
import type { Report } from "../../core/report/report.js";
import { headlineOf } from "../headline.js";
import type { Kind } from "../kinds.js";
import { type ListedFinding, shownFindings } from "../listed-finding.js";
import { explainStep, nextSteps } from "../next-steps.js";
import type { RenderOptions, Reporter } from "../reporter.js";
import { comparedLines, ledgers } from "../run-facts.js";
import { type Align, type Cell, grid, prose, titled, titles } from "../text/grid.js";
import { cell, count, difference, grouped, printable, signed } from "../text/readable.js";
import { Units } from "../text/units.js";
import { inertLines } from "../text/workflow-commands.js";

/** The report for a person: findings first, the most urgent on top, then the headline, then what to do. */
export const table: Reporter = (report, options) => {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const { findings, others } = shownFindings(report, options);
  const block: Block = (title, kinds, titlesOfColumns, cells, alignments) => {
    const all = findings.filter(({ kind }) => kinds.includes(kind));
    if (all.length === 0) return "";
    const { found, rest } = firstOf(all, options, paint);
    const rows = [titles(paint, ...titlesOfColumns), ...found.map(cells)];
    return titled(title, grid(rows, options.width, alignments).join("\n"), paint) + rest;
  };
  const blocks = [
    violations(block, paint),
    discrepancies(block, "Discrepancies", ["drift", "missing-on-chain", "missing-in-db"], paint.red),
    remarks(block, "Could not be checked", "error", paint.yellow),
    discrepancies(block, "Lag", ["lag"], paint.yellow),
    remarks(block, "Notices", "notice", paint.dim),
    others === null ? "" : prose([`${others}.`], options.width).join("\n"),
    summaryBlock(report, options, paint),
    stepsBlock(report, options, paint),
  ];
  const text = `${blocks.filter((text) => text !== "").join("\n\n")}\n`;
  // Of a pipe the log of a CI job may be the end, which takes some lines for commands.
  return options.width === null ? inertLines(text) : text;
};

/** Draws the findings of some kinds under a title; nothing where there are none. */
type Block = (
  title: string,
  kinds: readonly Kind[],
  titlesOfColumns: readonly string[],
  cells: (finding: ListedFinding) => Cell[],
  alignments?: readonly Align[],
) => string;

function discrepancies(block: Block, title: string, kinds: readonly Kind[], style: ChalkInstance): string {
  const columns = ["STREAM", "FIELD", "DATABASE", "ON CHAIN", "DIFFERENCE", "VERDICT"];
  const cells = ({ streamId, subject, dbValue, onChainValue, units, kind, reason }: ListedFinding): Cell[] => [
    cell(streamId, null),
    printable(subject),
    withUnits(cell(dbValue, onChainValue), units.db),
    withUnits(cell(onChainValue, dbValue), units.onChain),
    withUnits(difference(dbValue, onChainValue), units.difference === null ? null : signed(units.difference)),
    { text: `${kind === "lag" ? "lag" : "drift"}: ${reason}`, style },
  ];
  return block(title, kinds, columns, cells, ["left", "left", "right", "right", "right", "left"]);
}

function violations(block: Block, paint: ChalkInstance): string {
  return block(
    "Violated invariants",
    ["violation"],
    ["STREAM", "SIDE", "INVARIANT", "WHAT IS WRONG"],
    ({ streamId, side, subject, message }) => [
      cell(streamId, null),
      side === "on_chain" ? "on chain" : "database",
      { text: subject, style: paint.red },
      printable(message),
    ],
  );
}

function remarks(block: Block, title: string, kind: Kind, style: ChalkInstance): string {
  return block(title, [kind], ["STREAM", "CODE", "WHY"], ({ streamId, subject, message }) => [
    printable(streamId ?? "(run)"),
    { text: subject, style },
    printable(message),
  ]);
}

const withUnits = (text: string, units: string | null): string => (units === null ? text : `${text} (${units})`);

/** What of a block is shown, and the line that says what is not. */
function firstOf<T>(all: readonly T[], { limit, width }: RenderOptions, paint: ChalkInstance) {
  if (limit === 0 || all.length <= limit) return { found: all, rest: "" };
  const more = `… and ${grouped(String(all.length - limit))} more of ${grouped(String(all.length))}: --limit 0 shows all; --format json and ndjson are always whole`;
  const lines = prose([more], width).map((line) => `\n${paint.dim(line)}`);
  return { found: all.slice(0, limit), rest: lines.join("") };
}

function summaryBlock(report: Report, { width }: RenderOptions, paint: ChalkInstance): string {
  const { summary: s } = report;
  const { found, dismissed, confirmed } = s.confirmation;
  const tone = { good: paint.green, unknown: paint.yellow, bad: paint.red }[headlineOf(report).tone];
  const parts: readonly [number, string][] = [
    [s.inSync, "in sync"],
    [s.drifted, "drifted"],
    [s.lagging, "lagging"],
    [s.missingOnChain, "missing on chain"],
    [s.missingInDb, "missing in the database"],
  ];
  const buckets = parts.filter(([number]) => number > 0).map(([number, what]) => `${count(number, what, what)}`);
  const { sentence, remarks } = headlineOf(report);
  const verdict = `${report.status} (exit code ${report.exitCode}): ${sentence}`;
  const facts = [
    ...remarks,
    `${count(s.streamsChecked, "stream")} checked${buckets.length > 0 ? `: ${buckets.join(", ")}` : ""}`,
    `${count(s.unchecked, "stream")} unchecked, ${count(s.violations, "violation")}, ${count(report.errors.length, "error")}, ${count(report.notices.length, "notice")}`,
    ...(found > 0
      ? [`${count(found, "stream")} differed at first: ${dismissed} dismissed, ${confirmed} confirmed as drift`]
      : []),
    ...new Units(report).facts,
    ...comparedLines(report),
    `contract ${report.contractId}`,
    `network ${printable(report.network ?? "unknown")}, ledger ${ledgers(report)}`,
    ...(report.dryRun ? [] : [`run ${report.runId}`]),
  ];
  return [...prose([verdict], width).map((line) => tone.bold(line)), ...prose(facts, width, "  ")].join("\n");
}

/** Steps are wrapped even where the lines above, of a fact each, are whole. */
const STEPS_WIDTH = 80;

function stepsBlock(report: Report, { width }: RenderOptions, paint: ChalkInstance): string {
  const steps = nextSteps(report);
  if (steps.length === 0) return "";
  const rows = [...steps, ...explainStep(report)].map((step) => ["→", step]);
  return titled("What to do next", grid(rows, width ?? STEPS_WIDTH).join("\n"), paint);
}
