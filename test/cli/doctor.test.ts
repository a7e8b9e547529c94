import { chmodSync } from "node:fs";
import { xdr } from "@stellar/stellar-base";
import { cli, startCli } from "../support/cli-io.js";
import { type CliWorld, createWorld, putEscrow, WORLD_CONTRACT } from "../support/cli-world.js";
import { clockOf, doctor } from "../support/doctor.js";
import { startRpcServer } from "../support/rpc-server.js";
import { writeSnapshotFile } from "../support/snapshot-file.js";
import { createTestSqlite } from "../support/sqlite.js";
import { accountId, contractId, putStream, streamStruct, unitVariant } from "../support/streampay-contract.js";
import { TestLedger } from "../support/test-ledger.js";

let world: CliWorld;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

async function ask(config: object = {}, args: readonly string[] = []) {
  const file = await world.write("c.json", config);
  return doctor([...world.overRpc, "--config", file, ...args], { clock: clockOf(world) });
}

function putInstance(
  storage: readonly [xdr.ScVal, xdr.ScVal][],
  executable?: xdr.ContractExecutable,
  liveUntil?: number,
) {
  const instance = new xdr.ScContractInstance({
    executable: executable ?? xdr.ContractExecutable.contractExecutableWasm(Buffer.alloc(32, 0xab)),
    storage: storage.map(([key, val]) => new xdr.ScMapEntry({ key, val })),
  });
  world.ledger.set({
    contract: WORLD_CONTRACT,
    key: xdr.ScVal.scvLedgerKeyContractInstance(),
    val: xdr.ScVal.scvContractInstance(instance),
    ...(liveUntil === undefined ? {} : { liveUntil }),
  });
}

describe("doctor with nothing configured", () => {
  it("looks at the demo, and says so first", async () => {
    const { code, says } = await doctor([], { recording: true });
    expect(code).toBe(0);
    expect([...says][0]).toEqual(["configuration", "ok none: the bundled demo"]);
    expect(says.get("run table")).toBe("ok the demo's first run creates it");
  });

  it("finds the record's table that a run of the demo made", async () => {
    expect((await cli(["run"], { cwd: world.folder })).code).toBe(4);
    const { says } = await doctor([], { recording: true, cwd: world.folder });
    expect(says.get("run table")).toBe("ok reconciliation_runs exists and can be written");
  });
});

describe("the SQLite file", () => {
  it("is in WAL mode or holds writers up, and belongs to everybody or not", async () => {
    chmodSync(world.sqlite.path, 0o666);
    const { says } = await ask();
    expect(says.get("database role")).toMatch(
      /every user .*\nnot in WAL mode: .*\nchmod o-w '.*'\n.*journal_mode = WAL;/,
    );
    chmodSync(world.sqlite.path, 0o644);
    world.sqlite.run("PRAGMA journal_mode = WAL");
    expect((await ask()).says.get("database role")).toMatch(/^ok .*; WAL mode$/);
  });

  it("has types that SQLite does not keep, and columns without any", async () => {
    const file = await createTestSqlite("b.db");
    file.run(`CREATE TABLE streams (id INTEGER PRIMARY KEY, on_chain_id NUMERIC, recipient_address BLOB,
      total_amount DECIMAL(20, 7), released_amount REAL, status, last_sync_ledger DATETIME);
      INSERT INTO streams VALUES (1, 1, NULL, 1, 1.5, 'active', 5)`);
    const { says } = await doctor([...world.overRpc, "--db", file.url], { clock: clockOf(world) });
    await file.drop();
    const text = says.get("column types")!;
    expect(text).toMatch(/on_chain_id .* is NUMERIC, which may lose digits/);
    expect(text).toMatch(/recipient_address .* is BLOB, but/);
    expect(text).toMatch(/total_amount .* is DECIMAL\(20, 7\), which may lose digits.*amountDecimals to 7/s);
    expect(text).toMatch(/released_amount .* is REAL: FLOATING POINT FOR MONEY/);
    expect(text).not.toMatch(/status|\bid /);
    expect(says.get("indexes")).not.toMatch(/\("id"\)/);
  });

  it("has indexes that count, and views that cannot be told", async () => {
    world.sqlite.run(
      "CREATE INDEX one ON streams (id, on_chain_id); CREATE INDEX part ON streams (on_chain_id) WHERE id > 1",
    );
    const text = (await ask()).says.get("indexes")!;
    expect(text).toMatch(
      /^warn no index starts with on_chain_id.*\nCREATE INDEX "streams_on_chain_id" ON "streams" \("on_chain_id"\);$/,
    );
    world.sqlite.run(text.split("\n").at(-1)!);
    expect((await ask()).says.get("indexes")).toBe("ok on on_chain_id and on id");
    world.sqlite.run("CREATE VIEW seen AS SELECT * FROM streams");
    expect((await ask({ database: { table: "seen" } })).says.get("indexes")).toMatch(/^ok a view/);
  });
});

describe("rows", () => {
  it("without an on-chain id count as missing, and a condition would leave them out", async () => {
    world.sqlite.run("UPDATE streams SET on_chain_id = NULL WHERE on_chain_id = 3");
    const { says } = await ask({ database: { where: "1 = 1" } });
    expect(says.get("rows")).toMatch(
      /^warn 3 rows\n1 row has no on_chain_id.*\n.*database\.where: \(1 = 1\) AND on_chain_id IS NOT NULL$/,
    );
  });

  it("are none, because of the condition or the contract's column", async () => {
    world.sqlite.run("ALTER TABLE streams ADD COLUMN contract TEXT");
    const { says, code } = await ask({ database: { where: "id = 'x'", contractColumn: "contract" } });
    expect(code).toBe(2);
    expect(says.get("rows")).toMatch(
      /--allow-empty\ndatabase\.where selects no rows: id = 'x'\nNo row's contract \(database\.contractColumn\)/,
    );
    expect(says.get("sample rows")).toMatch(/^skipped/);
  });

  it("are many: the first are read, and those at the end are looked up, too", async () => {
    world.sqlite.run(`INSERT INTO streams SELECT 's' || value, value, 'G', '5', '1', 'active', value FROM
      (WITH RECURSIVE n(value) AS (SELECT 4 UNION ALL SELECT value + 1 FROM n WHERE value < 100005) SELECT value FROM n)`);
    const { says } = await ask({}, ["--wait", "0"]);
    expect(says.get("rows")).toMatch(/^ok 100,005 rows, the first 100,000 of them read, all readable/);
    expect(says.get("sample rows")).toMatch(
      /^\w+ of \d+ rows: 3 found on chain and read, 3 equal, .*\d+ cannot be checked/,
    );
    expect(says.get("cursor")).toMatch(/^warn newest ledger seen: 100005, 99,005 ledgers ahead/);
  });
});

describe("rows and streams that do not meet", () => {
  it("because the column holds the database's own ids", async () => {
    world.sqlite.run(
      "ALTER TABLE streams ADD COLUMN contract_stream_id BIGINT; UPDATE streams SET on_chain_id = on_chain_id + 700",
    );
    const { says, code } = await ask();
    expect(code).toBe(0);
    expect(says.get("sample rows")).toMatch(
      /^warn .*3 not on chain.*\nnone was found on chain: on_chain_id seems to hold the database's own ids.*\n.*\(contract_stream_id\?\)/,
    );
    world.sqlite.run("ALTER TABLE streams DROP COLUMN contract_stream_id");
    expect((await ask()).says.get("sample rows")).toMatch(
      /\nLet database\.onChainId name the column with the contract's own ids\.\n/,
    );
  });

  it("because amounts are in tokens, statuses have other names, and a time is in milliseconds", async () => {
    world.sqlite.run(`UPDATE streams SET total_amount = '0.0002', released_amount = '0.0001', status = 'running';
      ALTER TABLE streams ADD COLUMN starts BIGINT; UPDATE streams SET starts = 1000999`);
    const { says } = await ask({ database: { amountDecimals: 6, fields: { start_time: { column: "starts" } } } });
    const text = says.get("sample rows")!;
    expect(text).toMatch(
      /total_amount \(column total_amount\) differs in 3 of 3 streams, as in stream_1: database "200", on chain "2000"/,
    );
    expect(text).toMatch(/database\.amountDecimals: 7/);
    expect(text).toMatch(/database\.statuses: \{ "running": "Active" \}/);
    expect(text).toMatch(/milliseconds/);
  });

  it("for no reason that can be told", async () => {
    world.sqlite.run(
      "UPDATE streams SET recipient_address = 'me', status = CASE WHEN id = 'stream_1' THEN NULL ELSE 'x' END",
    );
    const text = (await ask()).says.get("sample rows")!;
    expect(text).toMatch(/Check that database\.fields\.recipient\.column is the right column/);
    expect(text).toMatch(/Check that database\.fields\.status\.column/);
  });

  it("since the node is a little behind: it gets the time that a run gives it", async () => {
    world.sqlite.run("UPDATE streams SET status = 'draft', last_sync_ledger = 1002");
    const clock = clockOf(world);
    clock.onSleep = () => {
      world.ledger.sequence += 1;
    };
    const { code, says } = await doctor(world.overRpc, { clock });
    expect(says.get("sample rows")).toMatch(/^warn all 3 rows: 3 found on chain and read, 0 equal, 3 would differ/);
    expect(code).toBe(0);
  });
});

describe("the contract", () => {
  it("does not exist, nor any of its streams", async () => {
    const other = contractId(5);
    const { code, says } = await doctor([...world.overRpc, "--contract", other], { clock: clockOf(world) });
    expect(code).toBe(2);
    expect(says.get("contract")).toMatch(
      new RegExp(`^fail the ledger has no contract ${other}\nand none of its streams`),
    );
    expect(says.get("sample rows")).toBe("skipped not checked, because of: contract");
  });

  it("is a token", async () => {
    putInstance([], xdr.ContractExecutable.contractExecutableStellarAsset());
    expect((await ask()).says.get("contract")).toMatch(/^warn this is the contract of a Stellar asset/);
  });

  it("is a token, and has none of the streams", async () => {
    const token = contractId(5);
    world.ledger.set({
      contract: token,
      key: xdr.ScVal.scvLedgerKeyContractInstance(),
      val: xdr.ScVal.scvContractInstance(
        new xdr.ScContractInstance({
          executable: xdr.ContractExecutable.contractExecutableStellarAsset(),
          storage: [],
        }),
      ),
    });
    const { code, says } = await doctor([...world.overRpc, "--contract", token], { clock: clockOf(world) });
    expect(code).toBe(2);
    expect(says.get("contract")).toMatch(/^fail this is the contract of a Stellar asset.*none of the streams/s);
  });

  it("cannot be read", async () => {
    world.ledger.set({
      contract: WORLD_CONTRACT,
      key: xdr.ScVal.scvLedgerKeyContractInstance(),
      val: xdr.ScVal.scvU32(1),
    });
    const { says, code } = await ask();
    expect([code, says.get("contract")]).toEqual([
      2,
      expect.stringMatching(/^warn its own entry cannot be read: expected a contract instance, found u32 1/),
    ]);
    expect(says.get("counter")).toMatch(/^fail/);
  });

  it("comes in an answer that cannot be trusted", async () => {
    world.server.fault({
      times: Number.POSITIVE_INFINITY,
      when: ({ keys }) => keys.length === 1,
      fault: { kind: "rows", edit: (rows) => rows.map((row) => ({ ...row, xdr: "AAAA" })) },
    });
    expect((await ask()).says.get("contract")).toMatch(/^warn its own entry cannot be read: The RPC node's row/);
  });

  it("counts under another name", async () => {
    putInstance([
      [unitVariant("Count"), xdr.ScVal.scvU32(4)],
      [xdr.ScVal.scvSymbol("admin"), xdr.ScVal.scvVoid()],
    ]);
    expect((await ask()).says.get("counter")).toMatch(
      /^warn the contract's instance has no \["StreamCount"\] or \["NextStreamId"\].*\n.*\(numbers in its instance: \["Count"\] = 4\)$/,
    );
  });

  it("counts under another key of its persistent storage", async () => {
    const nextId = { storage: "persistent", keys: [["Count"]] };
    expect((await ask({ contract: { layout: { extends: "streampay", nextId } } })).says.get("counter")).toMatch(
      /^warn the contract's persistent storage has no \["Count"\], so it counts as a contract without streams\n/,
    );
  });

  it("has no counter that the layout names", async () => {
    putInstance([]);
    const config = {
      contract: {
        layout: {
          stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
          fields: { status: { type: "status" } },
        },
      },
      database: { fields: { status: { column: "status" } } },
    };
    const unlisted = await ask({ ...config, policy: { failOn: ["unlisted"] } });
    expect(unlisted.says.get("counter")).toMatch(/^fail the layout names no counter/);
    const { says } = await ask(config);
    expect(says.get("counter")).toMatch(/^warn the layout names no counter.*\n.*\(its instance holds no number\)$/);
    expect(says.get("layout")).toMatch(
      /^ok "custom" fits 3 streams: 1 field\nin the contract but not in the layout: .*fee_bps: u32/,
    );
  });

  it("has its first streams still to come", async () => {
    world.sqlite.run("DELETE FROM streams");
    world.ledger.entries.clear();
    putInstance([]);
    const { says, code } = await ask({}, ["--allow-empty"]);
    expect(code).toBe(0);
    expect(says.get("counter")).toMatch(/^ok .*counts as a contract without streams$/);
    expect(says.get("layout")).toMatch(
      /^warn no stream was found under \["Stream",\{"u64":"\$id"\}\] \(persistent\); 11 ids looked up\n/,
    );
    expect(says.get("cursor")).toBe("ok no rows to read it from");
  });

  it("keeps its streams in its instance, under keys that the layout does not say", async () => {
    world.ledger.entries.clear();
    putInstance([
      [xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("stream"), xdr.ScVal.scvU32(1)]), xdr.ScVal.scvMap([])],
      [xdr.ScVal.scvSymbol("next_id"), xdr.ScVal.scvU32(2)],
    ]);
    const layout = (key: string) => ({
      contract: {
        layout: {
          stream: { storage: "instance", key: [key, { u32: "$id" }] },
          nextId: { storage: "instance", keys: ["next_id"] },
          fields: { payer: { type: "address" }, balance: { type: "amount" } },
        },
      },
      database: { fields: { balance: { column: "total_amount" } } },
    });
    const wrong = (await ask(layout("streams"))).says.get("layout");
    expect(wrong).toMatch(
      /^warn no stream .*\nkeys in the contract's instance: \["stream", \{"u32": "1"\}\], "next_id"\n/,
    );
    const right = (await ask(layout("stream"))).says.get("layout");
    expect(right).toMatch(/^fail layout "custom" does not fit the contract:\nthere is no field balance\n/);
  });

  it("has a struct of other names: the nearest are named, and what nothing resembles can be left out", async () => {
    const fields = {
      id: { type: "integer" },
      withdrawn: { type: "amount" },
      totalAmount: { type: "amount" },
      note: { type: "text" },
      recipient: { from: "sender", type: "amount" },
      state: { from: "status", type: "boolean" },
    };
    const layout = {
      stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
      nextId: { storage: "instance", keys: [["StreamCount"]] },
      fields,
    };
    const columns = {
      withdrawn: { column: "released_amount" },
      totalAmount: { column: "total_amount" },
      note: { column: "status" },
    };
    const { says } = await ask({ contract: { layout }, database: { fields: columns } });
    const text = says.get("layout")!;
    expect(text).toMatch(/\nthere is no field withdrawn\n/);
    expect(text).toMatch(/\nsender should be of type amount, found address\n/);
    expect(text).toMatch(/\nstatus should be of type boolean, found enum\n/);
    expect(text).toMatch(
      /write contract\.layout: \{ "fields": .*"withdrawn": \{ "from": "released_amount" \}, "totalAmount": \{ "from": "total_amount" \}/,
    );
    expect(text).toMatch(/"recipient": \{ "type": "address" \}, "state": \{ "type": "status" \}/);
    expect(text).toMatch(/To compare the rest, write database\.fields: \{ "note": null \}\./);
  });

  it("has a layout that comes with the program, and another one is configured", async () => {
    const layout = {
      stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
      fields: { gone: { type: "amount" }, recipient: { type: "address" } },
    };
    const database = { fields: { gone: { column: "total_amount" } } };
    const meant = 'The layout "streampay" fits this contract: contract.layout: streampay';
    expect((await ask({ contract: { layout }, database })).says.get("layout")).toContain(meant);
    // Nothing of it is compared that the contract lacks, and still it is another contract's.
    const other = {
      contract: { layout: "fluxora" },
      database: { fields: { recipient: { column: "recipient_address" } } },
    };
    expect((await ask(other)).says.get("layout")).toMatch(/^warn "fluxora" fits 3 streams: /);
    expect((await ask(other)).says.get("layout")).toContain(meant);
    layout.stream.key = ["Streams", { u64: "$id" }];
    expect((await ask({ contract: { layout }, database })).says.get("layout")).toMatch(/^warn no stream was found/);
    expect((await ask({ contract: { layout }, database })).says.get("layout")).toContain(meant);
  });

  it("has an entry that is no struct, and one that no decoder knows", async () => {
    putStream(world.ledger, WORLD_CONTRACT, streamStruct({ id: 1n }));
    for (const entry of world.ledger.entries.values()) {
      if (
        entry.durability === "persistent" &&
        entry.key.switch().name === "scvVec" &&
        entry.contract === WORLD_CONTRACT
      ) {
        world.ledger.set({ ...entry, val: xdr.ScVal.scvString("text") });
      }
    }
    expect((await ask()).says.get("layout")).toMatch(
      /\nthe contract's value is not a struct: found string where a map was expected\nCheck contract.layout.stream.key/,
    );
    world.server.fault({
      times: Number.POSITIVE_INFINITY,
      when: ({ keys }) => keys.length > 1,
      fault: { kind: "rows", edit: (rows) => rows.map((row) => ({ ...row, xdr: "AAAA" })) },
    });
    expect((await ask()).says.get("layout")).toMatch(/^fail \d+ entries cannot be read:\n/);
  });

  it("and its streams are archived, expired, or live on without telling", async () => {
    putInstance([[unitVariant("StreamCount"), xdr.ScVal.scvU64(new xdr.Uint64(4))]], undefined, 0);
    putStream(world.ledger, WORLD_CONTRACT, streamStruct({ id: 1n, sender: accountId(101) }), {
      lastModified: 500,
      liveUntil: 900,
    });
    putStream(world.ledger, WORLD_CONTRACT, streamStruct({ id: 2n, sender: accountId(102) }), {
      lastModified: 500,
      liveUntil: 0,
    });
    expect((await ask()).says.get("time to live")).toMatch(
      /^warn archived, or unknown to this node: the contract's own entry\narchived, or unknown to this node: 1 stream\nexpired: 1 stream\n/,
    );
    for (const id of [1n, 2n]) {
      putStream(world.ledger, WORLD_CONTRACT, streamStruct({ id, sender: accountId(100 + Number(id)) }));
    }
    // The contract's own entry alone makes a run fail, too.
    expect((await ask({ policy: { failOn: ["archived"] } })).says.get("time to live")).toMatch(
      /^fail archived, or unknown to this node: the contract's own entry\nthe policy \(failOn\)/,
    );
    world.ledger.entries.clear();
    putEscrow(world.ledger, WORLD_CONTRACT, 1n, 0n);
    expect((await ask()).says.get("time to live")).toBe("ok the source does not say how long entries live");
  });
});

describe("the node", () => {
  it("is an old one: names in snake_case, no close times, no version at all", async () => {
    const old = (method: string, edit: (result: Record<string, unknown>) => unknown) =>
      world.server.fault({
        times: Number.POSITIVE_INFINITY,
        when: (request) => request.method === method,
        fault: { kind: "result", edit },
      });
    old("getVersionInfo", () => ({ version: "20.1.0", protocol_version: 20 }));
    old("getNetwork", ({ passphrase }) => ({ passphrase }));
    old("getHealth", () => ({ status: "healthy" }));
    old("getLatestLedger", ({ sequence }) => ({ sequence }));
    const { says, code } = await ask();
    expect(code).toBe(0);
    expect(says.get("node version")).toBe("ok stellar-rpc 20.1.0, protocol 20");
    expect(says.get("chain")).toMatch(/^ok http:\/\/127\.0\.0\.1:\d+: healthy, ledger 1000$/);
    expect(says.get("clock")).toMatch(/^warn the source does not say when/);
    world.server.clearFaults();
    world.server.fault({
      times: Number.POSITIVE_INFINITY,
      when: ({ method }) => method === "getVersionInfo",
      fault: { kind: "rpc-error", code: -32601, message: "method not found" },
    });
    expect((await ask()).says.get("node version")).toBe("ok version unknown (a node before 21), protocol 23");
  });

  it("tells nonsense of itself, which no run minds", async () => {
    const strike = (method: string, result: unknown) =>
      world.server.fault({
        times: Number.POSITIVE_INFINITY,
        when: (request) => request.method === method,
        fault: { kind: "result", edit: () => result },
      });
    strike("getVersionInfo", "new");
    const { says, code } = await ask();
    expect([code, says.get("node version")]).toEqual([0, expect.stringMatching(/^warn .*getVersionInfo/)]);
  });

  it("tells how long it keeps events, or nothing that matters", async () => {
    expect((await ask()).says.get("chain")).toMatch(/healthy, ledger 1000, events from ledger 2 on$/);
    let asked = 0;
    world.server.fault({
      times: Number.POSITIVE_INFINITY,
      when: ({ method }) => method === "getHealth" && ++asked === 2,
      fault: { kind: "rpc-error", code: -32602, message: "no" },
    });
    expect((await ask()).says.get("chain")).toMatch(/^ok .*healthy, ledger 1000$/);
  });

  it("and this machine's clock are apart", async () => {
    const at = async (seconds: number) =>
      (await doctor(world.overRpc, { clock: clockOf(world, seconds) })).says.get("clock");
    expect(await at(3)).toBe("ok the newest ledger closed 3 s ago by this machine's clock");
    expect(await at(-5)).toBe("ok the newest ledger closed 5 s ahead by this machine's clock");
    expect(await at(-300)).toMatch(/^warn .*, 300 seconds in this machine's future\nThis machine's clock is slow/);
    expect(await at(300)).toMatch(/^warn .*, 300 seconds ago\nEither the node is behind/);
  });

  it("is compared with a second one", async () => {
    const ledger = new TestLedger();
    const second = await startRpcServer(ledger);
    const compared = async () => (await ask({}, ["--compare-chain", second.url])).says.get("second node");
    ledger.sequence = 1002;
    expect(await compared()).toMatch(/^ok http:\S+ is at ledger 1002, same network$/);
    ledger.sequence = 1100;
    expect(await compared()).toMatch(/^warn .*, 100 ledgers ahead, same network\nUse the node that is ahead/);
    ledger.sequence = 900;
    expect(await compared()).toMatch(/^warn .*, 100 ledgers behind, same network/);
    ledger.passphrase = "Public Global Stellar Network ; September 2015";
    expect(await compared()).toMatch(/^warn \S+ is on another network: mainnet; the first is on testnet/);
    await second.close();
    expect(await compared()).toMatch(/^warn Soroban RPC .*/);
    expect((await ask({}, ["--compare-chain", `snapshot:${world.snapshot}`])).says.get("second node")).toMatch(/^ok /);
  });
});

it("a snapshot that does not tell its network is warned of, where one is configured", async () => {
  await writeSnapshotFile(world.snapshot, world.ledger, { network: "zeros" });
  const file = await world.write("c.json", { contract: { network: "testnet" } });
  const { says } = await doctor([...world.overSnapshot, "--config", file]);
  expect(says.get("network")).toMatch(/^warn the source does not name its network/);
});

describe("the cursor", () => {
  it("is NULL everywhere, or not looked at twice", async () => {
    expect((await ask({}, ["--wait", "0"])).says.get("cursor")).toBe(
      "ok newest ledger seen: 990, 10 ledgers behind the chain's",
    );
    world.sqlite.run("UPDATE streams SET last_sync_ledger = NULL");
    expect((await ask()).says.get("cursor")).toMatch(/^warn last_sync_ledger is NULL in every row/);
  });

  it("of the rows moves", async () => {
    const clock = clockOf(world);
    clock.onSleep = () => world.sqlite.run("UPDATE streams SET last_sync_ledger = 995 WHERE on_chain_id = 1");
    const { says } = await doctor(world.overRpc, { clock });
    expect(says.get("cursor")).toBe(
      "ok newest ledger seen: 995, 5 ledgers behind the chain's; advanced by 5 within 6 s",
    );
    expect(clock.sleeps).toEqual([6000]);
  });
});

describe("who asks", () => {
  const auth = { required: true, keys: { k1: "a-secret-of-some-length" }, allowedServices: ["ci"] };

  it("has to be known where auth.required says so", async () => {
    const file = await world.write("c.json", { auth });
    const { says } = await doctor([...world.overRpc, "--config", file], { recording: true });
    expect(says.get("identity")).toMatch(/^fail auth\.required is set.*--service and --key-id/s);
    const known = await doctor([...world.overRpc, "--config", file, "--service", "ci", "--key-id", "k1"], {
      recording: true,
    });
    expect(known.says.get("identity")).toBe("ok service ci, key k1");
    const other = await doctor([...world.overRpc, "--config", file, "--service", "cd", "--key-id", "k1"], {
      recording: true,
    });
    expect(other.says.get("identity")).toMatch(
      /^fail auth\.required is set, but auth\.allowedServices does not list cd/,
    );
    expect((await doctor([...world.overRpc, "--config", file])).says.get("identity")).toBe("ok none, and none needed");
  });
});

describe("options", () => {
  it("that are wrong are all named at once", async () => {
    const { code, stderr, stdout } = await cli([
      "doctor",
      "--format",
      "jsn",
      "--wait",
      "soon",
      "--timeout",
      "-1",
      "--compare-chain",
      "ftp://x",
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/--format: "jsn" is not a format of doctor: did you mean "json"\?/);
    expect(stderr).toMatch(/--timeout: "-1".*--wait: "soon".*--compare-chain: expected/s);
  });
});

describe("the list", () => {
  it("fits 80 columns, has no colour outside of a terminal, and hides what is secret", async () => {
    world.server.fault({
      times: Number.POSITIVE_INFINITY,
      fault: { kind: "http", status: 500, body: "key-1234567890" },
    });
    const url = `${world.server.url}v1/key-1234567890`;
    const second = "http://user:pass-word@127.0.0.1:9/";
    const args = ["doctor", "--dry-run", ...world.overRpc, "--chain", url, "--compare-chain", second];
    const { code, stdout, stderr } = await cli(args);
    expect([code, stderr]).toEqual([2, ""]);
    expect(stdout).toMatch(/^ok {4}configuration {2}complete, from --db, --chain, --contract\n/);
    expect(stdout).toMatch(/^FAIL {2}chain {10}Soroban RPC http:\/\/127\.0\.0\.1:\d+: it answered HTTP 500.*\n/m);
    expect(stdout).toMatch(/^skip {2}network {8}not checked, because of: chain$/m);
    expect(stdout).toMatch(/\nA run with --dry-run would not work: 1 failed, .*\d+ skipped, \d+ ok\n$/);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toMatch(/key-1234567890|pass-word/);
  });

  it("has colours and the terminal's width on a terminal", async () => {
    const colored = await cli(["doctor"], { terminal: 60 });
    expect(colored.stdout).toContain("\u001b[32mok  \u001b[39m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are such characters
    for (const line of colored.stdout.replaceAll(/\u001b\[\d+m/g, "").split("\n"))
      expect(line.length).toBeLessThanOrEqual(60);
    expect((await cli(["doctor", "--no-color"], { terminal: 60 })).stdout).not.toContain("\u001b");
  });
});

describe("a doctor who is stopped", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s says what was seen by then", async (signal, exitCode) => {
    const running = startCli(["doctor", "--dry-run", ...world.overRpc], { clock: clockOf(world) });
    world.server.fault({
      times: Number.POSITIVE_INFINITY,
      fault: { kind: "hold", until: async () => running.signal(signal) },
    });
    const { code, stdout } = await running.done;
    expect(code).toBe(exitCode);
    expect(stdout).toMatch(/^ok {4}rows/m);
    expect(stdout).toMatch(/^FAIL {2}\S.*interrupted by/m);
    expect(stdout).toMatch(/^skip {2}cursor {9}stopped before this check$/m);
  });

  it("by its time limit", async () => {
    world.server.fault({ times: Number.POSITIVE_INFINITY, fault: { kind: "hang" } });
    const { code, stdout } = await cli(["doctor", "--dry-run", ...world.overRpc, "--timeout", "0.2"]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^FAIL {2}chain {10}stopped after 0\.2 s/m);
  });
});

it("a bug is no finding", async () => {
  const clock = { now: () => Date.UTC(2026, 0, 1), sleep: () => Promise.reject(new TypeError("boom")) };
  const { code, stderr } = await cli(["doctor", "--dry-run", ...world.overRpc], { clock });
  expect(code).toBe(1);
  expect(stderr).toMatch(/unexpected error: boom/);
});
