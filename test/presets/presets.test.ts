import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { xdr } from "@stellar/stellar-base";
import type { Report } from "../../src/core/report/report.js";
import { PRESET_NAMES, PRESETS } from "../../src/presets/presets.js";
import { cli } from "../support/cli-io.js";
import { schemaFaults } from "../support/cli-schema.js";
import { insertSql, putEscrow, reportOf } from "../support/cli-world.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { PRESET_CONTRACT as CONTRACT, PRESET_CASES, type PresetCase, putContract } from "../support/preset-cases.js";
import { type RpcServer, startRpcServer } from "../support/rpc-server.js";
import { type SnapshotFormat, writeSnapshotFile } from "../support/snapshot-file.js";
import { createTestSqlite, type TestSqlite } from "../support/sqlite.js";
import { TestLedger } from "../support/test-ledger.js";

let postgres: TestDatabase;
let sqlite: TestSqlite;
let ledger: TestLedger;
let server: RpcServer;
let snapshot: string;

beforeAll(async () => {
  postgres = await createTestDatabase();
});
afterAll(() => postgres.drop());
beforeEach(async () => {
  ledger = new TestLedger();
  server = await startRpcServer(ledger);
  sqlite = await createTestSqlite();
  snapshot = join(sqlite.path, "..", "ledger.json");
});
afterEach(async () => {
  await server.close();
  await sqlite.drop();
});

type Row = Readonly<Record<string, string>>;

/** Writes the rows into both databases, under the backend's own names and types. */
async function fill({ ddl, table }: PresetCase, rows: readonly Row[]): Promise<void> {
  const sql = `${ddl}; ${insertSql(table, rows)}`;
  await postgres.query(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${sql}`);
  sqlite.run(sql);
}

const FORMATS: readonly SnapshotFormat[] = [
  { version: 1, integers: "old", wrapped: true },
  { version: 2, integers: "new" },
];

/** Every database with every chain source: all of them must say the same. */
async function check({ preset, database }: PresetCase): Promise<Report> {
  const env = { STREAM_CONTRACT_ID: CONTRACT };
  const config = join(sqlite.path, "..", "c.json");
  await writeFile(config, JSON.stringify({ contract: { layout: preset }, database: database ?? {} }));
  const reports: Report[] = [];
  const over = async (db: string, chain: string) => {
    const args = ["--db", db, "--chain", chain, "--config", config, "--dry-run", "--confirm", "0"];
    reports.push(reportOf(await cli([...args, "--format", "json"], { env })));
  };
  for (const db of [postgres.url, sqlite.url]) await over(db, server.url);
  for (const format of FORMATS) {
    await writeSnapshotFile(snapshot, ledger, format);
    await over(sqlite.url, `snapshot:${snapshot}`);
  }
  const [first] = reports;
  expect(schemaFaults(first!)).toEqual([]);
  const findings = ({ exitCode, summary, discrepancies, violations, errors }: Report) => ({
    ...{ exitCode, summary, violations, errors },
    discrepancies: discrepancies.map(({ ledger: _, token: __, reason: ___, ...rest }) => rest),
  });
  for (const report of reports) expect(findings(report)).toEqual(findings(first!));
  return first!;
}

const ids = ({ firstId }: PresetCase, count: bigint) =>
  Array.from({ length: Number(count) }, (_, i) => firstId + BigInt(i));

it("has a case for each preset", () => {
  expect(PRESET_CASES.map(({ preset }) => preset)).toEqual(PRESET_NAMES);
});

describe.each(PRESET_CASES.map((tried) => [tried.preset, tried] as const))("%s", (_name, tried) => {
  const streamIdOf = (id: bigint) => {
    const { streamId = "id" } = { ...PRESETS[tried.preset].database, ...tried.database } as { streamId?: string };
    return tried.row(id)[streamId]!.replaceAll("'", "");
  };

  it("is found in sync, with every stream counted", async () => {
    const all = ids(tried, 12n);
    putEscrow(ledger, CONTRACT, 1n, 1_000_000n);
    putContract(ledger, CONTRACT, tried, all, 12n);
    await fill(tried, all.map(tried.row));
    const report = await check(tried);
    expect(report).toMatchObject({ exitCode: 0, violations: [], errors: [], discrepancies: [] });
    expect(report.summary).toMatchObject({ streamsChecked: 12, inSync: 12 });
    const usual = ["no_cursor", ...("where" in (PRESETS[tried.preset].database ?? {}) ? ["rows_limited"] : [])];
    expect(report.notices.map(({ code }) => code).filter((code) => !usual.includes(code))).toEqual([]);
  });

  it("shows a difference in each field that is compared", async () => {
    const [id] = ids(tried, 1n);
    putContract(ledger, CONTRACT, tried, [id!], 1n);
    const mapped = { ...PRESETS[tried.preset].database, ...tried.database } as { fields: object; onChainId?: string };
    // The key itself is compared by being found.
    const compared = Object.entries(mapped.fields as Record<string, { column: string }>)
      .filter(([, { column }]) => column !== mapped.onChainId)
      .map(([field]) => field);
    expect(tried.changes.map(([field]) => field)).toEqual(compared);
    for (const [field, column, sql, dbValue, chain] of tried.changes) {
      for (const table of [tried.table, '"IndexerState"', '"SyncState"']) sqlite.run(`DROP TABLE IF EXISTS ${table}`);
      await fill(tried, [{ ...tried.row(id!), [column]: sql }]);
      const report = await check(tried);
      expect(report.discrepancies.map(({ ledger: _, token: __, reason: ___, ...rest }) => rest)).toEqual([
        {
          streamId: streamIdOf(id!),
          field,
          dbValue,
          onChainValue: chain === "null" ? null : chain,
          classification: "drift",
        },
      ]);
      expect(report.errors).toEqual([]);
      expect(report.summary.drifted).toBe(1);
    }
  });

  it("shows what either side lacks, and holes where the contract has none", async () => {
    const [a, b, c, d, e] = ids(tried, 5n);
    // a agrees, b has no row, c no entry, and neither side has d.
    putContract(ledger, CONTRACT, tried, [a!, b!, e!], 5n);
    await fill(tried, [a!, c!, e!].map(tried.row));
    const report = await check(tried);
    expect(
      report.discrepancies.map(({ streamId, dbValue, onChainValue }) => [streamId, dbValue, onChainValue]),
    ).toEqual([
      [streamIdOf(c!), "present", "missing"],
      [`on-chain:${b}`, "missing", "present"],
    ]);
    expect(report.summary).toMatchObject({ inSync: 2, missingOnChain: 1, missingInDb: 1, unchecked: 0 });
    const holes = report.violations.map(({ streamId, invariant }) => [streamId, invariant]);
    expect(holes).toEqual(
      tried.countsHoles
        ? [
            [streamIdOf(c!), "ids_complete"],
            [`on-chain:${d}`, "ids_complete"],
          ]
        : [],
    );
    expect(report.exitCode).toBe(tried.countsHoles ? 4 : 3);
  });

  it("shows a stream at or beyond the counter: the counter, or where the layout looks for it, is wrong", async () => {
    const all = ids(tried, 3n);
    putContract(ledger, CONTRACT, tried, all, 2n);
    await fill(tried, all.map(tried.row));
    const report = await check(tried);
    expect(report.violations.map(({ streamId, invariant }) => [streamId, invariant])).toEqual([
      [streamIdOf(all[2]!), "id_below_count"],
    ]);
  });

  it("is not green where the contract keeps its counter elsewhere", async () => {
    const all = ids(tried, 2n);
    const elsewhere = {
      ...tried,
      counter: () => ({ key: xdr.ScVal.scvSymbol("Elsewhere"), val: xdr.ScVal.scvU32(9) }),
    };
    putContract(ledger, CONTRACT, elsewhere, all, 2n);
    await fill(tried, [tried.row(all[0]!)]);
    const report = await check(tried);
    expect([report.exitCode, report.violations]).toEqual([5, []]);
    const [notice] = report.notices.filter(({ code }) => code === "layout_does_not_fit");
    expect(notice?.message).toContain(`layout "${tried.preset}" may not fit`);
    expect(notice?.message).toMatch(/it keeps: .*Elsewhere/);
  });

  it("explains a field that the contract calls otherwise, in words that work when they are written", async () => {
    const [id] = ids(tried, 1n);
    const [field] = tried.changes.find(([, , , , chain]) => /^\d{4,}$/.test(chain))!;
    const source = sourceOf(tried, field);
    const renamed = (of: bigint) => {
      const { [source]: val, ...rest } = tried.struct(of);
      return { ...rest, [`the_${source}_now`]: val! };
    };
    putEscrow(ledger, CONTRACT, 1n, 1_000_000n);
    putContract(ledger, CONTRACT, { ...tried, struct: renamed }, [id!], 1n);
    await fill(tried, [tried.row(id!)]);
    const report = await check(tried);
    expect(report.errors).toMatchObject([{ streamId: streamIdOf(id!), code: "field_not_on_chain" }]);
    const [notice] = report.notices.filter(({ code }) => code === "layout_does_not_fit");
    expect(notice?.message).toContain(`the_${source}_now (`);
    const [, layout] = /write contract\.layout: (\{.*\})\. /.exec(notice!.message)!;
    expect(JSON.parse(layout!)).toEqual({
      extends: tried.preset,
      fields: { [field]: { from: `the_${source}_now` } },
    });
    expect(await check({ ...tried, preset: JSON.parse(layout!) })).toMatchObject({
      exitCode: 0,
      notices: expect.any(Array),
    });
  });
});

/** What the struct calls a field of the layout. */
function sourceOf({ preset, struct: structOf, firstId }: PresetCase, field: string): string {
  const { from = [field] } = PRESETS[preset].fields[field as never] as { from?: readonly string[] };
  return from.find((name) => name in structOf(firstId))!;
}
