import { Chalk, type ChalkInstance } from "chalk";
import { ConfigurationError } from "../../../core/errors.js";
import { similar } from "../../../core/values/suggest.js";
import { type Explanation, explain, explanations } from "../../../explanations/explain.js";
import type { Call } from "../../command-line/declaration.js";
import { readFormat, refuseMistakes } from "../../command-line/mistakes.js";
import { EXIT } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import { hasColor } from "../../process/terminal.js";
import { plainMarkdown, wrap } from "./plain-markdown.js";
import { partAbout, runbookSection } from "./runbook.js";

const FORMATS = ["text", "json"] as const;
const WIDTH = 80;

/** `reconcile-streams explain [code…]`: says what codes mean and what to do. Opens only the runbook. */
export async function explainCommand({ options, args }: Call, io: Io): Promise<number> {
  const mistakes: string[] = [];
  const format = readFormat(options.format, FORMATS, "explain", mistakes);
  refuseMistakes(mistakes, "explain");
  const found = args.map(known);
  if (format === "json") {
    io.stdout.write(`${JSON.stringify(args.length === 0 ? explanations() : found, null, 2)}\n`);
    return EXIT.inSync;
  }
  const paint = new Chalk({ level: hasColor(io, options.color) ? 1 : 0 });
  const width = Math.max(40, Math.min(WIDTH, io.stdout.columns ?? WIDTH));
  const texts =
    args.length === 0 ? [overview(width, paint)] : await Promise.all(found.map((it) => page(it, width, paint)));
  io.stdout.write(`${texts.join(`\n\n${"─".repeat(width)}\n\n`)}\n`);
  return EXIT.inSync;
}

function known(code: string): Explanation {
  const found = explain(code);
  if (found !== null) return found;
  // A similar number is not a misspelt one.
  const near = /^\d+$/.test(code)
    ? []
    : similar(
        code,
        explanations().map((explanation) => explanation.code),
      );
  throw new ConfigurationError("code_unknown", `There is no code ${JSON.stringify(code)}.`, {
    hints: [
      ...(near.length === 0 ? [] : [`Did you mean ${near.join(", ")}?`]),
      "reconcile-streams explain lists every code.",
    ],
  });
}

const GROUPS: readonly (readonly [Explanation["kind"], string])[] = [
  ["exit", "Exit codes"],
  ["finding", "Findings"],
  ["reason", "Reasons: why a difference is drift, or lag"],
  ["invariant", "Invariants"],
  ["error", "Errors: why something could not be checked, or why a run did not start"],
  ["notice", "Notices: worth knowing, but never a failure"],
  ["service", "Service: its answers without a report, and why it rejected a request (in its log)"],
];

/** Every code with its title, by kind. */
function overview(width: number, paint: ChalkInstance): string {
  const column = Math.max(...explanations().map(({ code }) => code.length)) + 4;
  const lines = GROUPS.flatMap(([kind, heading]) => [
    paint.bold(wrap(heading, width)),
    ...explanations()
      .filter((explanation) => explanation.kind === kind)
      .map(({ code, title }) => wrap(title, width, `  ${code}`.padEnd(column), " ".repeat(column))),
    "",
  ]);
  return [...lines, "For more about a code: reconcile-streams explain <code>"].join("\n");
}

/** One code in full, with what the runbook says of it. */
async function page({ code, kind, title, meaning, action, section }: Explanation, width: number, paint: ChalkInstance) {
  const blocks = [
    paint.bold(wrap(kind === "exit" ? `exit code ${code}: ${title}` : `${code} (${kind}): ${title}`, width)),
    `${paint.bold(kind === "invariant" ? "What must hold" : "What it means")}\n${wrap(meaning, width, "  ")}`,
    `${paint.bold("What to do")}\n${wrap(action, width, "  ")}`,
  ];
  if (section === null) return blocks.join("\n\n");
  const text = await runbookSection(section);
  const heading = paint.bold(wrap(`The runbook: ${section} (docs/runbook.md)`, width));
  const body =
    text === null ? "  The runbook is not installed with this program." : plainMarkdown(partAbout(code, text), width);
  return [...blocks, `${heading}\n\n${body}`].join("\n\n");
}
