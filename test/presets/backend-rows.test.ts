import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { xdr } from "@stellar/stellar-base";
import type { Report } from "../../src/core/report/report.js";
import type { PresetName } from "../../src/presets/presets.js";
import { cli } from "../support/cli-io.js";
import { insertSql, reportOf } from "../support/cli-world.js";
import { FlowfiWorld, flowfiTables } from "../support/flowfi-backend.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { writeSnapshotFile } from "../support/snapshot-file.js";
import { createTestSqlite, type TestSqlite } from "../support/sqlite.js";
import { STELLARSTREAM_HQ_TABLES, StellarstreamWorld } from "../support/stellarstream-backend.js";
import { contractId, struct, u64, unitVariant } from "../support/streampay-contract.js";
import { TestLedger } from "../support/test-ledger.js";

const CONTRACT = contractId(77);
const V2_CONTRACT = contractId(78);

let postgres: TestDatabase;
let sqlite: TestSqlite;
let folder: string;

beforeAll(async () => {
  postgres = await createTestDatabase();
});
afterAll(() => postgres.drop());
beforeEach(async () => {
  sqlite = await createTestSqlite();
  folder = await mkdtemp(join(tmpdir(), "reconcile-streams-backend-"));
});
afterEach(async () => {
  await sqlite.drop();
  await rm(folder, { recursive: true, force: true });
});

interface Contract {
  readonly counter: { readonly key: xdr.ScVal; readonly value: bigint };
  readonly streams: readonly { readonly key: xdr.ScVal; readonly val: Record<string, xdr.ScVal> }[];
  readonly inInstance?: boolean;
}

/** What a run says of the contract and the backend's rows, by the preset alone, on both databases. */
async function reportOn(
  preset: PresetName,
  { counter, streams, inInstance = false }: Contract,
  tables: string,
  rows: readonly Record<string, string>[],
  { contract = CONTRACT, database = {} } = {},
): Promise<Report> {
  const ledger = new TestLedger();
  const kept = streams.map(({ key, val }) => new xdr.ScMapEntry({ key, val: struct(val) }));
  const counted = new xdr.ScMapEntry({ key: counter.key, val: u64(counter.value) });
  const executable = xdr.ContractExecutable.contractExecutableWasm(Buffer.alloc(32));
  const instance = new xdr.ScContractInstance({ executable, storage: [counted, ...(inInstance ? kept : [])] });
  const common = { contract, lastModified: 500, liveUntil: 900_000 };
  ledger.set({
    ...common,
    key: xdr.ScVal.scvLedgerKeyContractInstance(),
    val: xdr.ScVal.scvContractInstance(instance),
  });
  if (!inInstance) for (const entry of kept) ledger.set({ ...common, key: entry.key(), val: entry.val() });
  const snapshot = join(folder, "ledger.json");
  await writeSnapshotFile(snapshot, ledger);
  const config = join(folder, "c.json");
  await writeFile(config, JSON.stringify({ contract: { id: contract, layout: preset }, database }));
  const sql = `${tables}; ${insertSql('"Stream"', rows)}`;
  await postgres.query(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${sql}`);
  for (const table of ["Stream", "IndexerState", "SyncState"]) sqlite.run(`DROP TABLE IF EXISTS "${table}"`);
  sqlite.run(sql);
  const args = ["--chain", `snapshot:${snapshot}`, "--config", config, "--dry-run", "--format", "json"];
  const [onPostgres, onSqlite] = [
    reportOf(await cli(["--db", postgres.url, ...args])),
    reportOf(await cli(["--db", sqlite.url, ...args])),
  ];
  expect(findings(onSqlite)).toEqual(findings(onPostgres));
  return onPostgres;
}

const findings = ({ exitCode, discrepancies, errors, violations }: Report) => ({
  exitCode,
  discrepancies: discrepancies.map(({ streamId, field, dbValue, onChainValue }) => [
    ...[streamId, field, dbValue, onChainValue],
  ]),
  errors: errors.map(({ streamId, code }) => [streamId, code]),
  violations,
});
const notices = ({ notices: told }: Report) => told.map(({ code }) => code);
const NOTHING = { exitCode: 0, discrepancies: [], errors: [], violations: [] };

describe("FlowFi's worker", () => {
  const streamsOf = (world: FlowfiWorld, isFirst = false): Contract => ({
    counter: { key: unitVariant("StreamCounter"), value: BigInt(world.ids.length) },
    streams: world.ids.map((id) => ({
      key: xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Stream"), u64(id)]),
      val: world.struct(id, isFirst),
    })),
  });

  /** A stream for each thing that can happen to one. */
  function lived(): FlowfiWorld {
    const world = new FlowfiWorld();
    const [, toppedUp, drawn, drained, paused, resumed, cancelled] = Array.from({ length: 7 }, () =>
      world.create(1_000n),
    ) as [bigint, bigint, bigint, bigint, bigint, bigint, bigint];
    world.topUp(toppedUp, 500n);
    world.withdraw(drawn, 300n);
    world.withdraw(drained, 1_000n);
    world.pause(paused);
    world.pause(resumed);
    world.resume(resumed);
    world.cancel(cancelled);
    world.changeFee();
    return world;
  }

  it("is in sync, though it writes its own clock and keeps a row that is no stream", async () => {
    const world = lived();
    const report = await reportOn("flowfi", streamsOf(world), flowfiTables(), world.rows());
    expect(findings(report)).toEqual(NOTHING);
    expect(report.summary).toMatchObject({ streamsChecked: 7, inSync: 7 });
    expect(notices(report)).toEqual(["rows_limited"]);
    expect(report.notices[0]!.message).toContain(`CAST("streamId" AS text) IS DISTINCT FROM '0'`);
  });

  it("is found out when it misses a pause, or that one is over", async () => {
    const world = lived();
    const rows = world.rows().map((row) => {
      if (row.streamId === "5") return { ...row, isPaused: "false" };
      return row.streamId === "6" ? { ...row, isPaused: "true" } : row;
    });
    const report = await reportOn("flowfi", streamsOf(world), flowfiTables(), rows);
    expect(findings(report)).toMatchObject({
      exitCode: 3,
      discrepancies: [
        ["5", "paused", "false", "true"],
        ["6", "paused", "true", "false"],
      ],
    });
  });

  it("leaves a stream paused that was cancelled in a pause, which is found", async () => {
    const world = new FlowfiWorld();
    const id = world.create(1_000n);
    world.pause(id);
    world.cancel(id);
    const report = await reportOn("flowfi", streamsOf(world), flowfiTables(), world.rows());
    expect(findings(report).discrepancies).toEqual([["1", "paused", "true", "false"]]);
  });

  it("is held against the first deployments, which knew no pauses: nothing is paused there", async () => {
    const world = new FlowfiWorld();
    world.create(1_000n);
    world.create(2_000n);
    const report = await reportOn("flowfi", streamsOf(world, true), flowfiTables(), world.rows());
    expect(findings(report)).toEqual(NOTHING);
    const paused = world.rows().map((row) => (row.streamId === "2" ? { ...row, isPaused: "true" } : row));
    const wrong = await reportOn("flowfi", streamsOf(world, true), flowfiTables(), paused);
    expect(findings(wrong).discrepancies).toEqual([["2", "paused", "true", "false"]]);
  });

  it("has no column for pauses in its first tables: that they were not compared is said", async () => {
    const world = lived();
    const report = await reportOn("flowfi", streamsOf(world), flowfiTables(true), world.rows(true));
    expect(findings(report)).toEqual(NOTHING);
    expect(notices(report)).toEqual(["rows_limited", "column_not_there"]);
    expect(report.notices[1]!.message).toBe("the table has no column isPaused, so paused was not compared");
    const files = ["--config", join(folder, "c.json"), "--chain", `snapshot:${join(folder, "ledger.json")}`];
    const { stdout } = await cli(["doctor", "--dry-run", "--format", "json", "--db", postgres.url, ...files]);
    const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string; found: string }[] };
    const [table] = checks.filter(({ name }) => name === "table");
    expect(table).toMatchObject({ status: "ok", found: expect.stringContaining("not compared: paused: no column") });
  });

  it("must have the column that the configuration names for pauses", async () => {
    const world = lived();
    const database = { fields: { paused: { column: "isPaused" } } };
    const run = reportOn("flowfi", streamsOf(world), flowfiTables(true), world.rows(true), { database });
    await expect(run).rejects.toThrow("isPaused (database.fields.paused.column)");
  });

  it("may be read without what the preset leaves out", async () => {
    const world = lived();
    const database = { where: null, fields: { last_update_time: { column: "lastUpdateTime" } } };
    const report = await reportOn("flowfi", streamsOf(world), flowfiTables(), world.rows(), { database });
    expect(notices(report)).toEqual([]);
    expect(findings(report).discrepancies.map(([streamId, field]) => [streamId, field])).toEqual([
      ["0", "presence"],
      ...["2", "4", "5", "6", "7"].map((id) => [id, "last_update_time"]),
    ]);
  });
});

describe("StellarStream-HQ's ingestor", () => {
  const newWorld = () => {
    const world = new StellarstreamWorld(CONTRACT, V2_CONTRACT);
    for (let id = 0; id < 6; id++) world.create("v1", 1_000n + BigInt(id));
    world.pause(2);
    world.cancel(3);
    world.migrate(4);
    return world;
  };
  const v1 = (world: StellarstreamWorld): Contract => {
    const streams = world.entries("v1");
    return {
      ...{ streams, inInstance: true },
      counter: { key: xdr.ScVal.scvSymbol("STR_CNT"), value: BigInt(streams.length) },
    };
  };
  const v2 = (world: StellarstreamWorld): Contract => {
    const streams = world.entries("v2");
    return { streams, counter: { key: xdr.ScVal.scvSymbol("STR_V2"), value: BigInt(streams.length) } };
  };
  /** It takes the id 0 for none, so that this stream never has a row. */
  const WITHOUT_0 = ["on-chain:0", "presence", "missing", "present"];

  it("is in sync with V1 but for stream 0, whose id it takes for none", async () => {
    const world = newWorld();
    const report = await reportOn("stellarstream-hq", v1(world), STELLARSTREAM_HQ_TABLES, world.rows());
    expect(findings(report)).toEqual({ ...NOTHING, exitCode: 3, discrepancies: [WITHOUT_0] });
    expect(report.summary).toMatchObject({ streamsChecked: 6, inSync: 5 });
  });

  it("is found out when it misses a cancellation, and in that it writes down no withdrawals", async () => {
    const world = newWorld();
    world.withdraw(5, 400n);
    const rows = world.rows().map((row) => (row.streamId === "'3'" ? { ...row, status: "'ACTIVE'" } : row));
    const report = await reportOn("stellarstream-hq", v1(world), STELLARSTREAM_HQ_TABLES, rows);
    expect(findings(report).discrepancies).toEqual([
      ["3", "status", "ACTIVE", "Closed"],
      ["5", "withdrawn_amount", "0", "400"],
      WITHOUT_0,
    ]);
  });

  it("is in sync with V2 where streams began there; what moved there cannot be checked by its row", async () => {
    const world = newWorld();
    world.create("v2", 7n);
    const options = { contract: V2_CONTRACT };
    const report = await reportOn("stellarstream-hq-v2", v2(world), STELLARSTREAM_HQ_TABLES, world.rows(), options);
    expect(findings(report)).toEqual({
      ...NOTHING,
      exitCode: 3,
      discrepancies: [WITHOUT_0],
      errors: [["4-v2", "row_unreadable"]],
    });
    expect(report.errors[0]!.message).toContain('column streamId: "4-v2" is not a whole number');
  });

  it("is read by the older backend's preset, too, where the other contract's rows are left out", async () => {
    const world = newWorld();
    const ours = world.rows().map(({ contract_id: _, ...row }) => row);
    const report = await reportOn("stellarstream-instance", v1(world), STELLARSTREAM_HQ_TABLES, ours);
    expect(findings(report)).toEqual({ ...NOTHING, exitCode: 3, discrepancies: [WITHOUT_0] });
    expect(notices(report)).toContain("rows_limited");
  });
});
