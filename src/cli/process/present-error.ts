import { ReconcileError } from "../../core/errors.js";
import { cut } from "../../core/values/cut.js";
import { explain } from "../../explanations/explain.js";
import { printable } from "../../report/text/readable.js";

/** An error as text for people: what happened, the facts, what to do; with `verbose`, the code and the stack too. */
export function presentError(error: unknown, verbose: boolean): string {
  return visible(textOf(error, verbose));
}

function textOf(error: unknown, verbose: boolean): string {
  if (error instanceof ReconcileError) {
    const lines = [
      `error: ${error.message}`,
      ...error.details.map((line) => `  ${line}`),
      ...error.hints.map((line) => `  → ${line}`),
    ];
    // Without a section in the runbook, `explain` has nothing to add.
    if (explain(error.code)?.section != null) lines.push(`  → More: reconcile-streams explain ${error.code}`);
    if (verbose) lines.push(`  code: ${error.code}`, stackOf(error));
    return `${lines.join("\n")}\n`;
  }
  const message = error instanceof Error ? error.message : String(error);
  const lines = [`unexpected error: ${message}`, "  → This is a bug in reconcile-streams. The run has no result."];
  lines.push(verbose ? stackOf(error) : "  → Run again with --verbose, and report the bug with the stack trace.");
  return `${lines.join("\n")}\n`;
}

/** Files and databases are quoted in any length and with any character: a terminal must not have to bear that. */
const visible = (text: string): string =>
  text
    .split("\n")
    .map((line) => printable(cut(line)))
    .join("\n");

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const stack = error.stack ?? "";
  return error.cause === undefined ? stack : `${stack}\ncaused by: ${stackOf(error.cause) || String(error.cause)}`;
}
