import { existsSync, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Report } from "../../src/core/report/report.js";
import { cli } from "../support/cli-io.js";
import { schemaFaults } from "../support/cli-schema.js";
import { reportOf } from "../support/cli-world.js";
import { createTestDatabase } from "../support/postgres.js";
import { createTestSqlite } from "../support/sqlite.js";

/**
 * One folder, one scenario: chain.json (ledger.json is made from it by `npm run fixtures`), streams.sql, where needed
 * config.json, and expected.json: the report, without what differs from run to run. After a change on purpose:
 * `UPDATE_GOLDENS=1 npm test -- test/scenarios`, then read the difference before committing it.
 */
const FOLDER = join(process.cwd(), "fixtures", "scenarios");
const UPDATE = process.env.UPDATE_GOLDENS === "1";

const databases = {
  async SQLite(sql: string) {
    const database = await createTestSqlite();
    database.run(sql);
    return database;
  },
  async PostgreSQL(sql: string) {
    const database = await createTestDatabase();
    await database.query(sql);
    return database;
  },
};

const json = async (path: string) => JSON.parse(await readFile(path, "utf8"));

function withoutRun({ runId, startedAt, finishedAt, toolVersion, ...report }: Report) {
  for (const text of [runId, startedAt, finishedAt, toolVersion]) expect(text).not.toBe("");
  return report;
}

describe.each(readdirSync(FOLDER))("scenario %s", (name) => {
  const folder = join(FOLDER, name);

  it.each(Object.keys(databases) as (keyof typeof databases)[])("in %s ends as expected.json says", async (kind) => {
    const database = await databases[kind](await readFile(join(folder, "streams.sql"), "utf8"));
    try {
      const { contract } = (await json(join(folder, "chain.json"))) as { contract: string };
      const config = join(folder, "config.json");
      const args = ["--db", database.url, "--chain", `snapshot:${join(folder, "ledger.json")}`, "--contract", contract];
      if (existsSync(config)) args.push("--config", config);
      const result = await cli([...args, "--dry-run", "--format", "json"]);
      const report = reportOf(result);
      expect(schemaFaults(report)).toEqual([]);
      expect(result).toMatchObject({ code: report.exitCode, stderr: "" });
      const { inSync, drifted, lagging, missingOnChain, missingInDb, streamsChecked } = report.summary;
      expect(inSync + drifted + lagging + missingOnChain + missingInDb).toBe(streamsChecked);
      const golden = join(folder, "expected.json");
      if (UPDATE) await writeFile(golden, `${JSON.stringify(withoutRun(report), null, 2)}\n`);
      expect(withoutRun(report)).toEqual(await json(golden));
      // The code is the same for a person who reads the table.
      expect((await cli([...args, "--dry-run"])).code).toBe(report.exitCode);
    } finally {
      await database.drop();
    }
  });
});
