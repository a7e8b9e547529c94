import type { Report } from "../../core/report/report.js";
import { headlineOf } from "../headline.js";
import { KIND_NAMES, LEVELS } from "../kinds.js";
import { type ListedFinding, listedFindings } from "../listed-finding.js";
import { explainStep, nextSteps } from "../next-steps.js";
import type { Reporter } from "../reporter.js";
import { comparedLines } from "../run-facts.js";
import { capitalized, count, grouped, printable } from "../text/readable.js";
import { inert } from "../text/workflow-commands.js";

/** What GitHub shows of each level in one step; the rest of a longer list it drops without a word. */
const ANNOTATIONS_OF_A_LEVEL = 10;

type Level = "error" | "warning" | "notice";

interface Annotation {
  readonly level: Level;
  readonly title: string;
  readonly message: string;
}

/**
 * Workflow commands of GitHub Actions: the headline and the most urgent findings as annotations, then the headline for
 * readers of the log. The job summary is the format `markdown`, which the command line puts where GitHub looks for it.
 */
export const github: Reporter = (report) => {
  const annotations = [resultOf(report), ...listedFindings(report).map(annotationOf)];
  const shown = (["error", "warning", "notice"] as const).flatMap((level) => {
    const all = annotations.filter((annotation) => annotation.level === level);
    if (all.length <= ANNOTATIONS_OF_A_LEVEL) return all;
    const first = all.slice(0, ANNOTATIONS_OF_A_LEVEL - 1);
    return [...first, more(level, all.length - first.length)];
  });
  return [...shown.map(command), ...logLines(report).map((line) => inert(printable(line))), ""].join("\n");
};

function resultOf(report: Report): Annotation {
  const { headline, sentence, remarks } = headlineOf(report);
  const level = report.exitCode === 0 ? (report.summary.lagging > 0 ? "warning" : "notice") : "error";
  return { level, title: `Reconciliation: ${headline}`, message: [sentence, ...remarks].join(" ") };
}

function annotationOf(finding: ListedFinding): Annotation {
  const { kind, streamId, subject, side, dbValue, onChainValue, units, message } = finding;
  const where = side === null ? "" : side === "db" ? " in the database" : " on chain";
  const both = dbValue === null && onChainValue === null;
  const values = both ? "" : `database ${shown(dbValue, units.db)}, on chain ${shown(onChainValue, units.onChain)}. `;
  const what = `${streamId ?? "the run"}, ${subject}${where}`;
  const title = `${capitalized(KIND_NAMES[kind])}: ${what}`;
  // The job's log shows the message alone, so it has to say what it is about.
  return { level: LEVELS[kind], title, message: `${what}: ${values}${message}` };
}

const shown = (value: string | null, units: string | null): string =>
  value === null ? "(none)" : `${grouped(value)}${units === null ? "" : ` (${units})`}`;

const more = (level: Level, number: number): Annotation => ({
  level,
  title: "More findings",
  message: `${count(number, "more finding")} of this level: see the job summary, or a report with --report html=report.html.`,
});

function logLines(report: Report): string[] {
  const { headline, sentence, remarks } = headlineOf(report);
  const { summary: s } = report;
  return [
    `${headline} (${report.status}, exit code ${report.exitCode}): ${sentence}`,
    ...remarks,
    ...comparedLines(report),
    `${count(s.streamsChecked, "stream")} checked, ${grouped(String(s.inSync))} in sync, ${grouped(String(s.unchecked))} unchecked.`,
    ...[...nextSteps(report), ...explainStep(report)].map((step) => `→ ${step}`),
  ];
}

function command({ level, title, message }: Annotation): string {
  return `::${level} title=${property(title)}::${data(message)}`;
}

// Nothing of a value may end the command, its property or its line: a line of its own would be a command of its own.
const data = (text: string): string => printable(text).replaceAll("%", "%25");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
