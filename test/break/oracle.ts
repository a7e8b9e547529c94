import { secretIn } from "./secrets.js";
import type { Outcome } from "./subject.js";

/** What must hold of a run, from what was planted: the program's own rules are never asked. */
export interface Expectation {
  /** Why this may not be green; null: it may. */
  readonly neverGreen: string | null;
  /** Nothing differs, and nothing says so: neither drift nor a violation may be reported. */
  readonly neverRed?: boolean;
  /** How it must end, where nothing else is right. */
  readonly codes?: readonly number[];
  readonly secrets: Readonly<Record<string, string>>;
  /** A JSON report on standard output, whatever its verdict; how many streams a green one must have compared. */
  readonly json?: { readonly streams: number };
  /** How much may be written, for a command that repeats what it was given. */
  readonly mostOutput?: number;
  /** With `--verbose` a stack belongs to the output. */
  readonly verbose?: boolean;
  /** A signal may have ended it before it could listen. */
  readonly mayBeKilled?: boolean;
}

const MOST_OUTPUT = 1_500_000;
/** Lines of a stack, as node writes them. */
const STACK = /^\s+at .*(?:\(|\s)(?:file:\/\/|node:|\/)\S+:\d+:\d+\)?$/m;
const CRASH = /^(?:Uncaught |node:internal|Node\.js v\d)|triggerUncaughtException/m;
/** What a terminal may take for a command: everything of C0 and C1 but tab, line feed and the CR of CSV. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;

/** @returns what was promised and did not hold */
export function judge(outcome: Outcome, expected: Expectation): string[] {
  const { code, stdout, stderr } = outcome;
  if (outcome.hung) return [`hang: still at work after ${Math.round(outcome.ms)} ms`];
  const faults: string[] = [];
  if (code === 1) faults.push(`exit 1: ${firstLine(stderr)}`);
  if (code === null && !expected.mayBeKilled) faults.push(`killed by ${outcome.signal}: ${firstLine(stderr)}`);
  if (code === 0 && expected.neverGreen !== null) faults.push(`false green: ${expected.neverGreen}`);
  if ((code === 3 || code === 4) && expected.neverRed) faults.push(`false alarm: exit ${code}, and nothing differs`);
  if (expected.codes !== undefined && code !== null && !expected.codes.includes(code)) {
    faults.push(`exit ${code}, expected ${expected.codes.join(" or ")}: ${firstLine(stderr)}`);
  }
  if (!expected.verbose && (STACK.test(stderr) || STACK.test(stdout))) faults.push("a stack trace in the output");
  if (CRASH.test(stderr)) faults.push(`a crash on standard error: ${firstLine(stderr)}`);
  if (stdout.length + stderr.length > (expected.mostOutput ?? MOST_OUTPUT))
    faults.push(`${stdout.length + stderr.length} characters of output`);
  for (const [name, text] of Object.entries({ stdout, stderr })) faults.push(...faultsOfText(name, text, expected));
  if (expected.json !== undefined && code !== null && code !== 2) faults.push(...faultsOfJson(outcome, expected.json));
  return faults;
}

/** What holds of every text that leaves the program, wherever it goes. */
export function faultsOfText(name: string, text: string, { secrets }: Pick<Expectation, "secrets">): string[] {
  const secret = secretIn(text, secrets);
  const control = CONTROL.exec(text);
  return [
    ...(secret === null ? [] : [`secret in ${name}: ${secret}`]),
    ...(control === null ? [] : [`control character ${control[0].charCodeAt(0).toString(16)} in ${name}`]),
  ];
}

interface SomeReport {
  readonly status?: unknown;
  readonly exitCode?: unknown;
  readonly summary?: Readonly<Record<string, unknown>>;
}

function faultsOfJson({ code, stdout, stderr }: Outcome, { streams }: { readonly streams: number }): string[] {
  // A run without a report has nothing on standard output, and says why.
  if (stdout === "" && stderr !== "" && code !== 0) return [];
  let report: SomeReport;
  try {
    report = JSON.parse(stdout) as SomeReport;
  } catch {
    return [`standard output is no JSON (${stdout.length} characters, exit ${code})`];
  }
  if (report.exitCode !== code && code !== 5) return [`the report says exit ${report.exitCode}, the process ${code}`];
  if (code !== 0) return [];
  const { summary = {} } = report;
  if (report.status === "IN_SYNC" && summary.streamsChecked === streams && summary.inSync === streams) return [];
  return [
    `false green: ${summary.inSync} of ${summary.streamsChecked} in sync, status ${report.status}, of ${streams}`,
  ];
}

function firstLine(text: string): string {
  const line = text.split("\n").find((candidate) => candidate.trim() !== "") ?? "";
  return line.slice(0, 160);
}
