import { hostname } from "node:os";
import { SqliteConnection } from "../../src/adapters/db/sqlite/connection.js";
import { openDb } from "../../src/cli/sources/databases.js";
import type { DbClient } from "../../src/ports/db-client.js";
import { startBinary } from "../support/cli-binary.js";
import { cli, startCli } from "../support/cli-io.js";
import {
  type CliWorld,
  closeNow,
  createWorld,
  insertSql,
  reportOf,
  rowOf,
  STREAMS_TABLE,
  WORLD_CONTRACT,
} from "../support/cli-world.js";
import { ManualClock } from "../support/manual-clock.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { calls } from "../support/rpc-faults.js";
import { holdAnswer } from "../support/rpc-server.js";
import { accountId, streamStruct } from "../support/streampay-contract.js";

const LOCK_EXPIRES_MS = 120_000;

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

const hold = () => holdAnswer(world.server, calls("getHealth"));

describe.each(["SQLite", "PostgreSQL"])("the lock of runs in %s", (name) => {
  const isPostgres = name === "PostgreSQL";
  const url = () => (isPostgres ? postgres.url : world.sqlite.url);
  const args = () => ["--db", url(), "--contract", WORLD_CONTRACT, "--chain", world.server.url];
  const rows = async (sql: string) =>
    isPostgres ? (await postgres.query(sql)).map(Object.values) : world.sqlite.rows(sql);
  const records = () => rows("SELECT run_id, status FROM reconciliation_runs ORDER BY sequence");

  beforeEach(async () => {
    if (isPostgres) await postgres.query("DROP TABLE IF EXISTS reconciliation_runs, reconciliation_chain_heads");
    expect((await cli(["migrate", "--db", url()])).code).toBe(0);
  });

  it("lets one of two runs through, and says who holds it", async () => {
    const { reached, release } = hold();
    const auth = { keys: { k1: "secret" } };
    const config = await world.write("c.json", { auth });
    const who = ["--config", config, "--service", "payments", "--key-id", "k1", "--requested-by", "nightly"];
    const first = startCli([...args(), ...who], { runId: "run-1" });
    await reached;
    const second = await cli(args(), { runId: "run-2" });
    expect(second).toMatchObject({ code: 5, stdout: "" });
    expect(second.stderr).toContain("held by run run-1");
    expect(second.stderr).toContain("requested by nightly, service payments, running since 2026-01-01T00:00:00");
    if (!isPostgres) expect(second.stderr).toContain(`process ${process.pid} on ${hostname()}`);
    expect(await records()).toEqual([["run-1", "RUNNING"]]);
    // One stream is recorded, too; a dry run is not.
    expect((await cli([...args(), "--stream", "stream_1"], { runId: "run-3" })).code).toBe(5);
    expect((await cli([...args(), "--dry-run"])).code).toBe(0);
    release();
    expect((await first.done).code).toBe(0);
    expect((await cli(args(), { runId: "run-4" })).code).toBe(0);
    expect(await records()).toEqual([
      ["run-1", "IN_SYNC"],
      ["run-4", "IN_SYNC"],
    ]);
  });

  it("lets exactly one of many through", async () => {
    const { reached, release } = hold();
    const ids = ["a", "b", "c", "d"];
    const runs = ids.map((runId) => startCli(args(), { runId }).done);
    await reached;
    // The one at work waits for the node; the others end by themselves.
    await new Promise<void>((resolve) => {
      let refused = 0;
      for (const run of runs) {
        void run.then(({ code }) => {
          refused += code === 5 ? 1 : 0;
          if (refused === ids.length - 1) resolve();
        });
      }
    });
    release();
    const codes = (await Promise.all(runs)).map(({ code }) => code).sort();
    expect(codes).toEqual([0, 5, 5, 5]);
    expect(await records()).toEqual([[expect.any(String), "IN_SYNC"]]);
  });

  it("is another one for another contract", async () => {
    const { reached, release } = hold();
    const first = startCli(args(), { runId: "run-1" });
    await reached;
    const other = "CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526";
    const second = await cli([...args(), "--contract", other, "--format", "json"], { runId: "run-2" });
    expect(reportOf(second).contractId).toBe(other);
    release();
    expect((await first.done).code).toBe(0);
    expect(await cli(["runs", "verify", "--db", url()])).toMatchObject({ code: 0 });
  });

  it("is given back by a run that is interrupted, and by one that ends by an error", async () => {
    const { reached } = hold();
    const run = startCli(args(), { runId: "run-1" });
    await reached;
    run.signal("SIGINT");
    expect((await run.done).code).toBe(130);
    const config = await world.write("c.json", { contract: { network: "mainnet" } });
    expect((await cli([...args(), "--config", config], { runId: "run-2" })).code).toBe(2);
    expect((await cli(args(), { runId: "run-3" })).code).toBe(0);
  });

  it("is free again after a run that was killed", async () => {
    const { reached } = hold();
    const run = startBinary(args());
    await reached;
    run.kill("SIGKILL");
    expect(await run.done).toMatchObject({ signal: "SIGKILL" });
    if (isPostgres) {
      // The server notices that the process is gone as soon as it reads from its connection.
      const left =
        "SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
      while ((await postgres.query(left))[0]?.n !== 0);
    }
    closeNow(world);
    // Only Linux tells for certain that the process is gone; elsewhere SQLite's lock has to expire.
    const wait_ms = isPostgres || process.platform === "linux" ? 0 : LOCK_EXPIRES_MS + 1;
    const clock = new ManualClock(Date.now() + wait_ms);
    expect((await cli(args(), { runId: "run-3", clock })).code).toBe(0);
    expect(await records()).toEqual([
      [expect.any(String), "RUNNING"],
      ["run-3", "IN_SYNC"],
    ]);
    // A killed run is part of the journal.
    expect((await cli(["runs", "verify", "--db", url()])).code).toBe(0);
  });

  it("that was lost makes the run incomplete, and its record is refused when another run was recorded", async () => {
    const { reached, release } = hold();
    const first = startCli([...args(), "--format", "json"], { runId: "run-1" });
    await reached;
    if (isPostgres) {
      await postgres.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'reconcile-streams run-1'",
      );
    }
    const clock = new ManualClock(Date.UTC(2026, 0, 1) + LOCK_EXPIRES_MS + 1);
    expect((await cli(args(), { runId: "run-2", clock })).code).toBe(0);
    release();
    const result = await first.done;
    expect(result.code).toBe(5);
    expect(reportOf(result).errors.map(({ code }) => code)).toEqual(["run_lock_lost", "run_record_failed"]);
    expect(await records()).toEqual([
      ["run-1", "RUNNING"],
      ["run-2", "IN_SYNC"],
    ]);
    expect((await cli(["runs", "verify", "--db", url()])).code).toBe(0);
  });

  it("does not let a record be completed that was changed or removed meanwhile", async () => {
    for (const [index, sql] of [
      "UPDATE reconciliation_runs SET requested_by = 'nobody'",
      "DELETE FROM reconciliation_runs",
    ].entries()) {
      const { reached, release } = hold();
      const run = startCli([...args(), "--format", "json"], { runId: `run-${index}` });
      await reached;
      if (isPostgres) await postgres.query(sql);
      else world.sqlite.run(sql);
      release();
      const result = await run.done;
      expect(result.code).toBe(5);
      expect(reportOf(result).errors).toEqual([expect.objectContaining({ code: "run_record_failed" })]);
    }
  });
});

describe("SQLite's lock", () => {
  it("is renewed while the run is at work", async () => {
    const { jest } = import.meta;
    jest.useFakeTimers({
      doNotFake: ["setTimeout", "setImmediate", "nextTick", "queueMicrotask", "performance", "Date"],
    });
    const client = await openDb(world.sqlite.url);
    try {
      await client.createRunTable();
      const clock = new ManualClock();
      const lock = await client.lockRuns({ contractId: "C", runId: "r", requestedBy: "x", clock });
      const expires = () => world.sqlite.rows("SELECT expires FROM reconciliation_locks");
      expect(expires()).toEqual([[clock.now() + LOCK_EXPIRES_MS]]);
      await clock.sleep(30_000);
      jest.advanceTimersByTime(30_000);
      while (Number(expires()[0]![0]) !== clock.now() + LOCK_EXPIRES_MS) await new Promise(setImmediate);
      expect(await lock.isHeld()).toBe(true);
      await lock.release();
      expect(expires()).toEqual([]);
      expect(await lock.isHeld()).toBe(false);
    } finally {
      jest.useRealTimers();
      await client.close();
    }
  });
});

describe("SQLite's lock of a busy file", () => {
  const { jest } = import.meta;
  let client: DbClient;
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => void unhandled.push(reason);
  const request = (runId: string, clock: ManualClock) => ({ contractId: "C", runId, requestedBy: "x", clock });
  const row = () => world.sqlite.rows("SELECT run_id, expires FROM reconciliation_locks")[0];

  beforeEach(async () => {
    jest.useFakeTimers({
      doNotFake: ["setTimeout", "setImmediate", "nextTick", "queueMicrotask", "performance", "Date"],
    });
    unhandled.length = 0;
    process.on("unhandledRejection", onUnhandled);
    client = await openDb(world.sqlite.url);
    await client.createRunTable();
  });
  afterEach(async () => {
    process.off("unhandledRejection", onUnhandled);
    jest.restoreAllMocks();
    jest.useRealTimers();
    await client.close();
  });

  /** Lets the renewal come, and waits until it has ended. */
  async function renewal(clock: ManualClock): Promise<void> {
    await clock.sleep(30_000);
    const closing = jest.spyOn(SqliteConnection.prototype, "close");
    jest.advanceTimersByTime(30_000);
    while (closing.mock.calls.length === 0) await new Promise(setImmediate);
    // A rejection is reported once nobody has handled it for a turn.
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    closing.mockRestore();
  }

  it("is not renewed, without harm, and is renewed when the file is free again", async () => {
    const clock = new ManualClock();
    const taken = clock.now();
    const lock = await client.lockRuns(request("r", clock));
    world.sqlite.run("BEGIN IMMEDIATE");
    await renewal(clock);
    expect(row()).toEqual(["r", taken + LOCK_EXPIRES_MS]);
    world.sqlite.run("COMMIT");
    expect(unhandled).toEqual([]);
    expect(await lock.isHeld()).toBe(true);
    await renewal(clock);
    expect(row()).toEqual(["r", taken + 60_000 + LOCK_EXPIRES_MS]);
    await lock.release();
  });

  it("that expired and was taken by another run is neither renewed nor given back by the first", async () => {
    const clock = new ManualClock();
    const first = await client.lockRuns(request("first", clock));
    await clock.sleep(LOCK_EXPIRES_MS);
    const second = await client.lockRuns(request("second", new ManualClock(clock.now())));
    const held = row();
    expect(held).toEqual(["second", clock.now() + LOCK_EXPIRES_MS]);
    // Both renew, the second at the time of its own clock, which stands still.
    await renewal(clock);
    expect(row()).toEqual(held);
    expect(await first.isHeld()).toBe(false);
    await first.release();
    expect(row()).toEqual(held);
    expect(await second.isHeld()).toBe(true);
    await second.release();
    expect(row()).toBeUndefined();
  });
});

describe("PostgreSQL's lock", () => {
  let client: DbClient;
  beforeEach(async () => {
    client = await openDb(postgres.url);
    await client.createRunTable();
  });
  afterEach(() => client.close());
  const request = { contractId: "C", runId: "r", requestedBy: "x", clock: new ManualClock() };

  it("names the right that is missing", async () => {
    const role = await postgres.createRole("locker");
    await postgres.query("REVOKE EXECUTE ON FUNCTION pg_catalog.pg_try_advisory_lock(bigint) FROM PUBLIC");
    const limited = await openDb(role.url);
    try {
      await expect(limited.lockRuns(request)).rejects.toMatchObject({
        kind: "usage",
        code: "run_lock_permission",
        hints: [expect.stringContaining("GRANT EXECUTE"), expect.stringContaining("--dry-run")],
      });
    } finally {
      await limited.close();
      await postgres.query("GRANT EXECUTE ON FUNCTION pg_catalog.pg_try_advisory_lock(bigint) TO PUBLIC");
    }
  });

  it("names whoever holds it, also when that is not this program", async () => {
    const lock = await client.lockRuns(request);
    await expect(client.lockRuns({ ...request, runId: "s" })).rejects.toMatchObject({
      code: "run_locked",
      runId: "r",
      details: ["contract C", expect.stringMatching(/^held by run r, which is just starting/)],
    });
    await postgres.query(
      'SELECT pg_advisory_lock(hashtextextended(\'reconcile-streams: runs of D in "public"."reconciliation_runs"\', 0))',
    );
    await expect(client.lockRuns({ ...request, contractId: "D" })).rejects.toMatchObject({
      runId: null,
      details: [
        "contract D",
        expect.stringMatching(/^held by PostgreSQL process \d+, connected from \S+ \(without a name\)/),
      ],
    });
    await postgres.query("SELECT pg_advisory_unlock_all()");
    await lock.release();
    expect(await lock.isHeld()).toBe(false);
    await (await client.lockRuns(request)).release();
  });
});
