import { xdr } from "@stellar/stellar-base";
import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, putEscrow, reportOf, WORLD_CONTRACT } from "../support/cli-world.js";
import { balanceVal, countingInstance } from "../support/moving-entries.js";
import { asksFor } from "../support/rpc-faults.js";
import { writeSnapshotFile } from "../support/snapshot-file.js";
import {
  accountId,
  address,
  i128,
  putStream,
  streamKey,
  streamStruct,
  streamVal,
  u64,
} from "../support/streampay-contract.js";
import { ledgerKeyOf } from "../support/test-ledger.js";

const DRY_RUN = ["--dry-run", "--format", "json"];
const INSTANCE = { contract: WORLD_CONTRACT, key: xdr.ScVal.scvLedgerKeyContractInstance() };
const STREAM = { contract: WORLD_CONTRACT, key: streamKey(2n), lastModified: 500, liveUntil: 101_000 };
const BALANCE = {
  contract: streamStruct().token,
  key: xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Balance"), address(WORLD_CONTRACT)]),
};
/** As the world has it. */
const stream = streamVal(streamStruct({ id: 2n, sender: accountId(102) }));

/** The same map with one more entry for a key that is there already, in front of it or behind. */
function withTwice(val: xdr.ScVal, name: string, other: xdr.ScVal, first: "first" | "last"): xdr.ScVal {
  const entries = val.map()!.filter((entry) => entry.key().sym().toString() !== name);
  const [own] = val.map()!.filter((entry) => entry.key().sym().toString() === name);
  const more = new xdr.ScMapEntry({ key: xdr.ScVal.scvSymbol(name), val: other });
  return xdr.ScVal.scvMap([...(first === "first" ? [own!, more] : [more, own!]), ...entries]);
}

const withStatus = (status: xdr.ScVal): xdr.ScVal =>
  xdr.ScVal.scvMap(
    stream.map()!.map((entry) => {
      const isStatus = entry.key().sym().toString() === "status";
      return isStatus ? new xdr.ScMapEntry({ key: entry.key(), val: status }) : entry;
    }),
  );

function withTwoCounters(first: bigint, second: bigint): xdr.ScVal {
  const instance = countingInstance(first).instance();
  const [other] = countingInstance(second).instance().storage()!;
  return xdr.ScVal.scvContractInstance(
    new xdr.ScContractInstance({ executable: instance.executable(), storage: [...instance.storage()!, other!] }),
  );
}

let world: CliWorld;

beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** What the run says of a ledger in which one entry is another. */
async function lines(over: readonly string[]) {
  await writeSnapshotFile(world.snapshot, world.ledger);
  const result = await cli([...over, ...DRY_RUN]);
  const { discrepancies, violations, errors, notices, summary } = reportOf(result);
  const remarks = [...errors, ...notices].map(({ streamId, code }) => `${streamId} ${code}`);
  return {
    code: result.code,
    found: [...remarks, ...violations.map(({ invariant }) => invariant), ...discrepancies.map(({ field }) => field)],
    inSync: summary.inSync,
  };
}

describe.each(["overRpc", "overSnapshot"] as const)("%s, an entry that can be read in two ways", (over) => {
  it("is none that agrees in another ledger", async () => {
    expect(await lines(world[over])).toEqual({ code: 0, found: [], inSync: 3 });
  });

  it.each([
    [
      "a field twice, the right value first",
      withTwice(stream, "released_amount", i128(7n), "first"),
      "entry_undecodable",
    ],
    [
      "a field twice, the right value last",
      withTwice(stream, "released_amount", i128(7n), "last"),
      "entry_undecodable",
    ],
    [
      "a field that is not mapped twice",
      withTwice(stream, "fee_bps", xdr.ScVal.scvU32(7), "first"),
      "entry_undecodable",
    ],
    [
      "a status that carries a value",
      withStatus(xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Active"), u64(7n)])),
      "entry_unreadable",
    ],
    [
      "a status that is two names",
      withStatus(xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Active"), xdr.ScVal.scvSymbol("Paused")])),
      "entry_unreadable",
    ],
    [
      "a status that carries nothing, as a value",
      withStatus(xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Active"), xdr.ScVal.scvVoid()])),
      "entry_unreadable",
    ],
    ["a status without a name", withStatus(xdr.ScVal.scvVec([])), "entry_unreadable"],
  ])("is unreadable: %s", async (_, val, code) => {
    world.ledger.set({ ...STREAM, val });
    expect(await lines(world[over])).toMatchObject({
      code: 5,
      found: expect.arrayContaining([`stream_2 ${code}`]),
      inSync: 2,
    });
  });

  it.each([
    [4n, 9n],
    [9n, 4n],
  ])("is no counter: %i and %i", async (first, second) => {
    world.ledger.set({ ...INSTANCE, val: withTwoCounters(first, second), lastModified: 10 });
    expect(await lines(world[over])).toMatchObject({
      code: 5,
      found: expect.arrayContaining(["null next_id_unknown"]),
    });
  });

  it.each(["first", "last"] as const)("is no balance, the right amount %s", async (place) => {
    world.ledger.set({
      ...BALANCE,
      val: withTwice(balanceVal(1_000_000n), "amount", i128(1n), place),
      lastModified: 10,
    });
    expect(await lines(world[over])).toMatchObject({ code: 5, found: ["null solvency_undecided"] });
  });
});

describe("a node", () => {
  const instanceKey = ledgerKeyOf({ ...INSTANCE, durability: "persistent" }).toXDR("base64");

  it("that takes the contract for missing does not know how many streams there are", async () => {
    world.ledger.delete(INSTANCE);
    expect(await lines(world.overRpc)).toMatchObject({
      code: 5,
      found: ["null next_id_unknown", "null contract_missing", "null solvency_undecided"],
    });
    // A file may leave the contract out.
    expect((await lines(world.overSnapshot)).found).not.toContain("null next_id_unknown");
  });

  it.each([
    ["at one ledger", 0, 5],
    ["at a later ledger", 3, 5],
  ])("whose counter goes back %s contradicts itself", async (_, ledgers, code) => {
    let asked = 0;
    const when = (request: Parameters<ReturnType<typeof asksFor>>[0]) => {
      if (!asksFor(instanceKey)(request)) return false;
      asked += 1;
      if (asked === 2) {
        putEscrow(world.ledger, WORLD_CONTRACT, 3n, 1_000_000n);
        world.ledger.sequence += ledgers;
      }
      return false;
    };
    world.server.fault({ fault: { kind: "reset" }, when });
    expect(await lines(world.overRpc)).toMatchObject({ code, found: ["null next_id_unknown"], inSync: 3 });
  });

  it("whose counter goes on while the run looks does not", async () => {
    let asked = 0;
    const when = (request: Parameters<ReturnType<typeof asksFor>>[0]) => {
      if (asksFor(instanceKey)(request) && ++asked === 2) {
        world.ledger.sequence += 3;
        putStream(world.ledger, WORLD_CONTRACT, streamStruct({ id: 4n }));
        putEscrow(world.ledger, WORLD_CONTRACT, 5n, 1_000_000n);
      }
      return false;
    };
    world.server.fault({ fault: { kind: "reset" }, when });
    expect(await lines(world.overRpc)).toEqual({ code: 0, found: [], inSync: 3 });
  });
});
