import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { readRunOptions } from "../../src/cli/command-line/run-options.js";
import { type Invocation, parseCommandLine } from "../../src/cli/program.js";
import { readRecordOptions } from "../../src/cli/records/record-options.js";
import { runBinary } from "../support/cli-binary.js";
import { commandsIn, commandsInSpan, type DocumentedCommand } from "./commands.js";
import { blocks, blocksOf, codeSpans, documents, placeOf } from "./markdown.js";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reconcile-streams-docs-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Scripts inside of workflows, and the shell blocks themselves. */
const scripts = [
  ...blocksOf("sh").map((block) => ({ place: placeOf(block), commands: commandsIn(block) })),
  ...blocksOf("yaml", "workflow").map((block) => ({ place: placeOf(block), commands: stepsOf(block.text) })),
  ...documents.map(({ path, prose }) => ({ place: path, commands: codeSpans(prose).flatMap(commandsInSpan) })),
];
const documented = scripts.flatMap(({ place, commands }) => commands.map((command) => ({ place, ...command })));

function stepsOf(workflow: string): DocumentedCommand[] {
  const { jobs } = parse(workflow) as { jobs: Record<string, { steps: { run?: string }[] }> };
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  return steps.flatMap(({ run }) => (run === undefined ? [] : commandsIn({ text: run })));
}

function optionsOf(invocation: Invocation) {
  if (invocation.command === "none") throw new Error(invocation.stderr || "it only prints help");
  return invocation.options;
}

describe("documented commands", () => {
  it("are found", () => {
    expect(documented.length).toBeGreaterThan(20);
  });

  it.each(documented)("$place: $text is understood", ({ args }) => {
    const invocation = parseCommandLine(args);
    const { output, ...options } = optionsOf(invocation);
    // The folder of a documented output file need not be on this machine.
    if (invocation.command === "run") readRunOptions(options, folder);
    if (invocation.command === "runs verify" || invocation.command === "gate") readRecordOptions(invocation);
  });

  // Whatever names no backend of its own runs on the demo, or prints SQL.
  const offline = documented.filter(
    ({ args }) =>
      args.includes("--print") ||
      (args.includes("--dry-run") && !args.some((arg) => /^--(db|chain|contract|config)$/.test(arg))),
  );
  const distinct = [...new Map(offline.map((command) => [command.args.join(" "), command])).values()];

  it.each(distinct)("$place: $text works", async ({ args }) => {
    const needsUrl = args.includes("--print") && !args.includes("--db");
    const result = await runBinary(args, needsUrl ? { env: { DATABASE_URL: "postgres://h/d" } } : { cwd: folder });
    expect(args.includes("--print") ? [0] : [0, 3, 4]).toContain(result.code);
    expect(result.stderr).toMatch(args.includes("--print") ? /^$/ : /this is the bundled demo/);
  });
});

describe("documented output", () => {
  it.each(blocksOf("console").map((block) => [placeOf(block), block] as const))("%s is real", async (_place, block) => {
    const [prompt = "", ...output] = block.text.split("\n");
    const [command] = commandsIn({ text: prompt.replace(/^\$ /, "") });
    const { stdout, stderr } = await runBinary(command!.args);
    expect(`${stderr}${stdout}`.trimEnd()).toBe(output.join("\n"));
  });

  it("is in the README, for the demo", () => {
    const console = blocks.filter(({ document, language }) => document === "README.md" && language === "console");
    expect(console).toHaveLength(1);
    expect(console[0]!.text).toMatch(/^\$ npx reconcile-streams --dry-run\n/);
  });
});

describe("the README's first paragraph", () => {
  it("names the two commands", () => {
    const [title, paragraph] = documents[0]!.text.replace(/([^\n])\n(?!\n)/g, "$1 ").split(/\n+/);
    expect(title).toMatch(/^# reconcile-streams/);
    expect(paragraph).toContain("`npm ci && npx reconcile-streams --dry-run`");
    expect(paragraph).toContain("`npm ci && npm test`");
  });
});
