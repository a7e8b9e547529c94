import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../src/core/report/report.js";
import { cli } from "../support/cli-io.js";
import {
  LEDGER,
  PLANTED_CONTRACT,
  type Planted,
  plantRowsWithoutChain,
  plantStreams,
  SYNCED,
  seeded,
} from "../support/cli-planted.js";
import { schemaFaults } from "../support/cli-schema.js";
import { insertSql, putEscrow, reportOf } from "../support/cli-world.js";
import { ManualClock } from "../support/manual-clock.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { type RpcRequest, type RpcRow, rowFaults } from "../support/rpc-faults.js";
import { type RpcServer, startRpcServer } from "../support/rpc-server.js";
import { snapshotText } from "../support/snapshot-file.js";
import { createTestSqlite, type TestSqlite } from "../support/sqlite.js";
import { putStream, streamKey } from "../support/streampay-contract.js";
import { ledgerKeyOf, TestLedger } from "../support/test-ledger.js";

/** Print and change it to look at other streams: everything below follows from it. */
const SEED = 20_260_417;
const COUNT = 5_000;

const ROWS_ALONE = 40;

const random = seeded(SEED);
const planted = [
  ...plantStreams(COUNT, random),
  // Beyond the ids that a look past the counter covers.
  ...plantRowsWithoutChain(ROWS_ALONE, BigInt(COUNT + 1_000), random),
];
const ledger = ledgerOf(planted);
const snapshot = join(tmpdir(), `reconcile-streams-acceptance-${process.pid}.json`);
let server: RpcServer;
let postgres: TestDatabase;
let sqlite: TestSqlite;

beforeAll(async () => {
  await writeFile(snapshot, snapshotText(ledger));
  server = await startRpcServer(ledger, { latencyMs: 5, keepRequests: false });
  const rows = insertSql(
    "streams",
    planted.map(({ row }) => row),
  );
  postgres = await createTestDatabase();
  // Amounts as numeric and as text, the on-chain id as bigint, the cursor as integer.
  await postgres.query(`CREATE TABLE streams (id text PRIMARY KEY, on_chain_id bigint, recipient_address text,
    total_amount numeric, released_amount text, status varchar(20), last_sync_ledger integer); ${rows}`);
  sqlite = await createTestSqlite();
  sqlite.run(`CREATE TABLE streams (id TEXT PRIMARY KEY, on_chain_id INTEGER, recipient_address TEXT,
    total_amount TEXT, released_amount TEXT, status TEXT, last_sync_ledger INTEGER); ${rows}`);
  // The same with amounts as bigint, as far as they fit, and without rows that are ahead of the node: one of them would
  // make it unknowable whether a stream without a row is missing.
  await postgres.query(`CREATE VIEW small AS SELECT id, on_chain_id, recipient_address, total_amount::bigint AS
    total_amount, released_amount::bigint AS released_amount, status, last_sync_ledger FROM streams
    WHERE abs(total_amount) < 9e18 AND coalesce(last_sync_ledger, 0) <= ${LEDGER.sequence} AND (released_amount IS NULL OR released_amount ~ '^-?\\d{1,18}$')`);
}, 60_000);

afterAll(async () => {
  await server.close();
  await postgres.drop();
  await sqlite.drop();
  await rm(snapshot, { force: true });
});

function ledgerOf(streams: readonly Planted[]): TestLedger {
  const made = new TestLedger();
  made.sequence = LEDGER.sequence;
  made.closeTime = LEDGER.closeTime;
  putEscrow(made, PLANTED_CONTRACT, BigInt(COUNT + 1), 2n ** 126n);
  for (const { chain, id, garbage, lastModified, liveUntil } of streams) {
    if (garbage !== undefined) {
      made.set({ contract: PLANTED_CONTRACT, key: streamKey(id), val: garbage, lastModified, liveUntil });
    } else if (chain !== null) {
      putStream(made, PLANTED_CONTRACT, chain, { lastModified, liveUntil });
    }
  }
  return made;
}

/** A bad night: every kind of trouble that a retry overcomes, rows in any order, and entries that stay broken. */
function plantFaults(): void {
  // Of those for many streams, which are under way side by side: one request alone would soon run out of attempts.
  const when = (request: RpcRequest) => request.method === "getLedgerEntries" && request.keys.length > 100;
  const html = { headers: { "content-type": "text/html" }, body: "<html>Bad gateway</html>" };
  server.fault({ fault: { kind: "http", status: 429, headers: { "retry-after": "2" } }, when });
  server.fault({ fault: { kind: "http", status: 503 }, when, times: 2 });
  server.fault({ fault: { kind: "http", status: 502, ...html }, when });
  server.fault({ fault: { kind: "http", status: 200, ...html }, when });
  server.fault({ fault: { kind: "reset" }, when });
  server.fault({ fault: { kind: "cut-body" }, when });
  server.fault({ fault: { kind: "rpc-error", code: -32_603, message: "could not query captive core: busy" }, when });
  server.fault({ fault: { kind: "ledger-back", ledgers: 3 }, when });
  const broken = new Set(planted.filter((p) => p.faultyOverRpc).map(({ id }) => keyOf(id)));
  const reversed = rowFaults.reversed() as { edit: (rows: readonly RpcRow[]) => readonly RpcRow[] };
  const edit = (rows: readonly RpcRow[]) =>
    reversed.edit(rows).map((row) => (broken.has(row.key) ? { ...row, xdr: `${row.xdr.slice(0, 40)}====` } : row));
  server.fault({ fault: { kind: "rows", edit }, when, times: Number.POSITIVE_INFINITY });
}

const keyOf = (id: bigint) =>
  ledgerKeyOf({ contract: PLANTED_CONTRACT, key: streamKey(id), durability: "persistent" }).toXDR("base64");

/** Everything that a report says, one line a finding. */
function findingsOf(report: Report): string[] {
  return [
    ...report.discrepancies.map(
      (d) => `${d.streamId} discrepancy ${d.field} ${d.dbValue} ${d.onChainValue} ${d.classification}`,
    ),
    ...report.violations.map((v) => `${v.streamId} violation ${v.side} ${v.invariant}`),
    ...report.errors.map((e) => `${e.streamId} error ${e.code}`),
    ...report.notices.filter((n) => n.code !== "unconfirmed").map((n) => `${n.streamId} notice ${n.code}`),
  ].sort();
}

/** Some streams and cursors cannot be read: why is told once, and nobody knows all that is owed. */
const OF_THE_RUN = [
  "null error cursor_implausible",
  "null notice layout_does_not_fit",
  "null notice solvency_undecided",
];

const ofStream = ({ id, expected }: Planted): string[] => expected.map((finding) => `stream_${id} ${finding}`);

/** What must be found of a stream whose row is not there: what its entry shows by itself, and that it is missing. */
function ofOrphan({ id, chain, expected, lastModified }: Planted): string[] {
  if (chain === null) return [];
  const unreadable = expected.includes("error entry_unreadable");
  const lags = lastModified > SYNCED && LEDGER.sequence - lastModified <= 120;
  const missing = `discrepancy presence missing present ${lags ? "lag" : "drift"}`;
  const own = expected.filter((finding) => /^violation on_chain|^notice|^error entry/.test(finding));
  return [...own, ...(unreadable ? [] : [missing])].map((finding) => `on-chain:${id} ${finding}`);
}

const run = async (db: string, chain: string, ...more: string[]) => {
  const args = ["--db", db, "--chain", chain, "--contract", PLANTED_CONTRACT, "--dry-run", "--format", "json"];
  // The ledger stands still: there is nothing to be seen by looking again.
  args.push("--confirm", "0");
  const clock = new ManualClock(LEDGER.closeTime * 1_000);
  const result = await cli([...args, ...more], { clock });
  expect(result.stderr).toBe("");
  const report = reportOf(result);
  expect(schemaFaults(report)).toEqual([]);
  return report;
};

describe("5,000 streams with planted differences", () => {
  it.each(["PostgreSQL", "SQLite"])(
    "in %s, over a troubled RPC: every one is found, and nothing else",
    async (name) => {
      server.clearFaults();
      plantFaults();
      const report = await run(name === "SQLite" ? sqlite.url : postgres.url, server.url);
      const faulty = planted.filter((p) => p.faultyOverRpc).map(({ id }) => `stream_${id} error entry_malformed`);
      expect(findingsOf(report)).toEqual([...planted.flatMap(ofStream), ...faulty, ...OF_THE_RUN].sort());
      expect(report).toMatchObject({ status: "VIOLATION", exitCode: 4 });
      expect(report.summary.streamsChecked + report.summary.unchecked).toBe(COUNT + ROWS_ALONE);
    },
  );

  it.each(["PostgreSQL", "SQLite"])("in %s, in a snapshot file: every one is found, and nothing else", async (name) => {
    const report = await run(name === "SQLite" ? sqlite.url : postgres.url, `snapshot:${snapshot}`);
    expect(findingsOf(report)).toEqual([...planted.flatMap(ofStream), ...OF_THE_RUN].sort());
  });

  it("in bigint columns, with every row left out that has no place there: the streams count as missing", async () => {
    const config = join(tmpdir(), `reconcile-streams-acceptance-${process.pid}.config.json`);
    await writeFile(config, JSON.stringify({ database: { table: "small", where: "TRUE" } }));
    try {
      const kept = new Set((await postgres.query("SELECT id FROM small")).map(({ id }) => String(id)));
      expect(kept.size).toBeGreaterThan(COUNT / 2);
      const report = await run(postgres.url, `snapshot:${snapshot}`, "--config", config);
      const found = planted.flatMap((p) => (kept.has(`stream_${p.id}`) ? ofStream(p) : ofOrphan(p)));
      expect(findingsOf(report)).toEqual([...found, "null notice rows_limited", ...OF_THE_RUN].sort());
    } finally {
      await rm(config, { force: true });
    }
  });
});
