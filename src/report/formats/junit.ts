import type { Report } from "../../core/report/report.js";
import { headlineOf } from "../headline.js";
import { KIND_NAMES } from "../kinds.js";
import { type ListedFinding, listedFindings } from "../listed-finding.js";
import type { Reporter } from "../reporter.js";
import { comparedFacts, failsOn } from "../run-facts.js";
import { escaped } from "../text/xml.js";

interface TestCase {
  readonly className: string;
  readonly name: string;
  readonly result: "passed" | "failure" | "error" | "skipped";
  readonly type: string;
  readonly message: string;
  /** What a passed test prints. */
  readonly output?: string;
}

/**
 * The report as CI systems read test results: one suite, one test for the run, which fails when the run does, and one for
 * each finding. What was not checked is an error, lag is a skipped test, and notices are printed by the run's test.
 */
export const junit: Reporter = (report) => {
  const findings = listedFindings(report);
  const cases = [runCase(report, findings), ...findings.filter(({ kind }) => kind !== "notice").map(caseOf)];
  const counted = (result: TestCase["result"]) => cases.filter((test) => test.result === result).length;
  const seconds = (Math.max(0, Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000).toFixed(3);
  const counts = `tests="${cases.length}" failures="${counted("failure")}" errors="${counted("error")}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="reconcile-streams" ${counts} time="${seconds}">`,
    `  <testsuite name="reconcile-streams" ${counts} skipped="${counted("skipped")}" time="${seconds}" timestamp="${escaped(report.startedAt.slice(0, 19))}">`,
    "    <properties>",
    ...properties(report).map(([name, value]) => `      <property name="${name}" value="${escaped(value)}"/>`),
    "    </properties>",
    ...cases.map(testCase),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
};

function properties(report: Report): [string, string][] {
  const { ledger } = report;
  return [
    ["runId", report.runId],
    ["toolVersion", report.toolVersion],
    ["status", report.status],
    ["exitCode", String(report.exitCode)],
    ["contractId", report.contractId],
    ["network", report.network ?? "unknown"],
    ["ledgers", ledger.first === null ? "never read" : `${ledger.first} to ${ledger.last}`],
    ["scope", typeof report.scope === "string" ? report.scope : JSON.stringify(report.scope)],
    ["dryRun", String(report.dryRun)],
    ...[...comparedFacts(report), ...failsOn(report)].map(([name, value]): [string, string] => [
      camelCase(name),
      value,
    ]),
  ];
}

/** "Not compared" as `notCompared`, like the report's keys. */
const camelCase = (name: string): string =>
  name.toLowerCase().replace(/ (.)/g, (_, letter: string) => letter.toUpperCase());

/** Fails exactly when the run does: policy may pass over findings, or fail on what is none. */
function runCase(report: Report, findings: readonly ListedFinding[]): TestCase {
  const { headline, sentence, remarks } = headlineOf(report);
  const wrong = report.exitCode === 3 || report.exitCode === 4;
  const notices = findings.filter(({ kind }) => kind === "notice");
  const lines = [
    sentence,
    ...remarks,
    ...notices.map((n) => `notice ${n.subject}${n.streamId === null ? "" : ` of ${n.streamId}`}: ${n.message}`),
  ];
  return {
    className: "reconcile-streams.verdict",
    name: "the run passes",
    result: report.exitCode === 0 ? "passed" : wrong ? "failure" : "error",
    type: report.status,
    message: `${headline}: ${sentence}`,
    output: lines.join("\n"),
  };
}

function caseOf(finding: ListedFinding): TestCase {
  const { kind, streamId, subject, side, message, dbValue, onChainValue, units } = finding;
  const where = side === null ? "" : side === "db" ? " in the database" : " on chain";
  const values =
    dbValue === null && onChainValue === null
      ? ""
      : ` ${shown(dbValue, units.db)} in the database, ${shown(onChainValue, units.onChain)} on chain.`;
  return {
    className: `reconcile-streams.${kind}`,
    name: `${streamId ?? "the run"}: ${subject}${where}`,
    result: kind === "error" ? "error" : kind === "lag" ? "skipped" : "failure",
    type: kind === "violation" || kind === "error" ? subject : KIND_NAMES[kind],
    message: `${message}${values}`,
  };
}

const shown = (value: string | null, units: string | null): string =>
  `${value ?? "none"}${units === null ? "" : ` (${units})`}`;

function testCase({ className, name, result, type, message, output }: TestCase): string {
  const open = `    <testcase classname="${escaped(className)}" name="${escaped(name)}" time="0"`;
  const inside = [
    ...(result === "skipped" ? [`      <skipped message="${escaped(message)}"/>`] : []),
    ...(result === "failure" || result === "error"
      ? [`      <${result} type="${escaped(type)}" message="${escaped(message)}">${escaped(message)}</${result}>`]
      : []),
    // Each line is made fit for XML alone, so that the line ends stay.
    ...(output === undefined ? [] : [`      <system-out>${output.split("\n").map(escaped).join("\n")}</system-out>`]),
  ];
  return inside.length === 0 ? `${open}/>` : `${open}>\n${inside.join("\n")}\n    </testcase>`;
}
