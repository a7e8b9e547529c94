import { Chalk, type ChalkInstance } from "chalk";
import { causes } from "../../core/inspection/cause.js";
import type { InspectedField } from "../../core/inspection/inspected-fields.js";
import type { Inspection, InspectionResult } from "../../core/inspection/inspection.js";
import { runbookSections } from "../../core/inspection/runbook.js";
import { type Align, grid, prose, titled, titles } from "../text/grid.js";
import { cell, printable, signed } from "../text/readable.js";
import { inertLines } from "../text/workflow-commands.js";
import { amountsBlock, explorerBlock, lifetimeText } from "./facts-blocks.js";
import { historyBlock } from "./history-block.js";
import { isoTime } from "./iso-time.js";
import { amountsOf, amountText, pairs } from "./parts.js";
import { rawBlock } from "./raw-block.js";

export interface ScreenOptions {
  readonly color: boolean;
  /** Characters of a line. */
  readonly width: number;
}

/** Everything about one stream for a person, what matters most first. */
export function screen(inspection: Inspection, { color, width }: ScreenOptions): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const blocks = [
    headBlock(inspection, width, paint),
    headlineBlock(inspection, width, paint),
    violationBlock(inspection, width, paint),
    titled("Fields", fieldsGrid(inspection.fields, width, paint), paint),
    titled("Addresses in full", addresses(inspection.fields, width), paint),
    amountsBlock(inspection, width, paint),
    isNothing(inspection) ? "" : historyBlock(inspection, width, paint),
    rawBlock(inspection, width, paint),
    remarkBlock("Could not be checked", isTold(inspection) ? [] : inspection.errors, width, paint.yellow, paint),
    remarkBlock("Notices", inspection.notices, width, paint.dim, paint),
    explorerBlock(inspection, width, paint),
    stepsBlock(inspection, width, paint),
  ];
  return inertLines(`${blocks.filter((block) => block !== "").join("\n\n")}\n`);
}

function headBlock(inspection: Inspection, width: number, paint: ChalkInstance): string {
  const { streamId, onChainId, contractId, network, layout } = inspection;
  const id = onChainId === null ? "no on-chain id" : `on-chain id ${onChainId}`;
  const lines = prose([`Stream ${printable(streamId)} (${id})`], width);
  const facts = [`contract ${contractId}`, `network ${printable(network ?? "unknown")}, layout ${printable(layout)}`];
  return [...lines.map((line) => paint.bold(line)), ...prose(facts, width, "  ")].join("\n");
}

/** Neither side ever had such a stream. */
const isNothing = ({ verdict, history }: Inspection): boolean => verdict === "not-found" && history.kind === "none";

/** Whether the verdict is nothing but its errors, which then are not listed twice. */
const isTold = ({ verdict, errors }: Inspection): boolean =>
  (verdict === "unchecked" || verdict === "not-found") && errors.length > 0;

const HEADLINES: Readonly<Record<InspectionResult, string>> = {
  "in-sync": "both sides agree",
  drift: "the row and the contract disagree",
  lag: "the row may still be on its way to what the contract says",
  "missing-on-chain": "the contract does not have this stream",
  "missing-in-db": "the database does not have this stream",
  unchecked: "this stream could not be checked",
  "not-found": "there is no such stream",
};

function headlineBlock(inspection: Inspection, width: number, paint: ChalkInstance): string {
  const { status, verdict, exitCode, reason, violations } = inspection;
  const tone = status === "IN_SYNC" ? paint.green : status === "INCOMPLETE" ? paint.yellow : paint.red;
  const broken = violations.length === 0 ? "" : "an invariant is violated; ";
  const headline = `${status}: ${broken}${HEADLINES[verdict]} (exit code ${exitCode})`;
  const body = [
    printable(reason),
    ...causes(inspection, amountsOf(inspection)).map((cause) => `Cause: ${printable(cause)}`),
    ...ledgerLines(inspection),
  ];
  return [...prose([headline], width).map((line) => tone(line)), ...prose(body, width, "  ")].join("\n");
}

function ledgerLines({ ledger, lifetime, verdict }: Inspection): string[] {
  const { dbSynced, chainModified, observed } = ledger;
  if (observed === null && (dbSynced === null || verdict === "not-found")) return [];
  const told = (number: number | null) => (number === null ? "unknown" : String(number));
  const line = `ledgers: ${verdict === "missing-in-db" ? "database" : "row"} has seen ${told(dbSynced)}, entry last changed ${verdict === "missing-on-chain" ? "never" : told(chainModified)}, read at ${told(observed)}`;
  return [line, ...(lifetime === null ? [] : [lifetimeText(lifetime)])];
}

function violationBlock({ violations }: Inspection, width: number, paint: ChalkInstance): string {
  if (violations.length === 0) return "";
  const rows = violations.map(({ side, invariant, message }) => [
    side === "on_chain" ? "on chain" : "database",
    { text: invariant, style: paint.red },
    printable(message),
  ]);
  const lines = grid([titles(paint, "SIDE", "INVARIANT", "WHAT IS WRONG"), ...rows], width);
  return titled("Violated invariants", lines.join("\n"), paint);
}

const FIELD_ALIGNS: readonly Align[] = ["left", "right", "right", "left"];

function fieldsGrid(fields: readonly InspectedField[], width: number, paint: ChalkInstance): string {
  if (fields.length === 0) return "";
  const rows = fields.map((field) => {
    const { comparison, dbValue, onChainValue } = field;
    const style = comparison === "not-mapped" ? paint.dim : null;
    const isWrong = comparison === "differs" || comparison === "unreadable";
    return [
      { text: printable(field.field), style },
      { text: valueText(field, dbValue, onChainValue) + meaningText(field), style },
      { text: valueText(field, onChainValue, dbValue), style },
      { text: resultText(field), style: isWrong ? paint.red : style },
    ];
  });
  return grid([titles(paint, "FIELD", "DATABASE", "ON CHAIN", "RESULT"), ...rows], width, FIELD_ALIGNS).join("\n");
}

/** What a status stands for that the database writes in its own way. */
function meaningText({ type, dbValue, dbMeaning }: InspectedField): string {
  if (type !== "status" || dbValue === null || dbMeaning === null) return "";
  return dbValue.toUpperCase() === dbMeaning ? "" : ` (${printable(dbMeaning)})`;
}

function valueText({ type, comparison }: InspectedField, value: string | null, other: string | null): string {
  if (value === null) return comparison === "not-mapped" || comparison === "one-sided" ? "" : "(none)";
  if (type === "timestamp" && /^\d+$/.test(value)) return value === "0" ? value : (isoTime(BigInt(value)) ?? value);
  return cell(value, value === other ? null : other);
}

function resultText({ comparison, difference }: InspectedField): string {
  const delta = difference === null ? "" : signed(amountText(difference));
  switch (comparison) {
    case "equal":
      return "equal";
    case "tolerated":
      return `${delta}, tolerated`;
    case "differs":
      return delta === "" ? "differs" : delta;
    case "unreadable":
      return "cannot be read";
    case "not-mapped":
      return "";
    case "one-sided":
      return "not compared";
  }
}

function addresses(fields: readonly InspectedField[], width: number): string {
  const rows = fields.flatMap(({ field, type, dbValue, onChainValue }) => {
    if (type !== "address") return [];
    if (dbValue === onChainValue || dbValue === null || onChainValue === null) {
      const only = dbValue ?? onChainValue;
      return only === null ? [] : [[field, printable(only)]];
    }
    return [
      [`${field}, database`, printable(dbValue)],
      [`${field}, on chain`, printable(onChainValue)],
    ];
  });
  return pairs(rows, width);
}

function remarkBlock(
  title: string,
  remarks: Inspection["errors"],
  width: number,
  tone: ChalkInstance,
  paint: ChalkInstance,
): string {
  if (remarks.length === 0) return "";
  const rows = remarks.map(({ code, message }) => [{ text: code, style: tone }, printable(message)]);
  return titled(title, grid([titles(paint, "CODE", "WHY"), ...rows], width).join("\n"), paint);
}

function stepsBlock(inspection: Inspection, width: number, paint: ChalkInstance): string {
  const steps = runbookSections(inspection).map((section) => `→ docs/runbook.md, ${section}`);
  const code = mostUrgentCode(inspection);
  if (code !== null) steps.push(`→ any code above, explained: reconcile-streams explain ${code}`);
  return titled("What to do next", prose(steps, width).join("\n"), paint);
}

/** What `explain` should be asked for first. */
function mostUrgentCode({ violations, verdict, errors, notices }: Inspection): string | null {
  const finding = verdict === "in-sync" || verdict === "unchecked" || verdict === "not-found" ? null : verdict;
  return violations[0]?.invariant ?? finding ?? errors[0]?.code ?? notices[0]?.code ?? null;
}
