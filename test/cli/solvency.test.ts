import { xdr } from "@stellar/stellar-base";
import { cli } from "../support/cli-io.js";
import {
  type CliWorld,
  createWorld,
  insertSql,
  putEscrow,
  reportOf,
  rowOf,
  STREAMS_TABLE,
  WORLD_CONTRACT,
} from "../support/cli-world.js";
import { balanceVal } from "../support/moving-entries.js";
import { createTestSqlite, type TestSqlite } from "../support/sqlite.js";
import { address, putStream, type StreamStruct, streamStruct } from "../support/streampay-contract.js";
import type { TestLedger } from "../support/test-ledger.js";
import { startTwoNodes, type TwoNodes } from "../support/two-nodes.js";

/** More than one request can hold. */
const STREAMS = 430;
const TOTAL = 1_000_000n;

describe("an escrow that pays in every ledger, behind two nodes of which one is two ledgers late", () => {
  let nodes: TwoNodes;
  let sqlite: TestSqlite;
  let streams: StreamStruct[];
  let requests: number;

  beforeEach(async () => {
    requests = 0;
    streams = Array.from({ length: STREAMS }, (_, i) =>
      streamStruct({ id: BigInt(i + 1), total_amount: TOTAL, released_amount: 0n, last_update: 1_000n }),
    );
    sqlite = await createTestSqlite();
    const rows = streams.map((stream) => rowOf(stream, 990));
    sqlite.run(`${STREAMS_TABLE}; ${insertSql("streams", rows)}`);
  });
  afterEach(async () => {
    await nodes.end();
    await sqlite.drop();
  });

  const hold = (ledger: TestLedger, balance: bigint) =>
    putEscrow(ledger, WORLD_CONTRACT, BigInt(STREAMS + 1), balance, ledger.sequence);

  /** A withdrawal from each of twenty streams. */
  const pay = (surplus: bigint) => {
    const paid = streams.filter(({ id }) => id % 20n === BigInt(requests % 20));
    for (const stream of paid)
      streams[Number(stream.id) - 1] = { ...stream, released_amount: stream.released_amount + 10n };
    const now = paid.map(({ id }) => streams[Number(id) - 1]!);
    const owed = streams.reduce((sum, { released_amount }) => sum + TOTAL - released_amount, 0n);
    nodes.close((ledger) => {
      for (const stream of now) putStream(ledger, WORLD_CONTRACT, stream);
      hold(ledger, owed + surplus);
    });
  };

  const run = async (surplus: bigint) => {
    nodes = await startTwoNodes(2, () => {
      requests += 1;
      // A ledger lasts as long as some twenty requests.
      if (requests % 20 === 0) pay(surplus);
      return requests % 3 === 0 ? 1 : requests % 2;
    });
    for (const ledger of nodes.ledgers) {
      for (const stream of streams) putStream(ledger, WORLD_CONTRACT, stream, { lastModified: 500 });
      hold(ledger, BigInt(STREAMS) * TOTAL + surplus);
    }
    for (let i = 0; i < 3; i++) pay(surplus);
    const args = ["--db", sqlite.url, "--chain", nodes.url, "--contract", WORLD_CONTRACT, "--concurrency", "2"];
    return reportOf(await cli([...args, "--dry-run", "--confirm", "0", "--format", "json"]));
  };
  const codesOf = (report: Awaited<ReturnType<typeof run>>) => report.notices.map(({ code }) => code);

  it("is known to be able to pay to the unit", async () => {
    const report = await run(0n);
    expect(report.violations).toEqual([]);
    expect(codesOf(report)).not.toContain("solvency_undecided");
  });

  it("is known to lack a unit", async () => {
    const report = await run(-1n);
    expect(report.violations).toMatchObject([{ invariant: "solvent", values: { shortfall: "1" } }]);
    expect(report.exitCode).toBe(4);
  });
});

describe("what the run makes of an escrow", () => {
  let world: CliWorld;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.close());
  const token = streamStruct().token;
  const balanceKey = xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Balance"), address(WORLD_CONTRACT)]);
  const dry = (...args: string[]) => cli([...world.overRpc, "--dry-run", "--format", "json", ...args]);

  it("whose balance the issuer has frozen: a violation, whatever it holds", async () => {
    world.ledger.set({ contract: token, key: balanceKey, val: balanceVal(1_000_000n, false), lastModified: 10 });
    const result = await dry();
    expect(result.code).toBe(4);
    expect(reportOf(result).violations).toMatchObject([
      { streamId: token, invariant: "balance_frozen", values: { token, balance: "1000000", owed: "3000" } },
    ]);
    expect((await dry("--fail-on", "drift,incomplete")).code).toBe(0);
  });

  it("whose balance has no known form: incomplete, unless it is told otherwise", async () => {
    world.ledger.set({ contract: token, key: balanceKey, val: xdr.ScVal.scvString("much"), lastModified: 10 });
    const result = await dry();
    expect([result.code, reportOf(result).status]).toEqual([5, "INCOMPLETE"]);
    expect(reportOf(result).notices.map(({ code }) => code)).toEqual(["solvency_undecided"]);
    const other = await dry("--fail-on", "drift,violation,incomplete,missing-in-db");
    expect([other.code, reportOf(other).status]).toEqual([0, "INCOMPLETE"]);
    expect(reportOf(other).notices.map(({ code }) => code)).toEqual(["solvency_undecided", "policy_fail_on"]);
    // Nothing of it is looked at in a run of some streams.
    expect((await dry("--stream", "stream_1")).code).toBe(0);
  });

  it.each([
    [0, "archived", 5],
    [999, "archived", 5],
    [999, "ttl", 0],
    [1_005, "ttl", 5],
    [1_005, "archived", 0],
    [900_000, "archived,ttl", 0],
  ])("whose balance lives until ledger %d, with --fail-on %s: exit code %d", async (liveUntil, kinds, code) => {
    world.ledger.set({ contract: token, key: balanceKey, val: balanceVal(1_000_000n), lastModified: 10, liveUntil });
    expect((await dry("--fail-on", kinds)).code).toBe(code);
  });

  it("without a counter: streams that the database lacks were not looked for, and a run can fail on that", async () => {
    world.sqlite.run("DELETE FROM streams WHERE id = 'stream_2'");
    const layout = { extends: "streampay", nextId: null, invariants: ["total_positive"] };
    const config = await world.write("layout.json", { contract: { layout } });
    const { code, stdout } = await cli([...world.overRpc, "--dry-run", "--config", config]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining("Streams that the database lacks were not looked for."),
    ]);
    expect((await dry("--config", config, "--fail-on", "unlisted")).code).toBe(5);
    expect((await dry("--config", config, "--fail-on", "incomplete,solvency-undecided")).code).toBe(0);
  });
});
