import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startBinary } from "../support/cli-binary.js";
import { cli, RUN_ID, startCli } from "../support/cli-io.js";
import { schemaFaults } from "../support/cli-schema.js";
import {
  type CliWorld,
  createWorld,
  insertSql,
  reportOf,
  rowOf,
  STREAMS_TABLE,
  WORLD_CONTRACT,
} from "../support/cli-world.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { calls } from "../support/rpc-faults.js";
import { accountId, streamStruct } from "../support/streampay-contract.js";

let world: CliWorld;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** Holds the RPC's answers to a method until `release`; `reached` resolves at the first. */
function gate(method: string) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    world.server.fault({
      fault: {
        kind: "hold",
        until: () => {
          resolve();
          return released;
        },
      },
      when: calls(method),
      times: Number.POSITIVE_INFINITY,
    });
  });
  return { reached, release };
}

interface Store {
  readonly url: string;
  rows(sql: string): Promise<unknown[][]>;
  run(sql: string): Promise<void>;
}

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await createTestDatabase();
  const rows = [1n, 2n, 3n].map((id) => rowOf(streamStruct({ id, sender: accountId(Number(id) + 100) }), 990));
  await postgres.query(`${STREAMS_TABLE}; ${insertSql("streams", rows)}`);
});
afterAll(() => postgres.drop());

const stores: Record<string, () => Store> = {
  SQLite: () => ({
    url: world.sqlite.url,
    rows: async (sql) => world.sqlite.rows(sql),
    run: async (sql) => world.sqlite.run(sql),
  }),
  PostgreSQL: () => ({
    url: postgres.url,
    rows: async (sql) => (await postgres.query(sql)).map((row) => Object.values(row)),
    run: async (sql) => void (await postgres.query(sql)),
  }),
};

describe.each(Object.keys(stores))("in %s the record of a run", (name) => {
  let store: Store;
  const args = () => ["--db", store.url, "--contract", WORLD_CONTRACT, "--chain", world.server.url];
  beforeEach(async () => {
    store = stores[name]!();
    await store.run("DROP TABLE IF EXISTS reconciliation_runs");
    await store.run("DROP TABLE IF EXISTS reconciliation_chain_heads");
  });

  it("needs its table: without it nothing is checked, and migrate is the hint", async () => {
    const { code, stdout, stderr } = await cli(args());
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/reconciliation_runs.*does not exist[\s\S]*reconcile-streams migrate/);
    expect(world.server.requests).toEqual([]);
  });

  it("has a table after migrate, and after migrate again", async () => {
    const first = await cli(["migrate", "--db", store.url]);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(/^The table reconciliation_runs was created\.\n/);
    expect(await store.rows("SELECT * FROM reconciliation_runs")).toEqual([]);
    expect((await cli(args())).code).toBe(0);
    const second = await cli(["migrate"], { env: { DATABASE_URL: store.url } });
    expect(second.code).toBe(0);
    expect(second.stdout).toContain("already exists; nothing was changed");
    expect(await store.rows("SELECT status FROM reconciliation_runs")).toEqual([["IN_SYNC"]]);
  });

  it("has a table after the SQL that migrate --print shows", async () => {
    const { code, stdout, stderr } = await cli(["migrate", "--print", "--db", store.url]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect((await cli(args())).code).toBe(2);
    await store.run(stdout);
    expect((await cli(args())).code).toBe(0);
  });

  it("tells who, what, when and how it ended, with the report byte for byte", async () => {
    await cli(["migrate", "--db", store.url]);
    const result = await cli([...args(), "--format", "json", "--stream", "stream_1", "stream_2"], {
      userName: "nightly",
    });
    expect(result.code).toBe(0);
    const columns = "run_id, status, exit_code, scope, requested_by, tool_version, contract_id, network";
    const report = reportOf(result);
    expect(await store.rows(`SELECT ${columns} FROM reconciliation_runs`)).toEqual([
      [RUN_ID, "IN_SYNC", 0, '["stream_1","stream_2"]', "nightly", report.toolVersion, WORLD_CONTRACT, "testnet"],
    ]);
    const counts =
      "ledger_first, ledger_last, streams_checked, in_sync, drifted, lagging, missing_on_chain, missing_in_db, violations, unchecked";
    const [numbers] = await store.rows(`SELECT ${counts} FROM reconciliation_runs`);
    expect(numbers!.map(Number)).toEqual([1000, 1000, 2, 2, 0, 0, 0, 0, 0, 0]);
    const [[kept]] = (await store.rows("SELECT CAST(report AS text) FROM reconciliation_runs")) as [[string]];
    expect(kept).toBe(JSON.stringify(report));
    expect(schemaFaults(report)).toEqual([]);
    const [times] = await store.rows("SELECT started_at, finished_at FROM reconciliation_runs");
    expect(times!.map((time) => new Date(time as string).toISOString())).toEqual([report.startedAt, report.finishedAt]);
  });

  it("is asked for by whom --requested-by says", async () => {
    await cli(["migrate", "--db", store.url]);
    await cli([...args(), "--requested-by", "Ops, ticket 7"]);
    expect(await store.rows("SELECT requested_by FROM reconciliation_runs")).toEqual([["Ops, ticket 7"]]);
  });

  it.each(["getHealth", "getLedgerEntries"])(
    "says RUNNING while %s hangs, and how it ended afterwards",
    async (method) => {
      await cli(["migrate", "--db", store.url]);
      const { reached, release } = gate(method);
      const run = startCli(args());
      await reached;
      expect(await store.rows("SELECT status, finished_at, exit_code, report FROM reconciliation_runs")).toEqual([
        ["RUNNING", null, null, null],
      ]);
      release();
      expect((await run.done).code).toBe(0);
      expect(await store.rows("SELECT status, exit_code FROM reconciliation_runs")).toEqual([["IN_SYNC", 0]]);
    },
  );

  it.each([
    ["an agreement", "active", 5],
    ["drift", "paused", 3],
  ])("that cannot be finished leaves %s on standard output, and no green", async (_what, status, code) => {
    await store.run(`UPDATE streams SET status = '${status}' WHERE id = 'stream_2'`);
    await cli(["migrate", "--db", store.url]);
    const { reached, release } = gate("getLedgerEntries");
    const run = startCli([...args(), "--confirm", "0", "--format", "json"]);
    await reached;
    await store.run("DROP TABLE reconciliation_runs");
    release();
    const result = await run.done;
    expect(result.code).toBe(code);
    expect(reportOf(result)).toMatchObject({
      exitCode: code,
      summary: { streamsChecked: 3 },
      errors: [{ streamId: null, code: "run_record_failed", message: expect.stringContaining("reconciliation_runs") }],
    });
    expect(schemaFaults(reportOf(result))).toEqual([]);
    await store.run("UPDATE streams SET status = 'active'");
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("of a run that got %s says INTERRUPTED", async (signal, code) => {
    await cli(["migrate", "--db", store.url]);
    const { reached, release } = gate("getLedgerEntries");
    const run = startCli(args());
    await reached;
    run.signal(signal);
    expect((await run.done).code).toBe(code);
    release();
    const [[status, exitCode, report]] = (await store.rows(
      "SELECT status, exit_code, CAST(report AS text) FROM reconciliation_runs",
    )) as [[string, number, string]];
    expect([status, Number(exitCode)]).toEqual(["INTERRUPTED", code]);
    expect(JSON.parse(report)).toMatchObject({
      status: "INCOMPLETE",
      exitCode: code,
      errors: [{ code: "interrupted" }],
    });
  });

  it("of a run that could not start comparing does not stay RUNNING", async () => {
    await cli(["migrate", "--db", store.url]);
    const config = await world.write("c.json", { contract: { network: "mainnet" }, database: { table: "streams" } });
    expect((await cli([...args(), "--config", config])).code).toBe(2);
    const other = await world.write("d.json", { database: { table: "reconciliation_runs" } });
    expect((await cli([...args(), "--config", other], { runId: "another" })).code).toBe(2);
    const kept = await store.rows("SELECT status, exit_code FROM reconciliation_runs");
    expect(kept).toEqual([
      ["INCOMPLETE", 2],
      ["INCOMPLETE", 2],
    ]);
  });

  it("is not written by --dry-run: not a byte changes", async () => {
    await cli(["migrate", "--db", store.url]);
    const state = async () =>
      name === "SQLite"
        ? await readFile(world.sqlite.path, "base64")
        : JSON.stringify(
            await store.rows("SELECT * FROM pg_stat_user_tables ORDER BY relname").then(() => store.rows(WRITES)),
          );
    const before = await state();
    expect((await cli([...args(), "--dry-run"])).code).toBe(0);
    expect(await state()).toBe(before);
    await store.run("DROP TABLE reconciliation_runs");
    expect((await cli([...args(), "--dry-run"])).code).toBe(0);
    await expect(store.rows("SELECT * FROM reconciliation_runs")).rejects.toThrow(/reconciliation_runs/);
  });
});

const WRITES = "SELECT relname, xmin::text FROM pg_class WHERE relkind = 'r' ORDER BY relname";

describe("runStore.url", () => {
  it("keeps the records apart: the streams' database is only read", async () => {
    const config = await world.write("c.json", { runStore: { url: "sqlite:runs.db" } });
    const before = await readFile(world.sqlite.path);
    const args = [...world.overSnapshot, "--config", config];
    expect((await cli(args)).code).toBe(2);
    expect((await cli(["migrate", "--config", config])).code).toBe(0);
    expect((await cli(args)).code).toBe(0);
    expect(await readFile(world.sqlite.path)).toEqual(before);
    expect((await readFile(join(world.folder, "runs.db"))).length).toBeGreaterThan(0);
  });

  it("can be another kind of database", async () => {
    await postgres.query("DROP TABLE IF EXISTS reconciliation_runs");
    const config = await world.write("c.json", { runStore: { url: postgres.url } });
    expect((await cli(["migrate", "--config", config])).code).toBe(0);
    expect((await cli([...world.overSnapshot, "--config", config])).code).toBe(0);
    expect(await postgres.query("SELECT status FROM reconciliation_runs")).toEqual([{ status: "IN_SYNC" }]);
  });
});

describe("migrate", () => {
  it("wants a database", async () => {
    const { code, stderr } = await cli(["migrate"]);
    expect(code).toBe(2);
    expect(stderr).toContain("no database is configured: give --db, DATABASE_URL");
  });

  it("makes no file of a mistyped name", async () => {
    const { code, stderr } = await cli(["migrate", "--db", "sqlite:mistyped.db"]);
    expect(code).toBe(2);
    expect(stderr).toContain("mistyped.db does not exist");
  });
});

describe("the demo", () => {
  it("keeps its records in the working directory, says where, and finds them again", async () => {
    const first = await cli(["--format", "json"], { cwd: world.folder });
    expect(first.code).toBe(4);
    const path = join(world.folder, ".reconcile-streams", "runs.db");
    expect(first.stderr).toContain(`The run's record is kept in ${path}.`);
    expect((await readFile(path)).length).toBeGreaterThan(0);
    expect((await cli([], { cwd: world.folder, runId: "another" })).code).toBe(4);
  });

  it("writes nothing with --dry-run", async () => {
    const run = startBinary(["--dry-run"], { cwd: world.folder });
    expect((await run.done).code).toBe(4);
    await expect(readFile(join(world.folder, ".reconcile-streams", "runs.db"))).rejects.toThrow(/ENOENT/);
  });
});
