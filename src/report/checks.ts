import { Chalk } from "chalk";
import type { Check, CheckStatus } from "../core/doctor/check.js";
import { prose } from "./text/grid.js";
import { printable } from "./text/readable.js";

/** Words, so that they mean the same in a log without colours. */
const MARKS: Readonly<Record<CheckStatus, string>> = { ok: "ok  ", warn: "warn", fail: "FAIL", skipped: "skip" };

const NAME_WIDTH = 14;
const INDENT = " ".repeat("ok  ".length + 2);

export interface ChecksOptions {
  readonly color: boolean;
  /** Characters a line may have. */
  readonly width: number;
}

/** One check for a person: how it went and what was found, and below it what to do. */
export function checkLines({ name, status, found, action }: Check, { color, width }: ChecksOptions): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const tone = { ok: paint.green, warn: paint.yellow, fail: paint.red, skipped: paint.dim }[status];
  const hanging = INDENT + " ".repeat(NAME_WIDTH + 1);
  const [first = "", ...rest] = prose(lines(found), width, hanging);
  const head = `${tone(MARKS[status])}  ${paint.bold(name.padEnd(NAME_WIDTH))} ${first.slice(hanging.length)}`;
  const steps = lines(action).flatMap((step) => {
    const [line = "", ...more] = prose([step], width, `${INDENT}  `);
    return [`${INDENT}→ ${line.slice(INDENT.length + 2)}`, ...more];
  });
  return `${[head.trimEnd(), ...rest, ...steps].join("\n")}\n`;
}

function lines(text: string | null): string[] {
  return text === null ? [] : text.split("\n").map(printable);
}

/** What they come to. @param wouldWork whether a run would get past all of them @param run how it would be called */
export function checksSummary(
  checks: readonly Check[],
  wouldWork: boolean,
  run: string,
  { color, width }: ChecksOptions,
): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const counts = (["fail", "warn", "skipped", "ok"] as const).map(
    (status) => [checks.filter((check) => check.status === status).length, status] as const,
  );
  const words = { fail: "failed", warn: "warnings", skipped: "skipped", ok: "ok" };
  const listed = counts
    .filter(([count]) => count > 0)
    .map(([count, status]) => `${count} ${count === 1 ? words[status].replace(/s$/, "") : words[status]}`);
  const headline = wouldWork ? `${run} would work` : `${run} would not work`;
  const tone = wouldWork ? paint.green : paint.red;
  const text = prose([`${headline}: ${listed.join(", ")}`], width);
  return `\n${text.map((line) => tone.bold(line)).join("\n")}\n`;
}
