import type { ListedFinding } from "./listed-finding.js";
import { listedFindings } from "./listed-finding.js";
import { integerDifference, printable } from "./readable.js";
import type { Reporter } from "./reporter.js";

type Column = readonly [title: string, value: (finding: ListedFinding) => string | number | null];

/** Named as in the JSON report. */
const COLUMNS: readonly Column[] = [
  ["kind", ({ kind }) => kind],
  ["streamId", ({ streamId }) => streamId],
  ["subject", ({ subject }) => subject],
  ["side", ({ side }) => side],
  ["dbValue", ({ dbValue }) => dbValue],
  ["onChainValue", ({ onChainValue }) => onChainValue],
  ["difference", ({ dbValue, onChainValue }) => integerDifference(dbValue, onChainValue)?.toString() ?? null],
  ["token", ({ token }) => token],
  ["dbSynced", ({ ledger }) => ledger?.dbSynced ?? null],
  ["chainModified", ({ ledger }) => ledger?.chainModified ?? null],
  ["observed", ({ ledger }) => ledger?.observed ?? null],
  ["values", ({ values }) => (values === null ? null : JSON.stringify(values))],
  ["message", ({ message }) => message],
];

/** One row a finding, for spreadsheets and programs: RFC 4180, every row whole. */
export const csv: Reporter = (report) => {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...listedFindings(report).map((finding) => COLUMNS.map(([, value]) => value(finding))),
  ];
  return rows.map((row) => `${row.map((value) => field(String(value ?? ""))).join(",")}\r\n`).join("");
};

const NUMBER = /^-?\d+$/;

/**
 * What a spreadsheet would take for a formula, full-width signs included, and behind spaces too. A plain integer is none,
 * with its sign, and programs read it.
 */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/u;

function field(value: string): string {
  // Judged as it came: a tab made visible would hide that it was one.
  const defused = FORMULA.test(value) && !NUMBER.test(value) ? `'${printable(value)}` : printable(value);
  return /[",]/.test(defused) ? `"${defused.replaceAll('"', '""')}"` : defused;
}
