import { xdr } from "@stellar/stellar-base";
import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, putEscrow, reportOf, WORLD_CONTRACT } from "../support/cli-world.js";
import { ManualClock } from "../support/manual-clock.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { writeSnapshotFile } from "../support/snapshot-file.js";
import {
  accountId,
  putStream,
  streamKey,
  streamStruct,
  streamVal,
  struct,
  u64,
  unitVariant,
} from "../support/streampay-contract.js";

/**
 * Whatever the setup: doctor exits with 0 exactly where a run neither exits with 2 or 5, nor has errors that a worse exit
 * code hides.
 */

let world: CliWorld;
let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await createTestDatabase();
});
afterAll(() => postgres.drop());
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

interface Checks {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly status: string;
    readonly found: string;
    readonly action: string | null;
  }[];
}

interface Setup {
  /** Changes the world, and returns arguments beyond those of the world over RPC. */
  readonly set?: (w: CliWorld) => unknown;
  readonly config?: object | ((w: CliWorld) => object);
  readonly over?: "rpc" | "snapshot" | ((w: CliWorld) => readonly string[]);
  /** Arguments of both commands. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** By its policy, the run does not fail on what cannot be checked. */
  readonly tolerant?: boolean;
  /** The exit code of the run. */
  readonly run: number;
  /** What doctor says, by check. */
  readonly says?: Readonly<Record<string, RegExp>>;
}

const put = (w: CliWorld, id: bigint, fields: Record<string, xdr.ScVal>) =>
  w.ledger.set({
    contract: WORLD_CONTRACT,
    key: streamKey(id),
    val: struct(fields),
    lastModified: 500,
    liveUntil: 200_000,
  });

/** The fields of a stream as the contract has them, some of them replaced or (null) left out. */
function fieldsOf(id: bigint, changes: Record<string, xdr.ScVal | null>): Record<string, xdr.ScVal> {
  const entries = streamVal(streamStruct({ id, sender: accountId(Number(id) + 100) })).map()!;
  const fields = Object.fromEntries(entries.map((entry) => [entry.key().sym().toString(), entry.val()]));
  for (const [name, val] of Object.entries(changes)) {
    if (val === null) delete fields[name];
    else fields[name] = val;
  }
  return fields;
}

const SETUPS: Readonly<Record<string, Setup>> = {
  "everything is right": { run: 0, says: { "sample rows": /all 3 rows: 3 found on chain and read, 3 equal/ } },
  "everything is right, in a snapshot": { over: "snapshot", run: 0 },
  "a row that differs": {
    set: (w) => w.sqlite.run("UPDATE streams SET released_amount = '7' WHERE on_chain_id = 2"),
    run: 3,
    says: { "sample rows": /2 equal, 1 would differ/ },
  },
  "a violated invariant": {
    set: (w) => w.sqlite.run("UPDATE streams SET released_amount = '-7' WHERE on_chain_id = 2"),
    run: 4,
  },
  "no database file": {
    over: (w) => ["--db", "sqlite:/nowhere/streams.db", "--chain", w.server.url, "--contract", WORLD_CONTRACT],
    run: 2,
    says: { database: /does not exist/ },
  },
  "a file that is no database": {
    over: (w) => ["--db", `sqlite:${w.snapshot}`, "--chain", w.server.url, "--contract", WORLD_CONTRACT],
    run: 2,
    says: { database: /is not an SQLite database/ },
  },
  "no such table": { config: { database: { table: "stream" } }, run: 2, says: { table: /no table or view stream/ } },
  "no such column": {
    config: { database: { streamId: "uid", fields: { released_amount: { column: "releasedamount" } } } },
    run: 2,
    says: { table: /^fail .*database\.streamId: id$.*database\.fields\.released_amount\.column: released_amount/ms },
  },
  "a condition that is no SQL": {
    config: { database: { where: "id ==== 1" } },
    run: 2,
    says: { table: /database\.where/ },
  },
  "an empty table": { set: (w) => w.sqlite.run("DELETE FROM streams"), run: 3 },
  "an empty table, and an empty contract": {
    set: (w) => {
      w.sqlite.run("DELETE FROM streams");
      w.ledger.entries.clear();
      putEscrow(w.ledger, WORLD_CONTRACT, 1n, 0n);
    },
    run: 5,
    says: { rows: /no rows/ },
  },
  "an empty table that may be": {
    set: (w) => {
      w.sqlite.run("DELETE FROM streams");
      w.ledger.entries.clear();
      putEscrow(w.ledger, WORLD_CONTRACT, 1n, 0n);
    },
    args: ["--allow-empty"],
    run: 0,
  },
  "an amount that is none": {
    set: (w) => w.sqlite.run("UPDATE streams SET total_amount = '12 tokens' WHERE on_chain_id = 2"),
    run: 5,
    says: { rows: /1 row cannot be read:\nstream_2: column total_amount: .*12 tokens/ },
  },
  "an amount that is none, by a policy that lives with it": {
    set: (w) => w.sqlite.run("UPDATE streams SET total_amount = '12 tokens' WHERE on_chain_id = 2"),
    config: { policy: { failOn: ["drift", "violation"] } },
    tolerant: true,
    run: 0,
    says: { rows: /^warn/ },
  },
  "an id that no contract has": {
    set: (w) => w.sqlite.run("UPDATE streams SET on_chain_id = -1 WHERE on_chain_id = 2"),
    run: 3,
  },
  "a row ahead of the node, which differs": {
    set: (w) => w.sqlite.run("UPDATE streams SET status = 'draft', last_sync_ledger = 5000 WHERE on_chain_id = 2"),
    over: "snapshot",
    run: 5,
    says: { "sample rows": /cannot be checked/, cursor: /^warn .*ahead of the chain/ },
  },
  "rows ahead of the node that agree": {
    set: (w) => w.sqlite.run("UPDATE streams SET last_sync_ledger = 1500"),
    run: 0,
    says: { cursor: /^warn/ },
  },
  "the node answers nothing but errors": {
    set: (w) => w.server.fault({ times: Number.POSITIVE_INFINITY, fault: { kind: "http", status: 503 } }),
    run: 5,
    says: { chain: /^fail .*HTTP 503/, network: /^skipped .*because of: chain/, rows: /^ok/ },
  },
  "an unhealthy node": {
    set: (w) =>
      w.server.fault({
        times: Number.POSITIVE_INFINITY,
        when: ({ method }) => method === "getHealth",
        fault: { kind: "rpc-error", code: -32603, message: "latency is too high" },
      }),
    run: 5,
    says: { chain: /^fail .*not healthy/, network: /testnet/, "node version": /stellar-rpc 23\.0\.0, protocol 23/ },
  },
  "another network than configured": {
    config: { contract: { network: "mainnet" } },
    run: 2,
    says: { network: /^fail .*not the configured network/, contract: /^skipped/, rows: /^ok/ },
  },
  "a wrong key for the node": {
    set: (w) => w.server.fault({ times: Number.POSITIVE_INFINITY, fault: { kind: "http", status: 401 } }),
    run: 2,
    says: { chain: /^fail/ },
  },
  "no snapshot": {
    over: (w) => ["--db", w.sqlite.url, "--chain", "snapshot:/nowhere.json", "--contract", WORLD_CONTRACT],
    run: 2,
    says: { chain: /no ledger snapshot/ },
  },
  "a struct that lacks a compared field": {
    set: (w) => {
      for (const id of [1n, 2n, 3n])
        put(w, id, fieldsOf(id, { released_amount: null, withdrawn: xdr.ScVal.scvU32(1) }));
    },
    run: 5,
    says: {
      layout: /^fail (?!.*fits this contract).*there is no field released_amount/s,
      "sample rows": /^skipped/,
    },
  },
  "a field of another type, an unknown status and a number as one": {
    set: (w) => {
      put(w, 1n, fieldsOf(1n, { status: unitVariant("Frozen") }));
      put(w, 2n, fieldsOf(2n, { status: xdr.ScVal.scvU32(3), token: u64(9n) }));
    },
    run: 5,
    says: {
      layout:
        /token should be of type address, found u64.*status holds "Frozen", "3", no status of the layout \(Draft.*write contract\.layout: \{ "extends": "streampay", "fields": \{ "token": \{ "type": "integer", "role": null \}, "status": \{ "values": \{ "3": "Status3" \} \} \}, "statuses": \[.*"Frozen", "Status3"\]/s,
    },
  },
  "an entry without a row that cannot be read": {
    set: (w) => {
      putEscrow(w.ledger, WORLD_CONTRACT, 5n, 1_000_000n);
      put(w, 4n, { status: xdr.ScVal.scvU32(3) });
    },
    run: 5,
  },
  "an entry without a row, far from both ends of the counter, that cannot be read": {
    set: (w) => {
      putEscrow(w.ledger, WORLD_CONTRACT, 101n, 1_000_000n);
      put(w, 50n, { status: xdr.ScVal.scvU32(3) });
    },
    run: 4,
    says: { layout: /^ok/, "sample rows": /^fail .*1 cannot be checked\non-chain:50: / },
  },
  "a stream without a row": {
    set: (w) => w.sqlite.run("DELETE FROM streams WHERE on_chain_id = 2"),
    run: 3,
    says: { "sample rows": /2 equal, 1 stream on chain without a row/ },
  },
  "an older struct, with fields that nothing is compared with": {
    set: (w) => put(w, 1n, fieldsOf(1n, { fee_bps: null, memo: xdr.ScVal.scvU32(3) })),
    run: 0,
    says: { layout: /^ok .*not compared: fee_bps\n.*not in the layout: memo: u32/s },
  },
  "the counter is no number": {
    set: (w) => {
      const instance = new xdr.ScContractInstance({
        executable: xdr.ContractExecutable.contractExecutableWasm(Buffer.alloc(32)),
        storage: [new xdr.ScMapEntry({ key: unitVariant("StreamCount"), val: unitVariant("many") })],
      });
      w.ledger.set({
        contract: WORLD_CONTRACT,
        key: xdr.ScVal.scvLedgerKeyContractInstance(),
        val: xdr.ScVal.scvContractInstance(instance),
      });
    },
    run: 5,
    says: { counter: /^fail .*cannot be read/ },
  },
  "the counter is no number, and nobody asks": {
    set: (w) => w.ledger.delete({ contract: WORLD_CONTRACT, key: xdr.ScVal.scvLedgerKeyContractInstance() }),
    args: ["--db-only"],
    run: 0,
    says: { contract: /^warn .*but 3 streams of it/ },
  },
  "a counter beyond all reason": {
    set: (w) => putEscrow(w.ledger, WORLD_CONTRACT, 2n ** 60n, 1n),
    run: 4,
    says: { counter: /too many ids to check/ },
  },
  "one cursor for all, which is missing": {
    set: (w) => w.sqlite.run("CREATE TABLE indexer (ledger BIGINT)"),
    config: { database: { cursor: { table: "indexer", column: "ledger" } } },
    run: 5,
    says: { cursor: /^fail .*no value/ },
  },
  "one cursor for all, which is none": {
    set: (w) => w.sqlite.run("CREATE TABLE indexer (ledger TEXT); INSERT INTO indexer VALUES ('soon')"),
    config: { database: { cursor: { table: "indexer", column: "ledger" } } },
    run: 5,
    says: { cursor: /^fail .*indexer\.ledger cannot be read/ },
  },
  "one cursor for all, in a column that is not there": {
    set: (w) => w.sqlite.run("CREATE TABLE indexer (last_ledger BIGINT)"),
    config: { database: { cursor: { table: "indexer", column: "lastLedger" } } },
    run: 2,
    says: { table: /database\.cursor\.column: last_ledger/ },
  },
  "one cursor for all, twice": {
    set: (w) => w.sqlite.run("CREATE TABLE indexer (ledger BIGINT); INSERT INTO indexer VALUES (990), (991)"),
    config: { database: { cursor: { table: "indexer", column: "ledger" } } },
    run: 2,
    says: { table: /^fail .*ambiguous/ },
  },
  "no cursor at all": { config: { database: { cursor: null } }, run: 0, says: { cursor: /^warn none is configured/ } },
  "half a configuration": {
    over: (w) => ["--db", w.sqlite.url],
    run: 2,
    says: { configuration: /^fail .*chain\.url.*contract\.id/s, rows: /^ok/, chain: /^skipped .*configuration/ },
  },
  "a mistyped key": {
    config: { database: { tabel: "streams" } },
    run: 2,
    says: { configuration: /^fail .*did you mean "table"/s, rows: /^skipped/ },
  },
  "entries near their end, by a policy that fails on it": {
    set: (w) =>
      putStream(w.ledger, WORLD_CONTRACT, streamStruct({ id: 2n, sender: accountId(102) }), {
        lastModified: 500,
        liveUntil: 1_100,
      }),
    config: { policy: { failOn: ["drift", "violation", "incomplete", "ttl"] } },
    run: 5,
    says: { "time to live": /^fail .*1 stream/s },
  },
  "entries near their end": {
    set: (w) =>
      putStream(w.ledger, WORLD_CONTRACT, streamStruct({ id: 2n, sender: accountId(102) }), {
        lastModified: 500,
        liveUntil: 1_100,
      }),
    run: 0,
    says: { "time to live": /^warn expires soon, the first in 100 ledgers: 1 stream/ },
  },
};

/** `database` and so on of the two objects, merged one level deep. */
function merged(a: Record<string, unknown>, b: Record<string, unknown>) {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...keys].map((key) => [key, { ...(a[key] as object), ...(b[key] as object) }]));
}

async function both(setup: Setup) {
  await setup.set?.(world);
  await writeSnapshotFile(world.snapshot, world.ledger);
  const over =
    typeof setup.over === "function"
      ? setup.over(world)
      : setup.over === "snapshot"
        ? world.overSnapshot
        : world.overRpc;
  const config = await world.write(
    "c.json",
    merged(
      {},
      (typeof setup.config === "function" ? setup.config(world) : (setup.config ?? {})) as Record<string, unknown>,
    ),
  );
  const args = [...over, "--config", config, ...(setup.args ?? [])];
  const clock = () => new ManualClock(world.ledger.closeTime * 1000 + 3_000);
  const run = await cli(["run", "--dry-run", "--format", "json", ...args], {
    clock: clock(),
    ...(setup.env ? { env: setup.env } : {}),
  });
  const doctor = await cli(["doctor", "--dry-run", "--format", "json", ...args], {
    clock: clock(),
    ...(setup.env ? { env: setup.env } : {}),
  });
  return { run, doctor };
}

describe("a run that works, and one that does not", () => {
  it.each(Object.entries(SETUPS))("%s", async (_name, setup) => {
    const { run, doctor } = await both(setup);
    expect([run.code, run.stderr]).toEqual([setup.run, expect.any(String)]);
    const { checks, ok } = JSON.parse(doctor.stdout) as Checks;
    const text = new Map(
      checks.map(({ name, status, found, action }) => [name, `${status} ${found}\n${action ?? ""}`]),
    );
    for (const [name, pattern] of Object.entries(setup.says ?? {})) expect(text.get(name)).toMatch(pattern);
    const works = run.code !== 2 && run.code !== 5 && (setup.tolerant === true || reportOf(run).errors.length === 0);
    expect({ code: doctor.code, ok, failed: checks.filter(({ status }) => status === "fail").length > 0 }).toEqual({
      code: works ? 0 : 2,
      ok: works,
      failed: !works,
    });
  });
});
