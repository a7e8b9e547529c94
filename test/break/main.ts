import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import startPostgres, { POSTGRES_BROKER, type TestPostgres } from "../support/global-setup.js";
import { CLASSES, plan } from "./campaign.js";
import type { CaseName } from "./case.js";
import { type Played, playAll } from "./crew.js";
import { Tally } from "./tally.js";

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

async function stopPostgres(): Promise<void> {
  if (ownPostgres) await (globalThis as TestPostgres).reconcileTestPostgres?.stop();
}

const tally = new Tally();
/** One line for what did not stand, and one for what plays it again. */
function tell(played: Played): void {
  const verdict = tally.add(played);
  const { name, planted, faults } = played;
  if (request.cases.length === 1) process.stdout.write(`planted: ${planted}\n`);
  if (verdict !== "stood") {
    const what = faults.join("; ").replace(/\s+/g, " ");
    const line = `${verdict}: ${name.class} ${name.index} (seed ${name.seed}): ${planted}: ${what}`;
    process.stdout.write(`${line}\n  replay: ${writeReplay(played)}\n`);
  }
  if (tally.cases % 500 === 0) process.stdout.write(`${tally.cases} of ${request.cases.length} cases\n`);
}

// A campaign that is stopped says how far it came.
process.once("SIGINT", async () => {
  const text = `stopped after ${tally.cases} of ${request.cases.length} cases\n${tally.table(request.seed)}`;
  await stopPostgres();
  process.stdout.write(text, () => process.exit(1));
});
const workerFile = fileURLToPath(new URL("worker.js", import.meta.url));
await playAll(workerFile, request.cases, Math.min(request.workers, request.cases.length), tell);
await stopPostgres();
process.stdout.write(tally.table(request.seed), () => process.exit(tally.isSound ? 0 : 1));
