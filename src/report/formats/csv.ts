import type { Report } from "../../core/report/report.js";
import { headlineOf } from "../headline.js";
import type { ListedFinding } from "../listed-finding.js";
import { listedFindings } from "../listed-finding.js";
import type { Reporter } from "../reporter.js";
import { comparedLines } from "../run-facts.js";
import { capitalized, INTEGER, printable } from "../text/readable.js";
import { Units, wholeTokens } from "../text/units.js";
import { inertInside, inertJson } from "../text/workflow-commands.js";

type Column = readonly [title: string, value: (finding: ListedFinding, units: Units) => string | number | null];

/** In whole tokens, for adding up amounts; empty if the units are unknown. */
const inTokens = (amount: (finding: ListedFinding) => string | null) => (finding: ListedFinding, units: Units) => {
  const known = units.of(finding.token);
  const text = amount(finding);
  return known === null || text === null || !INTEGER.test(text) ? null : wholeTokens(text, known.decimals);
};

/** Named as in the JSON report. */
const COLUMNS: readonly Column[] = [
  ["kind", ({ kind }) => kind],
  ["streamId", ({ streamId }) => streamId],
  ["subject", ({ subject }) => subject],
  ["side", ({ side }) => side],
  ["dbValue", ({ dbValue }) => dbValue],
  ["onChainValue", ({ onChainValue }) => onChainValue],
  ["difference", ({ difference }) => difference?.toString() ?? null],
  ["token", ({ token }) => token],
  ["symbol", ({ token }, units) => units.of(token)?.symbol ?? null],
  ["dbTokens", inTokens(({ dbValue }) => dbValue)],
  ["onChainTokens", inTokens(({ onChainValue }) => onChainValue)],
  ["differenceTokens", inTokens(({ difference }) => difference?.toString() ?? null)],
  ["reason", ({ reason }) => reason],
  ["dbSynced", ({ ledger }) => ledger?.dbSynced ?? null],
  ["chainModified", ({ ledger }) => ledger?.chainModified ?? null],
  ["observed", ({ ledger }) => ledger?.observed ?? null],
  ["values", ({ values }) => (values === null ? null : inertJson(JSON.stringify(values)))],
  ["message", ({ message }) => message],
];

/** One row a finding, for spreadsheets and programs: RFC 4180, every row whole. */
export const csv: Reporter = (report) => {
  const units = new Units(report);
  const rows = [
    COLUMNS.map(([title]) => title),
    ...listedFindings(report).map((finding) => COLUMNS.map(([, value]) => value(finding, units))),
    summaryRow(report),
  ];
  return rows.map((row) => `${row.map((value) => field(String(value ?? ""))).join(",")}\r\n`).join("");
};

/** The last row: the result, and what it is a result of, in words and for programs. */
function summaryRow(report: Report): (string | null)[] {
  const { status, compared, database, chain } = report;
  const { sentence, remarks } = headlineOf(report);
  const facts = comparedLines(report).map((line) => `${capitalized(line)}.`);
  const known: Readonly<Record<string, string>> = {
    kind: "summary",
    subject: status,
    values: inertJson(JSON.stringify({ compared, database, chain })),
    message: [sentence, ...remarks, ...facts].join(" "),
  };
  return COLUMNS.map(([title]) => known[title] ?? null);
}

const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * What a spreadsheet would take for a formula, full-width signs included, and behind spaces too. A plain number is none,
 * with its sign, and programs read it. Where a decimal point is a comma, a semicolon begins a field, even between quotes.
 */
const FORMULA = /(^|;)(?=[\s\p{Cc}\p{Cf}"]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])/gu;

function field(value: string): string {
  // Judged as it came: a tab made visible would hide that it was one.
  const defused = inertInside(printable(NUMBER.test(value) ? value : value.replace(FORMULA, "$1'")));
  return /[",;]/.test(defused) ? `"${defused.replaceAll('"', '""')}"` : defused;
}
