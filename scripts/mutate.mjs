// Changes one place of the program at a time, and lists the changes that no test notices:
// npm run mutate -- --sample 200 --seed 1 [files or folders instead of those below]
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isJavaScript, mutantsOf } from "./mutation/mutants.mjs";
import { ProjectCopy } from "./mutation/project-copy.mjs";

/** Where a mistake that no test notices would be a false green, lost data or a secret that is seen. */
const PLACES = [
  ...["rules", "verdict", "look", "again", "run", "records", "values", "contract"].map((room) => `src/core/${room}`),
  ...["redactor.ts", "fail-on.ts", "exit-codes.ts"].map((file) => `src/cli/process/${file}`),
  ...["src/cli/records", "src/server/run-slot.ts", "src/adapters/db/read-once.ts", "src/adapters/db/read-runs.ts"],
  ...["read-streams.ts", "column-kind.ts"].map((file) => `src/adapters/db/postgres/${file}`),
  "src/adapters/db/postgres/session/column-parsers.ts",
  ...["read-streams.ts", "cells.ts", "json-cells.ts", "pages"].map((file) => `src/adapters/db/sqlite/${file}`),
  ...["src/adapters/chain/soroban-rpc/answers", "src/adapters/chain/ledger-snapshot"],
];

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** How long tests may take that nothing is wrong with. */
const BASELINE_MS = 900_000;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    /** Seconds that all tests of one mutant may take. */
    limit: { type: "string", default: "600" },
  },
});
for (const [name, text] of Object.entries(options)) {
  if (/^[1-9]\d{0,8}$/.test(text)) continue;
  process.stderr.write(`--${name} takes a whole number above zero, not ${JSON.stringify(text)}\n`);
  process.exit(2);
}
const [sample, seed, workers, limit_s] = ["sample", "seed", "workers", "limit"].map((name) => Number(options[name]));

const lines = (text) => text.split("\n").filter((line) => line !== "");
const list = (...args) => lines(spawnSync("git", ["ls-files", ...args], { cwd: ROOT, encoding: "utf8" }).stdout);
const read = (file) => readFileSync(join(ROOT, file), "utf8");

/** @throws Error for a place without a file: what is left out must not pass in silence */
function filesOf(places) {
  return places.flatMap((place) => {
    const files = list("--", place).filter((file) => file.endsWith(".ts"));
    if (files.length === 0) throw new Error(`there is no source file at ${place}`);
    return files;
  });
}

/** The same mutants for the same seed, though lines be added elsewhere in their files. */
function chosen(mutants) {
  const seen = new Map();
  const rank = ({ file, name, from, to }) => {
    const change = JSON.stringify([seed, file, name, from, to]);
    seen.set(change, (seen.get(change) ?? 0) + 1);
    return createHash("sha256")
      .update(`${change}${seen.get(change)}`)
      .digest("hex");
  };
  const ranked = mutants.map((mutant) => [rank(mutant), mutant]).sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  const picked = [];
  for (const [, mutant] of ranked) {
    if (picked.length < sample && isJavaScript(mutant.mutated)) picked.push(mutant);
  }
  return picked;
}

/** Tests that have failed with a mutant, and whether they pass without: one that is red anyway kills nothing. */
const baselines = new Map();

function proveGreen(copy, test) {
  if (!baselines.has(test)) baselines.set(test, runUntilGreen(copy, test));
  return baselines.get(test);
}

async function runUntilGreen(copy, test, attempts = 2) {
  const { code, output } = await copy.jest(["-i", "--runTestsByPath", test], BASELINE_MS);
  if (code === 0) return;
  // A busy machine may be too slow for a test once.
  if (attempts === 1) throw new Error(`${test} fails without a mutant:\n${output.slice(-3_000)}`);
  await runUntilGreen(copy, test, attempts - 1);
}

const related = new Map();

/** The tests that load a file, the nearest first: its own, those of its folder, of the folder above, and so on. */
async function stagesOf(copy, file) {
  if (!related.has(file))
    related.set(file, (await copy.jest(["--listTests", "--findRelatedTests", file], BASELINE_MS)).output);
  const tests = lines(related.get(file)).map((path) => path.slice(path.indexOf("/test/") + 1));
  const places = [file.replace(/^src(.*)ts$/, "test$1")];
  while (places.at(-1) !== "test/") places.push(`${dirname(places.at(-1))}/`);
  const stageOf = (test) => places.findIndex((place) => test.startsWith(place));
  return places.map((_, stage) => tests.filter((test) => stageOf(test) === stage)).filter(({ length }) => length > 0);
}

/** "killed", "survived", "refused", or when the time was over "undecided", "endless" if no test file had ended. */
async function verdictOn(mutant, copy) {
  const stages = await stagesOf(copy, mutant.file);
  copy.write(mutant.file, mutant.mutated);
  try {
    const verdict = await verdictOfTests(mutant, copy, stages);
    if (verdict === "killed") return verdict;
    // The tests run without the compiler, which may refuse what none of them noticed.
    return (await copy.compiles(BASELINE_MS)) ? verdict : "refused";
  } finally {
    copy.write(mutant.file, read(mutant.file));
  }
}

async function verdictOfTests({ file }, copy, stages) {
  const deadline_ms = Date.now() + limit_s * 1_000;
  let hasEnded = false;
  for (const tests of stages) {
    const time_ms = Math.max(deadline_ms - Date.now(), 1);
    const { code, output } = await copy.jest(["-i", "--bail", "--runTestsByPath", ...tests], time_ms);
    hasEnded ||= /^PASS /m.test(output);
    if (code === null) return hasEnded ? "undecided" : "endless";
    if (code === 0) continue;
    copy.write(file, read(file));
    const [, red] = /^FAIL (\S+)/m.exec(output) ?? [];
    if (red !== undefined) await proveGreen(copy, red);
    return "killed";
  }
  return "survived";
}

const oneLine = (text) => JSON.stringify(text.replace(/\s+/g, " ").slice(0, 100));
const say = (text) => process.stdout.write(`${text}\n`);

const folder = mkdtempSync(join(tmpdir(), "reconcile-streams-mutants-"));
chmodSync(folder, 0o755);
const contents = list("--cached", "--others", "--exclude-standard");
const copies = Array.from({ length: workers }, (_, n) => new ProjectCopy(ROOT, contents, join(folder, String(n))));
process.on("exit", () => {
  for (const copy of copies) copy.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const files = filesOf(positionals.length > 0 ? positionals : PLACES);
const all = files.flatMap((file) => mutantsOf(file, read(file)));
const queue = chosen(all);
const counts = { killed: 0, endless: 0, refused: 0, survived: 0, undecided: 0 };
say(`${queue.length} of ${all.length} mutants in ${files.length} files, seed ${seed}`);

async function work(copy) {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const verdict = await verdictOn(mutant, copy);
    counts[verdict] += 1;
    const { place, name, from, to } = mutant;
    process.stderr.write(`${verdict} ${place} ${name}, ${queue.length} to go\n`);
    if (verdict === "killed") continue;
    say(`${verdict}: ${place}  ${name}: ${oneLine(from)} -> ${oneLine(to)}`);
  }
}

await Promise.all(copies.map(work));
const summary = Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`);
say(summary.join(", "));
