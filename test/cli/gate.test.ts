import { cli, startCli } from "../support/cli-io.js";
import { type CliWorld, createWorld, insertSql, rowOf, STREAMS_TABLE, WORLD_CONTRACT } from "../support/cli-world.js";
import { ManualClock } from "../support/manual-clock.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { calls } from "../support/rpc-faults.js";
import { accountId, streamStruct } from "../support/streampay-contract.js";

const HOUR = 3_600_000;
const RUNS = "reconciliation_runs";

let world: CliWorld;
let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await createTestDatabase();
  const rows = [1n, 2n, 3n].map((id) => rowOf(streamStruct({ id, sender: accountId(Number(id) + 100) }), 990));
  await postgres.query(`${STREAMS_TABLE}; ${insertSql("streams", rows)}`);
});
afterAll(() => postgres.drop());
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

describe.each(["SQLite", "PostgreSQL"])("gate in %s", (name) => {
  let clock: ManualClock;
  let config: string;
  const url = () => (name === "SQLite" ? world.sqlite.url : postgres.url);
  const execute = async (sql: string) => {
    if (name === "SQLite") world.sqlite.run(sql);
    else await postgres.query(sql);
  };
  const source = () => ["--db", url(), "--contract", WORLD_CONTRACT, "--config", config];
  const record = async (runId: string, ...more: string[]) => {
    await clock.sleep(HOUR);
    world.ledger.closeTime = clock.now() / 1_000;
    return cli([...source(), "--chain", world.server.url, "--confirm", "0", ...more], { runId, clock });
  };
  const gate = (...more: string[]) => cli(["gate", ...source(), "--max-age", "24h", ...more], { clock });

  beforeEach(async () => {
    clock = new ManualClock();
    config = await world.write("gate.json", { auth: { recordKey: "the-record-key" } });
    for (const table of [RUNS, "reconciliation_chain_heads"]) await execute(`DROP TABLE IF EXISTS ${table}`);
    await execute("UPDATE streams SET status = 'active'");
    expect((await cli(["migrate", "--db", url()])).code).toBe(0);
  });

  it("passes on the code of the newest full run", async () => {
    expect((await record("run-1")).code).toBe(0);
    const green = await gate();
    expect(green).toMatchObject({ code: 0, stderr: "" });
    expect(green.stdout).toMatch(
      /^IN_SYNC: run run-1, started 2026-01-01T01:00:00.000Z \(0 min ago\)\n {2}exit code 0\n/,
    );
    await execute("UPDATE streams SET status = 'paused' WHERE id = 'stream_2'");
    expect((await record("run-2")).code).toBe(3);
    expect(await gate()).toMatchObject({ code: 3, stdout: expect.stringContaining("DRIFT: run run-2") });
    const { code, stdout } = await gate("--format", "json");
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      decided: true,
      exitCode: 3,
      reason: null,
      record: { runId: "run-2", sequence: 2, status: "DRIFT", startedAt: "2026-01-01T02:00:00.000Z" },
    });
  });

  it("passes over runs of part of the streams, and over dry runs", async () => {
    expect((await record("run-1")).code).toBe(0);
    await execute("UPDATE streams SET status = 'paused' WHERE id = 'stream_2'");
    expect((await record("run-2", "--stream", "stream_2")).code).toBe(3);
    expect((await record("run-3", "--db-only")).code).toBe(3);
    expect((await record("run-4", "--dry-run")).code).toBe(3);
    expect(await gate()).toMatchObject({ code: 0, stdout: expect.stringContaining("run run-1") });
  });

  it.each([
    ["no run", [], "there is no sealed run record"],
    ["only a dry run", [["--dry-run"]], "there is no sealed run record"],
    [
      "only runs of part of the streams",
      [["--stream", "stream_1"], ["--db-only"]],
      "no recorded run was of all streams",
    ],
  ] as const)("gives no answer with %s", async (_what, runs, said) => {
    for (const [index, more] of runs.entries()) await record(`run-${index}`, ...more);
    const { code, stdout } = await gate();
    expect(stdout).toContain(said);
    expect(code).toBe(5);
  });

  it("gives no answer when the run is too old, or in the future", async () => {
    expect((await record("run-1")).code).toBe(0);
    await clock.sleep(24 * HOUR);
    expect((await gate()).code).toBe(0);
    await clock.sleep(1);
    expect(await gate()).toMatchObject({ code: 5, stdout: expect.stringContaining("too old") });
    expect((await gate("--max-age", "2d")).code).toBe(0);
    const earlier = { clock: new ManualClock() };
    const early = await cli(["gate", ...source(), "--max-age", "24h"], earlier);
    expect(early).toMatchObject({ code: 5, stdout: expect.stringContaining("in the future") });
  });

  it("gives no answer while the newest full run is at work, nor when it was interrupted", async () => {
    expect((await record("run-1")).code).toBe(0);
    let release = () => {};
    const reached = new Promise<void>((resolve) => {
      const until = () => {
        resolve();
        return new Promise<void>((free) => {
          release = free;
        });
      };
      world.server.fault({ fault: { kind: "hold", until }, when: calls("getLedgerEntries") });
    });
    const run = startCli([...source(), "--chain", world.server.url], { runId: "run-2", clock });
    await reached;
    expect(await gate()).toMatchObject({ code: 5, stdout: expect.stringContaining("has not finished") });
    run.signal("SIGTERM");
    expect((await run.done).code).toBe(143);
    release();
    expect(await gate()).toMatchObject({ code: 5, stdout: expect.stringContaining("was interrupted") });
  });

  it("gives no answer when the newest full run could not check everything, or ended by an error", async () => {
    expect((await record("run-1", "--timeout", "0.000001")).code).toBe(5);
    expect(await gate()).toMatchObject({ code: 5, stdout: expect.stringContaining("could not check everything") });
    const wrong = await world.write("wrong.json", {
      contract: { network: "mainnet" },
      auth: { recordKey: "the-record-key" },
    });
    expect((await record("run-2", "--config", wrong)).code).toBe(2);
    expect(await gate()).toMatchObject({ code: 5, stdout: expect.stringContaining("ended with an error") });
  });

  it.each([
    ["made green", "UPDATE reconciliation_runs SET status = 'IN_SYNC', exit_code = 0 WHERE run_id = 'run-2'"],
    ["made one of part", "UPDATE reconciliation_runs SET scope = 'db-only' WHERE run_id = 'run-2'"],
    ["removed", "DELETE FROM reconciliation_runs WHERE run_id = 'run-2'"],
    ["moved to another contract", "UPDATE reconciliation_runs SET contract_id = 'C' WHERE run_id = 'run-2'"],
    [
      "removed with its head",
      "DELETE FROM reconciliation_runs WHERE run_id = 'run-2'; DELETE FROM reconciliation_chain_heads",
    ],
    ["and all others removed", "DELETE FROM reconciliation_runs"],
    ["without a number", "UPDATE reconciliation_runs SET sequence = NULL WHERE run_id = 'run-2'"],
  ])("gives no answer when the newest full run was %s", async (_what, sql) => {
    expect((await record("run-1")).code).toBe(0);
    await execute("UPDATE streams SET status = 'paused' WHERE id = 'stream_2'");
    expect((await record("run-2")).code).toBe(3);
    await execute(sql);
    const { code, stdout } = await gate();
    expect(stdout).toContain("the records do not verify");
    expect(code).toBe(5);
  });

  it("gives no answer without the key, with another one, or to records without one", async () => {
    expect((await record("run-1")).code).toBe(0);
    const plain = await world.write("plain.json", {});
    expect((await gate("--config", plain)).code).toBe(5);
    await execute(`DELETE FROM ${RUNS}; DELETE FROM reconciliation_chain_heads`);
    expect((await record("run-2", "--config", plain)).code).toBe(0);
    expect((await gate()).code).toBe(5);
    // Where nobody has a key, digests have to do.
    expect((await gate("--config", plain)).code).toBe(0);
  });

  it("repeats what the run was told not to fail on", async () => {
    await execute("UPDATE streams SET status = 'paused' WHERE id = 'stream_2'");
    expect((await record("run-1", "--fail-on", "violation,incomplete")).code).toBe(0);
    const { code, stdout } = await gate();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^DRIFT: [\s\S]*by policy \(failOn\)/);
  });

  it("gives no answer without the table", async () => {
    await execute(`DROP TABLE ${RUNS}`);
    expect(await gate()).toMatchObject({ code: 5, stderr: expect.stringContaining("There is no table") });
  });
});

describe("gate", () => {
  it.each(["24", "h", "0h", "-1h", "1.5h", "1w", "9999999d", ""])("refuses --max-age %j", async (age) => {
    const { code, stderr } = await cli(["gate", "--max-age", age, ...world.overSnapshot]);
    expect(code).toBe(2);
    expect(stderr).toContain("--max-age");
  });

  it("wants a contract, a database, and a format that it has", async () => {
    const args = ["gate", "--max-age", "24h", "--db", world.sqlite.url];
    expect(await cli(args)).toMatchObject({ code: 2, stderr: expect.stringContaining("contract.id") });
    expect(await cli(["gate", "--max-age", "24h", "--contract", WORLD_CONTRACT])).toMatchObject({ code: 2 });
    const ndjson = await cli([...args, "--contract", WORLD_CONTRACT, "--format", "ndjson"]);
    expect(ndjson).toMatchObject({ code: 2, stderr: expect.stringContaining('"ndjson" is not a format of gate') });
  });

  it("gives no answer when the database is not there", async () => {
    const args = ["gate", "--max-age", "90m", "--contract", WORLD_CONTRACT];
    expect((await cli([...args, "--db", "sqlite:none.db"])).code).toBe(5);
    expect((await cli([...args, "--db", "postgres://u:p@127.0.0.1:1/x"])).code).toBe(5);
  });
});
