import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { SqliteConnection } from "../../src/adapters/db/sqlite/connection.js";
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
import { createTestDatabase, type TestDatabase, type TestRole, withParts } from "../support/postgres.js";
import { holdAnswer } from "../support/rpc-server.js";
import { accountId, streamStruct } from "../support/streampay-contract.js";

let world: CliWorld;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** The counter, one key, is asked for before the rows are read; the streams are asked for together, after that. */
const asksForStreams = (request: { method: string; keys: readonly unknown[] }) =>
  request.method === "getLedgerEntries" && request.keys.length > 1;

/** Starts a run, does something to the database while the node's answer is awaited, and returns its end. */
async function runWhile(args: readonly string[], meanwhile: () => Promise<void>) {
  const { reached, release } = holdAnswer(world.server, asksForStreams);
  const run = startCli([...args, "--confirm", "0", "--format", "json"]);
  await reached;
  await meanwhile();
  release();
  return run.done;
}

/** The record alone failed: everything was checked, and the report is printed with the reason. */
function expectUnrecorded(result: { code: number; stdout: string; stderr: string }, reason: RegExp) {
  expect(result.code).toBe(5);
  const report = reportOf(result);
  expect(report).toMatchObject({ status: "INCOMPLETE", exitCode: 5, summary: { streamsChecked: 3, inSync: 3 } });
  expect(report.errors).toEqual([
    { streamId: null, code: "run_record_failed", message: expect.stringMatching(reason) },
  ]);
}

describe("PostgreSQL", () => {
  let database: TestDatabase;
  let role: TestRole;
  beforeAll(async () => {
    database = await createTestDatabase();
    role = await database.createRole("runner");
    const rows = [1n, 2n, 3n].map((id) => rowOf(streamStruct({ id, sender: accountId(Number(id) + 100) }), 990));
    await database.query(`${STREAMS_TABLE}; ${insertSql("streams", rows)}`);
    expect((await cli(["migrate", "--db", database.url])).code).toBe(0);
    await database.query(
      `GRANT SELECT ON streams TO ${role.name};
       GRANT SELECT, INSERT, UPDATE ON reconciliation_runs, reconciliation_chain_heads TO ${role.name};
       CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
       CREATE FUNCTION conflict(id bigint) RETURNS bigint LANGUAGE plpgsql AS
         $$ BEGIN
           IF id = 3 THEN
             RAISE EXCEPTION 'canceling statement due to conflict with recovery' USING ERRCODE = '40001';
           END IF;
           RETURN id;
         END $$;
       CREATE VIEW standby AS SELECT id, conflict(on_chain_id) AS on_chain_id, recipient_address, total_amount,
         released_amount, status, last_sync_ledger FROM streams;
       CREATE VIEW slow AS SELECT * FROM streams WHERE pg_sleep(60) IS NOT NULL;
       GRANT SELECT ON standby, slow TO ${role.name}`,
    );
  });
  afterAll(() => database.drop());
  beforeEach(() => database.query("TRUNCATE reconciliation_runs, reconciliation_chain_heads"));

  const args = () => ["--db", role.url, "--contract", WORLD_CONTRACT, "--chain", world.server.url];
  const records = () => database.query("SELECT status, exit_code FROM reconciliation_runs");
  const reading = async (table: string) => {
    const config = await world.write("config.json", { database: { table } });
    return cli([...args(), "--config", config, "--format", "json"]);
  };

  it("cancels the query of a standby (40001)", async () => {
    const result = await reading("standby");
    expect(result.code).toBe(5);
    expect(result.stdout + result.stderr).toContain("40001");
    expect(result.stdout + result.stderr).toContain("hot_standby_feedback");
    expect(await records()).toEqual([{ status: "INCOMPLETE", exit_code: 5 }]);
  });

  it("fails over in the middle of a run, and the connections end (57P01)", async () => {
    const result = await runWhile(args(), async () => {
      await database.query(
        `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
         WHERE datname = current_database() AND usename = '${role.name}'`,
      );
    });
    expect(result.code).toBe(5);
    const codes = reportOf(result).errors.map(({ code }) => code);
    expect(codes).toContain("run_lock_lost");
    // The new connection wrote the record; what it says is what was printed.
    expect(await records()).toEqual([{ status: "INCOMPLETE", exit_code: 5 }]);
  });

  it("accepts no more connections at the start (53300)", async () => {
    await database.query(`ALTER ROLE ${role.name} CONNECTION LIMIT 0`);
    try {
      const result = await cli(args());
      expect(result).toMatchObject({ code: 5, stdout: "" });
      expect(result.stderr).toMatch(/accepts no more connections[\s\S]*max_connections or the role's CONNECTION LIMIT/);
    } finally {
      await database.query(`ALTER ROLE ${role.name} CONNECTION LIMIT -1`);
    }
  });

  it("accepts no more connections at the record (53300)", async () => {
    try {
      const result = await runWhile(args(), async () => {
        await database.query(`ALTER ROLE ${role.name} CONNECTION LIMIT 0`);
      });
      expectUnrecorded(result, /accepts no more connections/);
    } finally {
      await database.query(`ALTER ROLE ${role.name} CONNECTION LIMIT -1`);
    }
    expect(await records()).toEqual([{ status: "RUNNING", exit_code: null }]);
  });

  it("becomes read-only before the record (25006)", async () => {
    try {
      const result = await runWhile(args(), async () => {
        await database.query(`ALTER ROLE ${role.name} SET default_transaction_read_only = on`);
      });
      expectUnrecorded(result, /read-only transaction/);
    } finally {
      await database.query(`ALTER ROLE ${role.name} RESET default_transaction_read_only`);
    }
  });

  it("has a full disk at the record (53100, raised by a trigger: a full disk needs one of its own)", async () => {
    try {
      const result = await runWhile(args(), async () => {
        await database.query("CREATE TRIGGER full_disk BEFORE UPDATE ON reconciliation_runs EXECUTE FUNCTION fail()");
      });
      expectUnrecorded(result, /No space left on device/);
    } finally {
      await database.query("DROP TRIGGER IF EXISTS full_disk ON reconciliation_runs");
    }
  });

  it("ends a statement at the role's time limit (57014)", async () => {
    await database.query(`ALTER ROLE ${role.name} SET statement_timeout = '300ms'`);
    try {
      const result = await reading("slow");
      expect(result.code).toBe(5);
      expect(result.stdout + result.stderr).toMatch(/57014|took too long/);
      expect(result.stdout + result.stderr).toContain("statement_timeout");
    } finally {
      await database.query(`ALTER ROLE ${role.name} RESET statement_timeout`);
    }
  });

  it("does not answer after a failover (nothing listens)", async () => {
    const result = await cli(["--db", withParts("postgres://u:p@127.0.0.1:1/x", {}), ...args().slice(2)]);
    expect(result).toMatchObject({ code: 5, stdout: "", stderr: expect.stringContaining("Nothing answers") });
  });
});

describe("SQLite", () => {
  beforeEach(async () => {
    expect((await cli(["migrate", "--db", world.sqlite.url])).code).toBe(0);
  });
  const { jest } = import.meta;
  afterEach(() => void jest.restoreAllMocks());

  /** From now on each look at the time finds that a second has passed. */
  function hurry(): void {
    let now_ms = performance.now();
    jest.spyOn(performance, "now").mockImplementation(() => {
      now_ms += 1_000;
      return now_ms;
    });
  }

  it("is busy for longer than a run waits", async () => {
    world.sqlite.run("BEGIN EXCLUSIVE");
    const result = await cli([...world.overRpc, "--timeout", "1"]);
    world.sqlite.run("COMMIT");
    expect(result.code).toBe(5);
    expect(result.stdout + result.stderr).toMatch(/locked|time limit|stopped/);
  });

  it("is busy at the record", async () => {
    const result = await runWhile(world.overRpc, async () => {
      world.sqlite.run("BEGIN IMMEDIATE");
      hurry();
    });
    world.sqlite.run("COMMIT");
    expect(result.code).toBe(5);
    // The lock is in the same file: whether it is still this run's could not be told, either.
    expect(reportOf(result).errors).toEqual([
      expect.objectContaining({ code: "run_lock_lost" }),
      expect.objectContaining({
        code: "run_record_failed",
        message: expect.stringContaining("locked the SQLite file"),
      }),
    ]);
    expect(reportOf(result).summary).toMatchObject({ streamsChecked: 3, inSync: 3 });
  });

  it("has a full disk at the record", async () => {
    world.sqlite.run(
      `CREATE TABLE filler (x); CREATE TRIGGER grow AFTER UPDATE ON reconciliation_runs
       BEGIN INSERT INTO filler VALUES (zeroblob(100000)); END`,
    );
    const open = SqliteConnection.open.bind(SqliteConnection);
    const result = await runWhile(world.overRpc, async () => {
      // SQLite's own limit: every connection from now on finds no more room than the file has.
      jest.spyOn(SqliteConnection, "open").mockImplementation(async (path, mode) => {
        const connection = await open(path, mode);
        connection.exec("PRAGMA max_page_count = 1");
        return connection;
      });
    });
    expectUnrecorded(result, /no space left for the SQLite file/);
  });

  it("is on a file system that became read-only", async () => {
    // Without a journal nothing can be written: a folder in its place stops root, too.
    const journal = `${world.sqlite.path}-journal`;
    const result = await runWhile(world.overRpc, async () => void (await mkdir(journal)));
    expect(dirname(journal)).toBe(dirname(world.sqlite.path));
    expectUnrecorded(result, /could not be (read|written)|unable to open/i);
  });
});
