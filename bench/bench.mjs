// npm run bench: compares the tool with the I/O floor, a loop over the Stellar library, and one request per stream.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measure, startServer } from "./child.mjs";
import { fillPostgres, fillSqlite } from "./database.mjs";
import { readOptions, USAGE } from "./options.mjs";
import { startPostgres } from "./postgres.mjs";
import { growth, header, table } from "./results.mjs";
import { CONTRACT } from "./world.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The library's loop is slow, and its speed does not depend on the number of streams. */
const SDK_SAMPLE = 20_000;
/** One request per stream is even slower; the sample takes about a second. */
const SINGLE_SAMPLE = 100;

const SDK_KEYS = 200;

/** The compared programs: each runs in its own process, over `streams` of the `count` streams. */
function programs({ database, rpc, count, latencyMs, options }) {
  const { inFlight, differEvery, toolOnly } = options;
  const planted = differEvery === 0 ? 0 : Math.floor(count / differEvery);
  const sdk = (streams, keys) => async () => {
    const result = await measure(path("./clients/sdk-loop.mjs"), [database, rpc, streams, keys]);
    const differ = differEvery === 0 ? 0 : Math.floor(streams / differEvery);
    const [same, seconds] = result.stdout.split(" ").map(Number);
    expect("the Stellar library's loop", same, streams - differ);
    // Start-up would be too large a part of a sample's time.
    return streams < count ? { ...result, seconds } : result;
  };
  const tool = (name, more) => ({
    name,
    streams: count,
    async run() {
      const format = differEvery === 0 ? "json" : "ndjson";
      const args = ["--db", database, "--chain", rpc, "--contract", CONTRACT, "--dry-run", "--format", format, ...more];
      const result = await measure(path("../bin/reconcile-streams.js"), args);
      const report = JSON.parse(format === "json" ? result.stdout : result.stdout.trimEnd().split("\n").at(-1));
      expect("the tool: streams in sync", report.summary.inSync, count - planted);
      expect("the tool: streams drifted", report.summary.drifted, planted);
      expect("the tool: exit code", result.code, planted > 0 ? 3 : 0);
      return result;
    },
  });
  const all = [
    {
      name: "I/O floor",
      streams: count,
      async run() {
        const result = await measure(path("./clients/floor.mjs"), [database, rpc, count, inFlight]);
        expect("the floor", Number(result.stdout), count);
        return result;
      },
    },
    tool("reconcile-streams", ["--concurrency", inFlight]),
    // With latency, the tool has more requests in flight by default.
    ...(latencyMs > 0 ? [tool("the same by default", [])] : []),
  ];
  if (toolOnly) return all;
  const sample = Math.min(count, SDK_SAMPLE);
  return [
    ...all,
    { name: `SDK loop${sample < count ? " *" : ""}`, streams: sample, run: sdk(sample, SDK_KEYS) },
    { name: "one request each *", streams: SINGLE_SAMPLE, run: sdk(SINGLE_SAMPLE, 1) },
  ];
}

/** Fast but wrong answers are worthless. */
function expect(what, found, expected) {
  if (found !== expected) throw new Error(`${what}: found ${found}, expected ${expected}`);
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** @returns { name, streams, perSecond, seconds, peakMiB } of each program: medians of alternating runs */
async function sideBySide(world) {
  const all = programs(world).map((program) => ({ ...program, results: [] }));
  // Warms up the machine's caches and the server's compiler.
  await all[0].run();
  for (let round = 0; round < world.options.rounds; round++) {
    for (const program of all) program.results.push(await program.run());
  }
  return all.map(({ name, streams, results }) => {
    const seconds = median(results.map((result) => result.seconds));
    const peakMiB = median(results.map((result) => result.peakMiB));
    return { name, streams, seconds, perSecond: streams / seconds, peakMiB };
  });
}

async function main(options) {
  const folder = await mkdtemp(join(tmpdir(), "reconcile-streams-bench-"));
  const postgres = options.postgres ? await startPostgres() : null;
  const print = (text) => process.stdout.write(`${text}\n`);
  const measured = [];
  print(header({ ...options, cores: availableParallelism(), node: process.version }));
  try {
    for (const count of options.sizes) {
      const database =
        postgres === null
          ? await fillSqlite(folder, count, options.differEvery)
          : await fillPostgres(postgres.url, count, options.differEvery);
      for (const latencyMs of options.latencies) {
        const server = await startServer(path("./server.mjs"), [count, latencyMs, options.ledgerMs]);
        try {
          const rows = await sideBySide({ database, rpc: server.url, count, latencyMs, options });
          measured.push({ count, latencyMs, rows });
          print(table({ count, latencyMs, rows }));
        } finally {
          await server.stop();
        }
      }
    }
    print(growth(measured));
  } finally {
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const options = readOptions(process.argv.slice(2));
if (options.help) process.stdout.write(USAGE);
else await main(options);
