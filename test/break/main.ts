import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import startPostgres, { POSTGRES_BROKER, type TestPostgres } from "../support/global-setup.js";
import { CLASSES, plan } from "./campaign.js";
import type { CaseName } from "./case.js";
import { type Played, playAll } from "./crew.js";
import { knownFault } from "./known-faults.js";

const REPLAYS = join(process.cwd(), ".break");

interface Request {
  readonly cases: readonly CaseName[];
  readonly workers: number;
  readonly seed: number;
}

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  process.stderr.write(`--${name} takes a whole number, not ${JSON.stringify(text)}\n`);
  process.exit(2);
}

/** Reads what to play. Ends the process when it makes no sense. */
function readRequest(argv: string[]): Request {
  const text = { type: "string" } as const;
  const options = { cases: text, seed: text, class: text, only: text, workers: text, replay: text };
  const { values } = parseArgs({ args: argv, options });
  if (values.replay !== undefined) {
    const name = JSON.parse(readFileSync(values.replay, "utf8")) as CaseName;
    return { cases: [name], workers: 1, seed: name.seed };
  }
  const seed = wholeNumber("seed", values.seed, 1);
  if (values.class !== undefined && !CLASSES.some(({ name }) => name === values.class)) {
    process.stderr.write(`--class takes one of ${CLASSES.map(({ name }) => name).join(", ")}\n`);
    process.exit(2);
  }
  const cases = plan(wholeNumber("cases", values.cases, 1_000), seed, values.class ?? null);
  const workers = wholeNumber("workers", values.workers, 2);
  if (values.only === undefined) return { cases, workers, seed };
  if (values.class === undefined) {
    process.stderr.write("--only takes the number of a case of the class that --class names\n");
    process.exit(2);
  }
  return { cases: [{ class: values.class, seed, index: wholeNumber("only", values.only, 0) }], workers: 1, seed };
}

/** Writes the file that plays a case again. @returns its path */
function writeReplay({ name, planted, faults }: Played): string {
  mkdirSync(REPLAYS, { recursive: true });
  const path = join(REPLAYS, `${name.class}-${name.seed}-${name.index}.json`.replaceAll(" ", "-"));
  writeFileSync(path, `${JSON.stringify({ ...name, planted, faults }, null, 2)}\n`);
  return path;
}

const request = readRequest(process.argv.slice(2));
const ownPostgres = process.env[POSTGRES_BROKER] === undefined;
if (ownPostgres) await startPostgres({ rootDir: process.cwd() });
if (request.cases.length > 1) rmSync(REPLAYS, { recursive: true, force: true });

const startedAt = performance.now();
const counts = new Map<string, { cases: number; fell: number; known: number; broken: number; ms: number }>();
let done = 0;
await playAll(
  fileURLToPath(new URL("worker.js", import.meta.url)),
  request.cases,
  Math.min(request.workers, request.cases.length),
  (played) => {
    const count = counts.get(played.name.class) ?? { cases: 0, fell: 0, known: 0, broken: 0, ms: 0 };
    counts.set(played.name.class, count);
    count.cases += 1;
    count.ms += played.ms;
    done += 1;
    const where = `${played.name.class} ${played.name.index} (seed ${played.name.seed})`;
    if (request.cases.length === 1) process.stdout.write(`planted: ${played.planted}\n`);
    const unknown = played.faults.filter((fault) => knownFault(played.name.class, played.planted, fault) === null);
    if (played.broken) {
      count.broken += 1;
      process.stdout.write(`not played: ${where}: ${played.faults.join("; ")}\n`);
    } else if (unknown.length > 0) {
      count.fell += 1;
      const what = unknown.join("; ").replace(/\s+/g, " ");
      process.stdout.write(`fell: ${where}: ${played.planted}: ${what}\n  replay: ${writeReplay(played)}\n`);
    } else if (played.faults.length > 0) {
      count.known += 1;
      writeReplay(played);
    }
    if (done % 500 === 0) process.stderr.write(`${done} of ${request.cases.length} cases\n`);
  },
);
if (ownPostgres) await (globalThis as TestPostgres).reconcileTestPostgres?.stop();

const total = { cases: 0, fell: 0, known: 0, broken: 0 };
const line = (...cells: readonly (string | number)[]) =>
  `${String(cells[0]).padEnd(20)}${cells
    .slice(1)
    .map((cell) => String(cell).padStart(12))
    .join("")}\n`;
process.stdout.write(line("class", "cases", "fell", "known", "not played", "ms a case"));
for (const { name } of CLASSES) {
  const count = counts.get(name);
  if (count === undefined) continue;
  for (const key of ["cases", "fell", "known", "broken"] as const) total[key] += count[key];
  process.stdout.write(
    line(name, count.cases, count.fell, count.known, count.broken, Math.round(count.ms / count.cases)),
  );
}
process.stdout.write(line("all", total.cases, total.fell, total.known, total.broken, ""));
const seconds = Math.round((performance.now() - startedAt) / 1_000);
process.stdout.write(`seed ${request.seed}, ${seconds} s\n`);
process.exit(total.fell + total.broken === 0 ? 0 : 1);
