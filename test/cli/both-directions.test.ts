import { xdr } from "@stellar/stellar-base";
import type { Report } from "../../src/core/report/report.js";
import { cli } from "../support/cli-io.js";
import { schemaFaults } from "../support/cli-schema.js";
import { type CliWorld, createWorld, putEscrow, reportOf, WORLD_CONTRACT } from "../support/cli-world.js";
import { ManualClock } from "../support/manual-clock.js";
import { asksFor, calls } from "../support/rpc-faults.js";
import { writeSnapshotFile } from "../support/snapshot-file.js";
import {
  accountId,
  address,
  contractId,
  putStream,
  type StreamStruct,
  streamKey,
  streamStruct,
} from "../support/streampay-contract.js";
import { ledgerKeyOf } from "../support/test-ledger.js";

let world: CliWorld;
let clock: ManualClock;
beforeEach(async () => {
  world = await createWorld();
  clock = new ManualClock();
  clock.onSleep = () => {
    world.ledger.sequence += 1;
  };
});
afterEach(() => world.close());

const sql = (text: string) => world.sqlite.run(text);
const put = (id: bigint, more: Partial<StreamStruct> = {}, lastModified = 500) =>
  putStream(world.ledger, WORLD_CONTRACT, streamStruct({ id, sender: accountId(Number(id) + 100), ...more }), {
    lastModified,
  });
const dropOnChain = (id: bigint) => world.ledger.delete({ contract: WORLD_CONTRACT, key: streamKey(id) });
const ARGS = ["--dry-run", "--format", "json"];

const linesOf = ({ discrepancies, violations, errors, notices }: Report) =>
  [
    ...discrepancies.map((d) => `${d.streamId} ${d.field} ${d.classification}`),
    ...violations.map((v) => `${v.streamId} ${v.side} ${v.invariant}`),
    ...errors.map((e) => `${e.streamId} error ${e.code}`),
    ...notices.map((n) => `${n.streamId} notice ${n.code}`),
  ].sort();

/** The same world over RPC and as a snapshot file must give the same findings. */
async function findings(...args: string[]): Promise<{ code: number; lines: string[]; report: Report }> {
  await writeSnapshotFile(world.snapshot, world.ledger);
  const snapshot = await cli([...world.overSnapshot, ...ARGS, ...args], { clock });
  const rpc = await cli([...world.overRpc, ...ARGS, ...args], { clock });
  const [a, b] = [reportOf(snapshot), reportOf(rpc)];
  // Only of a node can a longer look be asked for.
  const lines = linesOf(b).filter((line) => !line.endsWith("lag_not_seen"));
  expect(lines).toEqual(linesOf(a));
  expect([rpc.code, b.summary]).toEqual([snapshot.code, a.summary]);
  expect([schemaFaults(a), schemaFaults(b)]).toEqual([[], []]);
  return { code: rpc.code, lines, report: b };
}
const overRpc = async (...args: string[]) => {
  const result = await cli([...world.overRpc, ...ARGS, ...args], { clock });
  return { code: result.code, lines: linesOf(reportOf(result)), report: reportOf(result) };
};

describe("what the other side has", () => {
  it("is in order where both have the same", async () => {
    expect(await findings()).toMatchObject({ code: 0, lines: [] });
  });

  it("is missing in the database", async () => {
    sql("DELETE FROM streams WHERE id = 'stream_2'");
    const { code, lines, report } = await findings();
    expect([code, lines]).toEqual([3, ["on-chain:2 presence drift"]]);
    expect(report).toMatchObject({
      status: "DRIFT",
      summary: { streamsChecked: 3, inSync: 2, missingInDb: 1, confirmation: { found: 1, confirmed: 1 } },
      discrepancies: [{ ledger: { dbSynced: 990, chainModified: 500 } }],
    });
  });

  it("is missing on chain: a hole below the counter", async () => {
    dropOnChain(2n);
    expect(await findings()).toMatchObject({
      code: 4,
      lines: ["stream_2 on_chain ids_complete", "stream_2 presence drift"],
    });
    sql("DELETE FROM streams WHERE id = 'stream_2'");
    expect(await findings()).toMatchObject({ code: 4, lines: ["on-chain:2 on_chain ids_complete"] });
  });

  it("lies beyond the counter, with a row or without", async () => {
    put(4n);
    put(6n);
    sql(`INSERT INTO streams VALUES ('late', 4, '${accountId(2)}', '2000', '1000', 'active', 990)`);
    expect(await findings()).toMatchObject({
      code: 4,
      lines: ["late on_chain id_below_count", "on-chain:6 on_chain id_below_count"],
    });
  });

  it("has two rows", async () => {
    sql(
      "INSERT INTO streams SELECT 'copy', on_chain_id, recipient_address, total_amount, released_amount, status, last_sync_ledger FROM streams WHERE id = 'stream_2'",
    );
    expect(await findings()).toMatchObject({ code: 4, lines: ["copy db on_chain_id_unique"] });
  });

  it("is there though its row cannot be read", async () => {
    sql("UPDATE streams SET total_amount = 'much' WHERE id = 'stream_2'");
    // What the stream is owed, the contract tells without the row.
    const { code, lines } = await findings();
    expect([code, lines]).toEqual([5, ["stream_2 error row_unreadable"]]);
  });

  it("holds too little money", async () => {
    putEscrow(world.ledger, WORLD_CONTRACT, 4n, 2_999n);
    const { code, lines, report } = await findings();
    expect([code, lines]).toEqual([4, [`${streamStruct().token} on_chain solvent`]]);
    expect(report.violations[0]!.values).toMatchObject({ owed: "3000", balance: "2999", shortfall: "1" });
    putEscrow(world.ledger, WORLD_CONTRACT, 4n, 3_000n);
    expect(await findings()).toMatchObject({ code: 0, lines: [] });
  });

  it("is another contract altogether", async () => {
    world.ledger.delete({ contract: WORLD_CONTRACT, key: xdr.ScVal.scvLedgerKeyContractInstance() });
    for (const id of [1n, 2n, 3n]) dropOnChain(id);
    const { code, lines } = await findings();
    expect(code).toBe(3);
    expect(lines).toEqual(["null notice contract_missing", ...[1, 2, 3].map((id) => `stream_${id} presence drift`)]);
  });

  it("is read in the table as well", async () => {
    sql("DELETE FROM streams WHERE id = 'stream_2'");
    await writeSnapshotFile(world.snapshot, world.ledger);
    const { stdout } = await cli([...world.overSnapshot, "--dry-run"]);
    expect(stdout).toContain("on-chain:2");
  });
});

describe("--db-only", () => {
  it("leaves out what the database does not know of, and says so", async () => {
    sql("DELETE FROM streams WHERE id = 'stream_2'");
    put(6n);
    putEscrow(world.ledger, WORLD_CONTRACT, 4n, 0n);
    const { code, lines, report } = await findings("--db-only");
    expect([code, lines]).toEqual([0, ["null notice db_only"]]);
    expect(report.summary).toMatchObject({ streamsChecked: 2, inSync: 2 });
  });
});

describe("--stream on-chain:<id>", () => {
  it("is the stream's row, the stream without one, or neither", async () => {
    sql("DELETE FROM streams WHERE id = 'stream_2'");
    put(2n, {}, 800);
    expect(await findings("--stream", "on-chain:1")).toMatchObject({ code: 0, lines: [] });
    expect(await findings("--stream", "on-chain:2")).toMatchObject({ code: 3, lines: ["on-chain:2 presence drift"] });
    expect(await findings("--stream", "on-chain:9")).toMatchObject({
      code: 5,
      lines: ["on-chain:9 error stream_not_found"],
    });
    expect(await findings("--stream", "on-chain:99999999999999999999999999999999999999")).toMatchObject({ code: 5 });
    expect(await findings("--stream", "stream_1", "on-chain:1")).toMatchObject({ code: 0, lines: [] });
  });
});

describe("one cursor for all rows", () => {
  const withCursor = async (...args: string[]) => {
    const config = { database: { cursor: { table: "state", column: "ledger", where: "name = 'streams'" } } };
    return findings("--config", await world.write("c.json", config), ...args);
  };
  const table = (ledger: string) => {
    sql("ALTER TABLE streams DROP COLUMN last_sync_ledger");
    sql(`CREATE TABLE state (name TEXT, ledger INTEGER); INSERT INTO state VALUES ('others', 1), ${ledger}`);
  };

  it("tells drift from lag, in both directions", async () => {
    table("('streams', 950)");
    sql("UPDATE streams SET status = 'paused' WHERE id = 'stream_1'; DELETE FROM streams WHERE id = 'stream_2'");
    sql("UPDATE streams SET status = 'paused' WHERE id = 'stream_3'");
    put(3n, {}, 951);
    const { code, lines, report } = await withCursor();
    expect([code, lines]).toEqual([3, ["on-chain:2 presence drift", "stream_1 status drift", "stream_3 status lag"]]);
    expect(report.discrepancies.map(({ ledger }) => ledger.dbSynced)).toEqual([950, 950, 950]);
  });

  it("is an error where it is not there: nothing young could be called drift", async () => {
    table("('payments', 950)");
    expect(await withCursor()).toMatchObject({ code: 5, lines: ["null error cursor_missing"] });
    expect(await withCursor("--stream", "on-chain:1")).toMatchObject({ code: 5, lines: ["null error cursor_missing"] });
  });

  it("is an error where it cannot be read", async () => {
    table("('streams', 'soon')");
    expect(await withCursor()).toMatchObject({ code: 5, lines: ["null error cursor_unreadable"] });
  });
});

describe("rows of several contracts in one table", () => {
  it("are told apart by a column, so that ids do not clash", async () => {
    sql("ALTER TABLE streams ADD COLUMN contract TEXT");
    sql(`UPDATE streams SET contract = '${WORLD_CONTRACT}'`);
    sql(
      `INSERT INTO streams (id, on_chain_id, recipient_address, total_amount, released_amount, status, contract)
       VALUES ('other', 2, 'G', '1', '2', 'active', '${contractId(5)}')`,
    );
    const config = await world.write("c.json", { database: { contractColumn: "contract" } });
    expect(await findings("--config", config)).toMatchObject({ code: 0, lines: [] });
    expect((await findings()).lines).toContain("other db on_chain_id_unique");
  });
});

describe("a chain that moves while the run looks", () => {
  it("dismisses what is there a ledger later", async () => {
    sql("UPDATE streams SET released_amount = '1100' WHERE id = 'stream_2'");
    clock.onSleep = () => {
      world.ledger.sequence += 1;
      put(2n, { released_amount: 1_100n }, world.ledger.sequence);
    };
    const { code, report } = await overRpc();
    expect([code, report.summary.confirmation]).toEqual([0, { found: 1, dismissed: 1, confirmed: 0 }]);
    expect(report.ledger).toEqual({ first: 1000, last: 1001 });
    expect(clock.sleeps).toEqual([1000]);
  });

  it("confirms what stands still", async () => {
    sql("UPDATE streams SET released_amount = '900' WHERE id = 'stream_2'");
    const { code, report } = await overRpc();
    expect([code, report.summary.confirmation]).toEqual([3, { found: 1, dismissed: 0, confirmed: 1 }]);
    expect(report.ledger).toEqual({ first: 1000, last: 1003 });
  });

  it("leaves verdicts unconfirmed when it stands still itself", async () => {
    clock.onSleep = () => {};
    sql("UPDATE streams SET released_amount = '900' WHERE id = 'stream_2'");
    const { code, lines } = await overRpc();
    expect([code, lines]).toEqual([3, ["null notice unconfirmed", "stream_2 released_amount drift"]]);
    expect(clock.sleeps).toHaveLength(12);
  });

  it("leaves verdicts unconfirmed, and the run incomplete on top, when the node is lost meanwhile", async () => {
    sql("UPDATE streams SET released_amount = '900' WHERE id = 'stream_2'");
    clock.onSleep = () => {
      world.server.fault({ fault: { kind: "http", status: 500 }, times: Number.POSITIVE_INFINITY });
    };
    const { code, lines, report } = await overRpc();
    expect(code).toBe(3);
    expect(lines).toContain("stream_2 released_amount drift");
    expect(lines).toContain("null notice unconfirmed");
    expect(report.errors).toHaveLength(1);
  });

  it("has no hole where a stream is created while the run looks", async () => {
    world.server.fault({
      when: (request) => request.method === "getLedgerEntries" && request.keys.length === 3,
      fault: {
        kind: "hold",
        until: async () => {
          world.ledger.sequence += 1;
          put(4n, {}, world.ledger.sequence);
          putEscrow(world.ledger, WORLD_CONTRACT, 5n, 1_000_000n);
        },
      },
    });
    expect(await overRpc()).toMatchObject({ code: 0, lines: [] });
  });

  it("has paid nothing too much when a payment falls between the streams and the balance", async () => {
    putEscrow(world.ledger, WORLD_CONTRACT, 4n, 3_000n);
    const token = streamStruct().token;
    const balance = ledgerKeyOf({
      ...{ contract: token, durability: "persistent" },
      key: xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Balance"), address(WORLD_CONTRACT)]),
    }).toXDR("base64");
    const pay = async () => {
      world.ledger.sequence += 1;
      put(1n, { released_amount: 1_500n }, world.ledger.sequence);
      putEscrow(world.ledger, WORLD_CONTRACT, 4n, 2_500n);
      const entry = [...world.ledger.entries.entries()].find(([key]) => key === balance)![1];
      world.ledger.entries.set(balance, { ...entry, lastModified: world.ledger.sequence });
    };
    world.server.fault({ when: asksFor(balance), fault: { kind: "hold", until: pay } });
    // The row of stream 1 was right when it was read, and that is what counts.
    expect(await overRpc()).toMatchObject({ code: 0, lines: [] });
  });
});

describe("the ledger's close time", () => {
  /** Half of the total at 1500; one unit more is released. */
  const overpaid = async (closeTime: unknown) => {
    put(2n, { released_amount: 1_001n, last_update: 1_400n });
    sql("UPDATE streams SET released_amount = '1001' WHERE id = 'stream_2'");
    const tell = (name: string) => (result: Record<string, unknown>) => {
      const { [name]: _, ...others } = result;
      return closeTime === undefined ? others : { ...others, [name]: closeTime };
    };
    const always = { times: Number.POSITIVE_INFINITY };
    world.server.fault({
      ...always,
      when: calls("getHealth"),
      fault: { kind: "result", edit: tell("latestLedgerCloseTime") },
    });
    world.server.fault({
      ...always,
      when: calls("getLatestLedger"),
      fault: { kind: "result", edit: tell("closeTime") },
    });
    return overRpc("--config", await world.write("c.json", { policy: { maxNodeAge: "off" } }));
  };

  it.each([
    ["a text", "1500", ["stream_2 on_chain released_within_vested"]],
    ["a number", 1500, ["stream_2 on_chain released_within_vested"]],
    ["a text, a second later", "1501", []],
    ["a number, a second later", 1501, []],
    ["nothing", undefined, []],
    ["zero, which is nothing", "0", []],
  ])("told as %s decides what had vested", async (_how, closeTime, lines) => {
    expect((await overpaid(closeTime)).lines).toEqual(lines);
  });

  it("told as nonsense is no time", async () => {
    expect((await overpaid("soon")).code).toBe(5);
  });

  it("of a snapshot file is its own", async () => {
    put(2n, { released_amount: 1_001n, last_update: 1_400n });
    sql("UPDATE streams SET released_amount = '1001' WHERE id = 'stream_2'");
    for (const [closeTime, code] of [
      [1_500, 4],
      [1_501, 0],
      [0, 0],
    ] as const) {
      world.ledger.closeTime = closeTime;
      await writeSnapshotFile(world.snapshot, world.ledger);
      expect((await cli([...world.overSnapshot, ...ARGS])).code).toBe(code);
    }
  });
});
