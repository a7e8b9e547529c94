import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cli } from "../support/cli-io.js";
import { schemaFaults } from "../support/cli-schema.js";
import { reportOf } from "../support/cli-world.js";
import { createTestSqlite } from "../support/sqlite.js";

const FOLDER = join(process.cwd(), "fixtures", "scenarios", "in-sync");

it("takes a close time that no calendar has for an unknown one", async () => {
  const database = await createTestSqlite();
  try {
    database.run(await readFile(join(FOLDER, "streams.sql"), "utf8"));
    const ledger = await readFile(join(FOLDER, "ledger.json"), "utf8");
    const path = `${database.path}.json`;
    await writeFile(path, ledger.replace(/"timestamp": ?\d+/, `"timestamp": ${2n ** 64n - 1n}`));
    const { contract } = JSON.parse(await readFile(join(FOLDER, "chain.json"), "utf8")) as { contract: string };
    const args = ["--db", database.url, "--chain", `snapshot:${path}`, "--contract", contract, "--dry-run"];
    const result = await cli([...args, "--format", "json"]);
    expect([result.code, schemaFaults(reportOf(result))]).toEqual([0, []]);
    expect(reportOf(result).chain).toEqual({
      source: "snapshot",
      newestLedger: 5000,
      closedAt: null,
      ageSeconds: null,
    });
    expect((await cli(args)).stdout).toContain("chain: at ledger 5000 of a file, closed at an unknown time\n");
  } finally {
    await database.drop();
  }
});
