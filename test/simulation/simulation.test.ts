import { randomInt } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { compareReport } from "../support/simulation/compare-report.js";
import { runWorld } from "../support/simulation/run-world.js";
import { ScoreTable } from "../support/simulation/score-table.js";
import { storyOf } from "../support/simulation/story.js";

/** `npm run simulate` sets these: how many worlds, and the seed of the first; the next ones count up. */
const WORLDS = process.env.SIMULATE_WORLDS;
const SEED = process.env.SIMULATE_SEED;
const STORIES_MOST = WORLDS === undefined ? 4 : 100;
const LIMIT_MS = 3_600_000;
/** On an idle machine they take half a minute. */
const SUITE_MS = 180_000;

let database: Promise<TestDatabase> | undefined;
const postgres = () => {
  database ??= createTestDatabase();
  return database;
};

afterAll(async () => {
  await (await database)?.drop();
});

async function runWorlds(first: number, count: number): Promise<void> {
  const stories: string[] = [];
  const failed: number[] = [];
  const scores = new ScoreTable();
  let requests = 0;
  let ledgers = 0;
  for (let seed = first; seed < first + count; seed++) {
    try {
      const run = await runWorld(seed, postgres);
      const { mismatches, score } = compareReport(run.world, run.window, run.report);
      scores.add(run.world.plan.cursor, score);
      requests += run.requests;
      ledgers += run.window.last - run.window.first;
      if (mismatches.length > 0) failed.push(seed);
      stories.push(...mismatches.map((mismatch) => storyOf(run.world, run.window, mismatch)));
    } catch (error) {
      failed.push(seed);
      stories.push(
        `seed ${seed}: ${error instanceof Error ? error.stack : error}\n  replay: npm run simulate -- --worlds 1 --seed ${seed}`,
      );
    }
  }
  process.stdout.write(
    `worlds ${first} to ${first + count - 1}: ${requests} requests, ${ledgers} ledgers\n${scores.text()}\n`,
  );
  if (failed.length === 0) return;
  const shown = stories.slice(0, STORIES_MOST).join("\n\n");
  const seeds = failed.slice(0, 50).join(", ");
  throw new Error(`${failed.length} of ${count} worlds failed (seeds ${seeds}):\n\n${shown}`);
}

if (WORLDS !== undefined || SEED !== undefined) {
  const count = Number(WORLDS ?? 1);
  const first = SEED === undefined ? randomInt(2 ** 31) : Number(SEED);
  it(`${count} worlds from seed ${first}`, () => runWorlds(first, count), LIMIT_MS);
} else {
  it("finds what is wrong, and nothing else, in known worlds", () => runWorlds(1, 48), SUITE_MS);
}
