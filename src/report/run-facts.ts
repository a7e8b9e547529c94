import type { Compared, Report } from "../core/report/report.js";
import { count, grouped, printable } from "./text/readable.js";

type Fact = readonly [name: string, value: string];

/** The facts that identify the run, by name. */
export function runFacts(report: Report): readonly Fact[] {
  return [
    ["Contract", report.contractId],
    ["Network", printable(report.network ?? "not told")],
    ["Ledgers read", ledgers(report)],
    ...comparedFacts(report),
    ["Started", momentOf(report.startedAt)],
    ["Took", duration(report)],
    ...failsOn(report),
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
    ...comparedLines(report),
    momentOf(report.startedAt),
    `run ${report.runId}`,
    `exit code ${report.exitCode}`,
    `reconcile-streams ${report.toolVersion}`,
  ];
}

/** Streams that the database lacks were not looked for, or not everywhere. */
const ONE_WAY = ["db_only", "missing_rows_not_checked", "contract_missing"];

/** Which streams, as far as anything limits them. */
function checkedStreams({ scope, compared, notices }: Report): string {
  const { dbOnly = false, where = null, contractColumn = null } = compared?.narrowed ?? {};
  const isOneWay = dbOnly || notices.some(({ code }) => ONE_WAY.includes(code));
  return [
    scope === "all-streams" ? (isOneWay ? "the database's streams" : "all streams") : names(scope),
    ...(where === null ? [] : [`rows that satisfy ${printable(where)}`]),
    ...(contractColumn === null ? [] : [`rows of this contract by ${printable(contractColumn)}`]),
  ].join("; ");
}

export const failsOn = ({ compared }: Report): Fact[] =>
  compared === null ? [] : [["Fails on", names(compared.narrowed.failOn) || "nothing"]];

/** The ledgers at which the chain was read. */
export function ledgers({ ledger: { first, last } }: Report): string {
  if (first === null) return "never read";
  return first === last ? `${first}` : `${first} to ${last}`;
}

/** What was compared and allowed, and how far either side had come. */
export function comparedFacts(report: Report): readonly Fact[] {
  const { compared } = report;
  const where: Fact = ["Checked", checkedStreams(report)];
  if (compared === null) return [where, ["Compared", "not told by the version that made this report"]];
  return [where, ...comparison(compared), ["Database", database(report)], ["Chain", chain(report)]];
}

/** The same, a line each. */
export const comparedLines = (report: Report): string[] =>
  comparedFacts(report).map(([name, value]) => `${name.toLowerCase()}: ${value}`);

function comparison(compared: Compared): Fact[] {
  const { fields, notCompared } = compared;
  const rest: Fact[] = notCompared.length === 0 ? [] : [["Not compared", names(notCompared)]];
  return [["Compared", names(fields) || "no field"], ...rest, ["Allowed", allowed(compared)]];
}

const names = (fields: readonly string[]): string => fields.map(printable).join(", ");

function allowed({ tolerance, fieldTolerance, maxLagLedgers, narrowed: { ignoreRules } }: Compared): string {
  const upTo = (most: string) => `differences up to ${grouped(most)} base units`;
  const fields = Object.entries(fieldTolerance).map(
    ([field, most]) => `${most === "0" ? "no difference" : upTo(most)} in ${printable(field)}`,
  );
  const elsewhere = fields.length === 0 ? "" : " in other fields";
  return [
    ...fields,
    `${tolerance === "0" ? "no difference" : upTo(tolerance)}${elsewhere}`,
    `lag up to ${count(maxLagLedgers, "ledger")}`,
    ...(ignoreRules === 0 ? [] : [`${count(ignoreRules, "rule")} of policy.ignore`]),
  ].join(", ");
}

/** How far the database had come, and who says so. */
function database(report: Report): string {
  const { watermark, toldBy, ledgersBehind, secondsBehind } = report.database;
  const { newestLedger } = report.chain;
  const { last } = report.ledger;
  if (watermark === null) return "at an unknown ledger";
  const by = toldBy === null ? "" : ` by its ${toldBy === "table" ? "cursor table" : "rows' cursors"}`;
  if (ledgersBehind === null) return `at ledger ${watermark}${by}`;
  const ahead = watermark - Math.max(newestLedger ?? 0, last ?? 0);
  if (ahead > 0) return `at ledger ${watermark}${by}, ${count(ahead, "ledger")} ahead of the chain`;
  const time = ledgersBehind === 0 || secondsBehind === null ? "" : ` (about ${span(secondsBehind)})`;
  return `at ledger ${watermark}${by}, ${count(ledgersBehind, "ledger")}${time} behind`;
}

/** How new the chain was. A file says its own time; so does a node that is ahead of this machine's clock. */
function chain({ chain: { newestLedger, ageSeconds, closedAt, source } }: Report): string {
  if (newestLedger === null) return "not read";
  const at = `at ledger ${newestLedger}${source === "snapshot" ? " of a file" : ""}`;
  if (closedAt === null) return `${at}, closed at an unknown time`;
  const isOld = source === "rpc" && ageSeconds !== null && ageSeconds >= 0;
  return isOld ? `${at}, ${span(ageSeconds)} old` : `${at}, closed ${momentOf(closedAt)}`;
}

/** Seconds in a unit in which they are a small number. */
function span(seconds: number): string {
  const units = [
    [172_800, 86_400, "days"],
    [7_200, 3_600, "h"],
    [120, 60, "min"],
  ] as const;
  const [, size, unit] = units.find(([least]) => seconds >= least) ?? [0, 1, "s"];
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** A time for a person, to the second. */
export const momentOf = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

function duration({ startedAt, finishedAt }: Report): string {
  const seconds = Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes} min ${Math.floor(seconds % 60)} s`;
}
