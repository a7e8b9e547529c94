import { cli, startCli } from "../support/cli-io.js";
import {
  type CliWorld,
  createWorld,
  insertSql,
  reportOf,
  rowOf,
  STREAMS_TABLE,
  WORLD_CONTRACT,
} from "../support/cli-world.js";
import { type PostgresPair, startPair } from "../support/postgres-pair.js";
import { calls } from "../support/rpc-faults.js";
import { holdAnswer } from "../support/rpc-server.js";
import { accountId, streamStruct } from "../support/streampay-contract.js";

let world: CliWorld;
let pair: PostgresPair;
beforeAll(async () => {
  world = await createWorld();
  pair = await startPair();
  const rows = [1n, 2n, 3n].map((id) => rowOf(streamStruct({ id, sender: accountId(Number(id) + 100) }), 990));
  await pair.primary.query(`${STREAMS_TABLE}; ${insertSql("streams", rows)};
    CREATE VIEW slow AS SELECT * FROM streams WHERE pg_sleep(60) IS NOT NULL`);
  expect((await cli(["migrate", "--db", pair.primary.url])).code).toBe(0);
  await pair.caughtUp();
}, 60_000);
afterAll(async () => {
  await pair?.stop();
  await world.close();
});

const args = (url: string) => ["--db", url, "--contract", WORLD_CONTRACT, "--chain", world.server.url];
const JSON_FORMAT = ["--confirm", "0", "--format", "json"];

it("a standby is read as well as a primary, and takes no record", async () => {
  expect((await cli([...args(pair.standby.url), "--dry-run", ...JSON_FORMAT])).code).toBe(0);
  const recorded = await cli([...args(pair.standby.url), ...JSON_FORMAT]);
  expect([recorded.code, recorded.stdout]).toEqual([2, ""]);
  expect(recorded.stderr).toMatch(/read-only|standby/);
});

it("a standby cancels a query that holds up its replay: nothing could be read, with what to do", async () => {
  const config = await world.write("slow.json", { database: { table: "slow" } });
  const run = startCli([...args(pair.standby.url), "--dry-run", "--config", config, ...JSON_FORMAT]);
  const isAsleep = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
  while ((await pair.standby.query(isAsleep)).length === 0);
  await pair.primary.query("UPDATE streams SET status = status");
  await pair.primary.query("VACUUM streams");
  await pair.caughtUp();
  const { code, stdout, stderr } = await run.done;
  expect(code).toBe(5);
  expect(stdout + stderr).toContain("A standby of PostgreSQL cancelled the query.");
  expect(stdout + stderr).toContain("hot_standby_feedback");
});

it("a primary that fails in the middle of a run ends it, and its standby takes over, records and all", async () => {
  expect((await cli([...args(pair.primary.url), ...JSON_FORMAT])).code).toBe(0);
  const { reached, release } = holdAnswer(world.server, calls("getLedgerEntries"));
  const run = startCli([...args(pair.primary.url), ...JSON_FORMAT], { runId: "in the middle" });
  await reached;
  await pair.caughtUp();
  await pair.primary.stop();
  release();
  const failed = await run.done;
  expect(failed.code).toBe(5);
  expect(failed.stdout + failed.stderr).toMatch(/database_connection_lost|lost|not be reached|Nothing answers/);
  await pair.standby.query("SELECT pg_promote()");
  const after = await cli([...args(pair.standby.url), ...JSON_FORMAT], { runId: "afterwards" });
  expect([after.code, reportOf(after).status]).toEqual([0, "IN_SYNC"]);
  const kept = await pair.standby.query("SELECT status FROM reconciliation_runs ORDER BY sequence");
  expect(kept.map(({ status }) => status)).toEqual(["IN_SYNC", "RUNNING", "IN_SYNC"]);
  expect((await cli(["runs", "verify", "--db", pair.standby.url])).stdout).toContain("3 records");
});
