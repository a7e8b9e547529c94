import { xdr } from "@stellar/stellar-base";
import { cli } from "../support/cli-io.js";
import { schemaFaults } from "../support/cli-schema.js";
import { type CliWorld, createWorld, insertSql, reportOf, WORLD_CONTRACT } from "../support/cli-world.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { writeSnapshotFile } from "../support/snapshot-file.js";
import { accountId, address, contractId, i128, streamKey, struct, u64 } from "../support/streampay-contract.js";

/** Layouts of docs/contract-facts.md#other-contracts: other structs, keys and databases, all of it configuration. */

let world: CliWorld;
let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await createTestDatabase();
});
afterAll(() => postgres.drop());
beforeEach(async () => {
  world = await createWorld();
  world.ledger.entries.clear();
});
afterEach(() => world.close());

const put = (key: xdr.ScVal, val: xdr.ScVal, lastModified = 900) =>
  world.ledger.set({ contract: WORLD_CONTRACT, key, val, lastModified, liveUntil: 200_000 });

/** Checks the same streams behind the RPC server and in a snapshot file; both must say the same. */
async function check(url: string, content: { contract: object; database: object }) {
  await writeSnapshotFile(world.snapshot, world.ledger);
  const config = await world.write("c.json", { ...content, contract: { id: WORLD_CONTRACT, ...content.contract } });
  const over = (chain: string) =>
    cli(["--db", url, "--chain", chain, "--config", config, "--dry-run", "--format", "json", "--confirm", "0"]);
  const rpc = reportOf(await over(world.server.url));
  const file = reportOf(await over(`snapshot:${world.snapshot}`));
  const findings = ({ summary, discrepancies, violations, errors }: typeof rpc) => ({
    summary,
    discrepancies: discrepancies.map((d) => [d.streamId, d.field, d.dbValue, d.onChainValue, d.classification]),
    violations: violations.map((v) => [v.streamId, v.side, v.invariant]),
    errors: errors.map((e) => [e.streamId, e.code]),
  });
  expect(schemaFaults(rpc)).toEqual([]);
  expect(findings(file)).toEqual(findings(rpc));
  return { code: rpc.exitCode, ...findings(rpc) };
}

describe("flowfi: a table with camelCase columns, a boolean, no status and no cursor a row", () => {
  const layout = {
    name: "flowfi",
    stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
    fields: {
      sender: { type: "address", role: "sender" },
      recipient: { type: "address", role: "recipient" },
      token: { from: "token_address", type: "address", role: "token" },
      rate: { from: ["rate_per_second"], type: "amount" },
      deposited: { from: "deposited_amount", type: "amount", role: "total" },
      withdrawn: { from: "withdrawn_amount", type: "amount", role: "released" },
      start: { from: "start_time", type: "timestamp", role: "start" },
      updated: { from: "last_update_time", type: "timestamp", role: "last_update" },
      active: { from: "is_active", type: "boolean" },
    },
  };
  const database = {
    table: "Stream",
    streamId: "streamId",
    onChainId: "streamId",
    cursor: null,
    fields: {
      sender: { column: "sender" },
      recipient: { column: "recipient" },
      token: { column: "tokenAddress" },
      rate: { column: "ratePerSecond" },
      deposited: { column: "depositedAmount" },
      withdrawn: { column: "withdrawnAmount" },
      start: { column: "startTime" },
      updated: { column: "lastUpdateTime" },
      active: { column: "isActive" },
    },
  };

  const stream = (id: bigint, withdrawn = 400n, isActive = true) =>
    put(
      streamKey(id),
      struct({
        sender: address(accountId(1)),
        recipient: address(accountId(2)),
        token_address: address(contractId(3)),
        rate_per_second: i128(3n),
        deposited_amount: i128(9_007_199_254_740_993n),
        withdrawn_amount: i128(withdrawn),
        start_time: u64(1_000n),
        last_update_time: u64(1_500n),
        is_active: xdr.ScVal.scvBool(isActive),
        paused: xdr.ScVal.scvBool(false),
      }),
      // Longer ago than --max-lag: a database without a cursor has had its time.
      100,
    );
  const row = (id: bigint, change: Record<string, string> = {}) => ({
    streamId: String(id),
    sender: `'${accountId(1)}'`,
    recipient: `'${accountId(2)}'`,
    tokenAddress: `'${contractId(3)}'`,
    ratePerSecond: "'3'",
    depositedAmount: "'9007199254740993'",
    withdrawnAmount: "'400'",
    startTime: "1000",
    lastUpdateTime: "1500",
    isActive: "true",
    ...change,
  });
  const TABLE = `CREATE TABLE "Stream" ("streamId" bigint, "sender" text, "recipient" text, "tokenAddress" text,
    "ratePerSecond" text, "depositedAmount" text, "withdrawnAmount" text, "startTime" bigint, "lastUpdateTime" bigint,
    "isActive" boolean)`;

  beforeEach(() => postgres.query(`DROP TABLE IF EXISTS "Stream"; ${TABLE}`));

  it("is found in sync", async () => {
    for (const id of [0n, 1n, 2n]) stream(id);
    await postgres.query(insertSql('"Stream"', [row(0n), row(1n), row(2n)]));
    expect(await check(postgres.url, { contract: { layout }, database })).toMatchObject({
      code: 0,
      summary: { streamsChecked: 3, inSync: 3 },
    });
  });

  it("shows every planted difference", async () => {
    for (const id of [1n, 2n, 3n]) stream(id);
    stream(4n, 9_007_199_254_740_994n);
    stream(6n, 400n, false);
    await postgres.query(
      insertSql('"Stream"', [
        row(1n, { depositedAmount: "'9007199254740992'" }),
        row(2n, { tokenAddress: `'${contractId(4)}'`, startTime: "1001" }),
        row(3n, { ratePerSecond: "'fast'" }),
        row(4n, { withdrawnAmount: "'9007199254740994'" }),
        row(5n),
        row(6n),
      ]),
    );
    expect(await check(postgres.url, { contract: { layout }, database })).toEqual({
      code: 4,
      summary: expect.objectContaining({ streamsChecked: 5, inSync: 1, drifted: 3, missingOnChain: 1, unchecked: 1 }),
      discrepancies: [
        ["1", "deposited", "9007199254740992", "9007199254740993", "drift"],
        ["2", "token", contractId(4), contractId(3), "drift"],
        ["2", "start", "1001", "1000", "drift"],
        ["5", "presence", "present", "missing", "drift"],
        ["6", "active", "true", "false", "drift"],
      ],
      violations: [
        ["4", "db", "released_within_total"],
        ["4", "on_chain", "released_within_total"],
      ],
      errors: [["3", "row_unreadable"]],
    });
  });
});

describe("StreamPay-Contracts: every stream inside the contract's instance entry, ids of 32 bits", () => {
  const layout = {
    name: "streampay-contracts",
    stream: { storage: "instance", key: ["stream", { u32: "$id" }] },
    fields: {
      payer: { type: "address", role: "sender" },
      recipient: { type: "address", role: "recipient" },
      balance: { type: "amount" },
      rate: { from: "rate_per_second", type: "amount" },
      is_active: { type: "boolean" },
    },
  };
  const database = {
    table: "pays",
    streamId: "name",
    onChainId: "chain_id",
    cursor: { column: "seen", means: "check" },
    fields: { recipient: { column: "to" }, balance: { column: "balance" }, is_active: { column: "active" } },
  };

  const instance = (balances: readonly bigint[], lastModified = 900) => {
    const storage = balances.map((balance, index) => {
      const id = index + 1;
      const key = xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("stream"), xdr.ScVal.scvU32(id)]);
      const val = struct({
        payer: address(accountId(1)),
        recipient: address(accountId(id + 10)),
        rate_per_second: i128(5n),
        balance: i128(balance),
        start_time: u64(0n),
        end_time: u64(0n),
        is_active: xdr.ScVal.scvBool(false),
      });
      return new xdr.ScMapEntry({ key, val });
    });
    const nextId = new xdr.ScMapEntry({
      key: xdr.ScVal.scvSymbol("next_id"),
      val: xdr.ScVal.scvU32(balances.length + 1),
    });
    const executable = xdr.ContractExecutable.contractExecutableWasm(Buffer.alloc(32));
    put(
      xdr.ScVal.scvLedgerKeyContractInstance(),
      xdr.ScVal.scvContractInstance(new xdr.ScContractInstance({ executable, storage: [nextId, ...storage] })),
      lastModified,
    );
  };
  const row = (id: number, change: Record<string, string> = {}) => ({
    name: `'pay-${id}'`,
    chain_id: String(id),
    to: `'${accountId(id + 10)}'`,
    balance: "'70'",
    active: "0",
    seen: "950",
    ...change,
  });
  const TABLE = `CREATE TABLE pays (name TEXT, chain_id INTEGER, "to" TEXT, balance TEXT, active INTEGER, seen INTEGER)`;

  it("is found in sync, and read with one key", async () => {
    instance([70n, 70n, 70n]);
    world.sqlite.run(`${TABLE}; ${insertSql("pays", [row(1), row(2), row(3)])}`);
    expect(await check(world.sqlite.url, { contract: { layout }, database })).toMatchObject({
      code: 0,
      summary: { streamsChecked: 3, inSync: 3 },
    });
    const reads = world.server.requests.filter(({ method }) => method === "getLedgerEntries");
    expect(new Set(reads.flatMap(({ keys }) => keys)).size).toBe(1);
  });

  it("shows every planted difference", async () => {
    instance([70n, 71n, 70n, 70n]);
    const rows = [
      row(1, { active: "1" }),
      row(2),
      row(3, { to: `'${accountId(99)}'` }),
      row(4, { seen: "890", balance: "'69'" }),
      row(5),
      row(6, { chain_id: "4294967296" }),
    ];
    world.sqlite.run(`${TABLE}; ${insertSql("pays", rows)}`);
    expect(await check(world.sqlite.url, { contract: { layout }, database })).toMatchObject({
      code: 3,
      summary: { streamsChecked: 5, drifted: 3, lagging: 1, missingOnChain: 1, unchecked: 1 },
      discrepancies: [
        ["pay-1", "is_active", "true", "false", "drift"],
        ["pay-2", "balance", "70", "71", "drift"],
        ["pay-3", "recipient", accountId(99), accountId(13), "drift"],
        ["pay-4", "balance", "69", "70", "lag"],
        ["pay-5", "presence", "present", "missing", "drift"],
      ],
      errors: [["pay-6", "on_chain_id_out_of_range"]],
    });
  });
});

describe("Fluxora: the status is a number, ids start from 0", () => {
  const layout = {
    name: "fluxora",
    stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
    fields: {
      recipient: { type: "address", role: "recipient" },
      total: { type: "amount", role: "total" },
      withdrawn: { type: "amount", role: "released" },
      state: { from: "status", type: "status", role: "status", values: { 0: "Active", 1: "Paused", 2: "Completed" } },
    },
    invariants: ["total_positive"],
  };
  const database = {
    fields: {
      recipient: { column: "recipient_address" },
      total: { column: "total_amount" },
      withdrawn: { column: "released_amount" },
      state: { column: "status" },
    },
    statuses: { running: "active", done: "completed" },
  };
  const stream = (id: number, status: number, total = 100n) =>
    put(
      streamKey(BigInt(id)),
      struct({
        sender: address(accountId(1)),
        recipient: address(accountId(2)),
        total: i128(total),
        withdrawn: i128(0n),
        status: xdr.ScVal.scvU32(status),
      }),
    );
  const row = (id: number, status: string, total = "'100'") => ({
    id: `'s${id}'`,
    on_chain_id: String(id),
    recipient_address: `'${accountId(2)}'`,
    total_amount: total,
    released_amount: "'0'",
    status,
    last_sync_ledger: "950",
  });

  it("is found in sync", async () => {
    for (const [id, status] of [0, 1, 2].entries()) stream(id, status);
    const rows = [row(0, "'running'"), row(1, "'PAUSED'"), row(2, "'done'")];
    world.sqlite.run(`DELETE FROM streams; ${insertSql("streams", rows)}`);
    expect(await check(world.sqlite.url, { contract: { layout }, database })).toMatchObject({
      code: 0,
      summary: { streamsChecked: 3, inSync: 3 },
    });
  });

  it("shows every planted difference", async () => {
    stream(0, 0);
    stream(1, 2);
    stream(2, 9);
    stream(3, 0, 0n);
    const rows = [row(0, "'paused'"), row(1, "'running'"), row(2, "'running'"), row(3, "'running'", "'0'")];
    world.sqlite.run(`DELETE FROM streams; ${insertSql("streams", rows)}`);
    expect(await check(world.sqlite.url, { contract: { layout }, database })).toMatchObject({
      code: 4,
      discrepancies: [
        ["s0", "state", "paused", "Active", "drift"],
        ["s1", "state", "running", "Completed", "drift"],
      ],
      violations: [["s3", "on_chain", "total_positive"]],
      errors: [["s2", "entry_unreadable"]],
    });
  });
});

describe("statuses that are no plain words on chain", () => {
  const fields = { amount: { type: "amount" }, state: { type: "status", role: "status" } };
  const database = {
    ...{ table: "deals", streamId: "id", onChainId: "id", cursor: null },
    fields: { amount: { column: "amount" }, state: { column: "state" } },
  };
  const layoutWith = (values: object) => ({
    stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
    fields: { ...fields, state: { ...fields.state, ...values } },
  });
  const deal = (id: bigint, state: xdr.ScVal) => put(streamKey(id), struct({ amount: i128(5n), state }), 100);
  const variant = (name: string, ...more: xdr.ScVal[]) => xdr.ScVal.scvVec([xdr.ScVal.scvSymbol(name), ...more]);

  beforeEach(() =>
    postgres.query(`DROP TABLE IF EXISTS deals; CREATE TABLE deals (id bigint, amount text, state text)`),
  );

  it("are unread where a variant carries a value, until the layout names it", async () => {
    deal(1n, variant("Disputed", address(accountId(7))));
    deal(2n, variant("Open"));
    await postgres.query("INSERT INTO deals VALUES (1, '5', 'disputed'), (2, '5', 'open')");
    const unread = await check(postgres.url, { contract: { layout: layoutWith({}) }, database });
    expect(unread).toMatchObject({
      code: 5,
      errors: [["1", "entry_unreadable"]],
      summary: { inSync: 1, unchecked: 1 },
    });
    const values = { "Disputed(..)": "Disputed" };
    const named = await check(postgres.url, { contract: { layout: layoutWith({ values }) }, database });
    expect(named).toMatchObject({ code: 0, summary: { inSync: 2 } });
  });

  it("may be true and false", async () => {
    deal(1n, xdr.ScVal.scvBool(true));
    deal(2n, xdr.ScVal.scvBool(false));
    deal(3n, xdr.ScVal.scvBool(true));
    await postgres.query("INSERT INTO deals VALUES (1, '5', 'cancelled'), (2, '5', 'ACTIVE'), (3, '5', 'active')");
    const values = { true: "Cancelled", false: "Active" };
    expect(await check(postgres.url, { contract: { layout: layoutWith({ values }) }, database })).toMatchObject({
      code: 3,
      summary: { inSync: 2, drifted: 1 },
      discrepancies: [["3", "state", "active", "Cancelled", "drift"]],
    });
  });
});
