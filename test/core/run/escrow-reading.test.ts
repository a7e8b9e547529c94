import { xdr } from "@stellar/stellar-base";
import type { Layout } from "../../../src/core/contract/layout.js";
import { readBalances } from "../../../src/core/contract/token-balance.js";
import type { EscrowReading } from "../../../src/core/run/escrow-parts.js";
import { readEscrow } from "../../../src/core/run/escrow-reading.js";
import type { EscrowOptions } from "../../../src/core/run/escrow-requests.js";
import { streampay } from "../../../src/presets/streampay.js";
import { ledgerEntry } from "../../support/core-chain-record.js";
import { CONTRACT, numberedStream } from "../../support/core-run.js";
import { instance } from "../../support/core-small-escrow.js";
import { countingInstance } from "../../support/moving-entries.js";
import { MovingWorld, TOKEN } from "../../support/moving-world.js";
import { contractId, streamKey, streamVal, u64, unitVariant } from "../../support/streampay-contract.js";

let world: MovingWorld;
beforeEach(() => {
  world = new MovingWorld();
});
const instanceKey = { contract: CONTRACT, key: xdr.ScVal.scvLedgerKeyContractInstance() };
const sizes = () => world.chain.reads.map((keys) => keys.length);
const streams = (count: number) => {
  world.count(count + 1);
  for (let id = 1; id <= count; id++) world.stream(id);
};
const fault = { kind: "fault", code: "entry_malformed", message: "odd" } as const;

/** Every reading, until the escrow is known at one ledger or nobody waits any longer. */
async function readings(nextId: number, more: Partial<EscrowOptions> = {}, tokens = [TOKEN]): Promise<EscrowReading[]> {
  const { chain, clock } = world;
  const common = { layout: streampay, contractId: CONTRACT, concurrency: 2, read: {}, notBefore: 0 };
  const all: EscrowReading[] = [];
  // By a node that is ahead of those that are behind here.
  const counter = { kind: "known", nextId: BigInt(nextId), firstId: 1n, ledger: 1002 } as const;
  for await (const one of readEscrow(tokens, { chain, clock, ...common, counter, ...more })) all.push(one);
  return all;
}
const lastOf = async (...args: Parameters<typeof readings>) => (await readings(...args)).at(-1)!;
const proofs = (all: readonly EscrowReading[]) => all.map(({ proof }) => proof);

describe("an escrow that is read again", () => {
  it("is read at one ledger while a request can hold it, whatever is created on the way", async () => {
    streams(2);
    world.chain.ledger = 1007;
    world.stream(3, 1007);
    world.count(4);
    world.balance(1_008n, 1007);
    expect(await readings(3)).toEqual([
      {
        owed: new Map([[TOKEN, 3_006n]]),
        balances: new Map([[TOKEN, expect.objectContaining({ amount: 1_008n, modified: 1007, ledger: 1007 })]]),
        proof: "one-ledger",
        isComplete: true,
      },
    ]);
    // The instance, streams 1 to 12, and the two keys of a balance.
    expect(sizes()).toEqual([15]);
  });

  it("is cut anew when more was created on the way than the request has room for", async () => {
    world = new MovingWorld(60, 25);
    streams(40);
    world.balance(5n);
    const all = await readings(3);
    expect(proofs(all)).toEqual(["at-least", "one-ledger"]);
    expect(all[1]!.owed.get(TOKEN)).toBe(40_820n);
    // Twelve ids with counter and balance; then ten that are still to come, and the 40 in requests of their own.
    expect(sizes()).toEqual([15, 13, 25, 15]);
  });

  it("leaves out what lies beyond its counter", async () => {
    streams(2);
    world.stream(3);
    world.balance(5n);
    expect((await lastOf(3)).owed.get(TOKEN)).toBe(2_003n);
  });

  it("is empty before the second stream is paid for", async () => {
    world.count(1);
    world.balance(7n);
    const { owed, balances, isComplete } = await lastOf(1);
    expect([owed.size, balances.get(TOKEN)!.amount, isComplete]).toEqual([0, 7n, true]);
  });

  it("is incomplete where a stream cannot be trusted, in one request or several, and not where there is none", async () => {
    for (const maxKeys of [10, 200]) {
      world = new MovingWorld(60, maxKeys);
      streams(15);
      world.balance(7n);
      world.absent(3);
      expect((await lastOf(16)).isComplete).toBe(true);
      world.chain.set({ contract: CONTRACT, key: streamKey(4n) }, fault);
      expect(await lastOf(16)).toMatchObject({ proof: "one-ledger", isComplete: false });
    }
  });

  it("may be one entry that holds all streams, its counter and, as a token, its own balance", async () => {
    const layout: Layout = { ...streampay, stream: { storage: "instance", key: ["Stream", { u64: "$id" }] } };
    const own = (id: number) => numberedStream(id, { token: CONTRACT });
    for (const maxKeys of [4, 200]) {
      world = new MovingWorld(60, maxKeys);
      world.balance(9n, 900, CONTRACT);
      const storage = [1, 2, 3].map((id) => [streamKey(BigInt(id)), streamVal(own(id))] as const);
      world.chain.set(instanceKey, ledgerEntry(instance([...storage, [unitVariant("StreamCount"), u64(4n)]])));
      const { owed, balances } = await lastOf(4, { layout }, [CONTRACT]);
      expect([owed.get(CONTRACT), balances.get(CONTRACT)!.amount]).toEqual([3_006n, 9n]);
      expect(sizes()).toEqual([2]);
    }
  });

  it.each([
    ["without an instance", null, "holds no contract"],
    ["without a counter in it", ledgerEntry(countingInstance(null)), "has no stream counter"],
    ["with an instance that cannot be trusted", fault, "odd"],
  ])("needs a counter: not %s", async (_what, entry, message) => {
    streams(2);
    world.balance(7n);
    world.chain.set(instanceKey, entry);
    await expect(readings(3)).rejects.toMatchObject({
      code: "next_id_unknown",
      message: expect.stringContaining(message),
    });
  });

  it("is nothing that a layout without a counter can ask for", async () => {
    const { nextId: _, ...layout } = streampay;
    await expect(readings(3, { layout })).rejects.toThrow(TypeError);
  });
});

/** 22 streams: twice ten in requests of their own, and two, with room for three more, beside counter and balance. */
describe("an escrow that takes several requests", () => {
  const owed = 22_000n + 253n;
  beforeEach(() => {
    world = new MovingWorld(60, 10);
    streams(22);
    world.balance(owed);
  });
  const pay = (id: number, ledger: number) => {
    world.chain.ledger = ledger;
    world.stream(numberedStream(id, { released_amount: 1_001n }), ledger);
    world.balance(owed - 1n, ledger);
  };

  it("is known at the ledger of its newest change when no part was answered before that", async () => {
    world.chain.beforeAnswer = (read) => {
      world.chain.ledger = 1000 + read;
    };
    expect(proofs(await readings(23))).toEqual(["one-ledger"]);
    expect(sizes()).toEqual([8, 10, 10]);
  });

  it("is read again where it was answered before a change that another part shows, and only there", async () => {
    world.chain.beforeAnswer = (read) => {
      if (read === 2) pay(20, 1001);
    };
    const all = await readings(23);
    expect(proofs(all)).toEqual(["at-least", "one-ledger"]);
    expect([all[1]!.owed.get(TOKEN), all[1]!.balances.get(TOKEN)!.amount]).toEqual([owed - 1n, owed - 1n]);
    // Both parts before the third had no idea of that payment.
    expect(sizes()).toEqual([8, 10, 10, 8, 10]);
  });

  it("owes at least what was so when the balances were read", async () => {
    world.chain.beforeAnswer = (read) => {
      if (read === 1) pay(3, 1001);
    };
    const [first] = await readings(23);
    expect(first).toMatchObject({ proof: "at-least", owed: new Map([[TOKEN, owed - 1_003n]]) });
    expect(first!.balances.get(TOKEN)!.amount).toBe(owed);
  });

  it("owes nothing that is certain where a node that is behind the balances' has answered", async () => {
    world.chain.ledgersBehind = (read) => (read === 0 ? 0 : 2);
    pay(1, 1001);
    const [first] = await readings(23);
    // Of the streams that came with the balance alone.
    expect(first).toMatchObject({ proof: "at-least", owed: new Map([[TOKEN, 2_043n]]) });
  });

  it("is known where nodes at two heights take turns, and money moves in every ledger", async () => {
    let paid = 0n;
    let streamsAt = 1000;
    world.clock.onSleep = () => {
      streamsAt += 1;
      paid += 1n;
      world.chain.ledger = streamsAt;
      world.stream(numberedStream(Number(paid % 22n) + 1, { released_amount: 1_000n + paid }), streamsAt);
      world.balance(owed - paid, streamsAt);
    };
    for (let ledger = 0; ledger < 3; ledger++) await world.clock.sleep(5_000);
    const nodes = [0, 2, 2, 0, 2, 0, 0, 2, 0, 0, 0];
    world.chain.ledgersBehind = (read) => nodes[read % nodes.length]!;
    const all = await readings(23, { notBefore: 1001 });
    expect(all.at(-1)!.proof).toBe("one-ledger");
  });

  it("is of no interest as it was before the run began", async () => {
    world.chain.ledgersBehind = (read) => (read < 3 ? 2 : 0);
    expect(proofs(await readings(23, { notBefore: 999 }))).toEqual(["at-least", "one-ledger"]);
    expect(sizes()).toEqual([8, 10, 10, 8, 10, 10]);
  });

  it("is asked for again where the node that tells the counter does not know all streams yet", async () => {
    world.chain.ledger = 1002;
    for (const id of [23, 24, 25, 26, 27, 28]) world.stream(id, 1002);
    world.count(29);
    world.balance(owed + 6_153n, 1002);
    world.chain.ledgersBehind = (read) => (read < 4 ? 2 : 0);
    const all = await readings(29);
    expect(all.at(-1)).toMatchObject({ proof: "one-ledger", owed: new Map([[TOKEN, owed + 6_153n]]) });
    expect(all.length).toBeLessThan(5);
  });

  it("may have lost a stream at any ledger up to that at which it was not there", async () => {
    world.absent(3);
    world.chain.beforeAnswer = (read) => {
      if (read === 1) world.chain.ledger = 1001;
    };
    expect(proofs(await readings(23))).toEqual(["at-least", "one-ledger"]);
    expect(sizes()).toEqual([8, 10, 10, 8]);
  });

  it("is not known while its counter is below ids that it gave away before", async () => {
    world.count(3);
    expect(new Set(proofs(await readings(23)))).toEqual(new Set(["at-least"]));
  });

  it("is not known at all when its counter goes back at one ledger", async () => {
    world.count(22);
    const counter = { kind: "known", nextId: 23n, firstId: 1n, ledger: 1000 } as const;
    await expect(readings(23, { counter })).rejects.toMatchObject({ code: "next_id_unknown" });
  });

  it("that never stands still is given up, after so many rounds or so long", async () => {
    let ledger = 1000;
    world.chain.beforeAnswer = () => pay(3, ++ledger);
    expect(proofs(await readings(23))).toEqual(Array(40).fill("at-least"));
    const { clock } = world;
    clock.onSleep = () => {};
    const slow = { now: () => clock.now() * 1.001, sleep: (ms: number) => clock.sleep(30 * ms) };
    expect((await readings(23, { clock: slow })).length).toBeLessThan(10);
  });

  it("is not waited for once somebody stops the run", async () => {
    const stop = new AbortController();
    let ledger = 1000;
    world.chain.beforeAnswer = (read) => {
      pay(3, ++ledger);
      if (read === 5) stop.abort(new Error("stopped"));
    };
    await expect(readings(23, { read: { signal: stop.signal } })).rejects.toThrow("stopped");
  });
});

describe("balances alone", () => {
  it("are read in as few requests as there is room for, two keys a token", async () => {
    world = new MovingWorld(0, 5);
    const tokens = [61, 62, 63].map(contractId);
    for (const [i, token] of tokens.entries()) world.balance(BigInt(i), 900 + i, token);
    world.chain.beforeAnswer = (read) => {
      world.chain.ledger = 1000 + read;
    };
    const { balances, ledger } = await readBalances(world.chain, tokens, CONTRACT, {});
    expect([...balances]).toMatchObject(tokens.map((token, i) => [token, { amount: BigInt(i), modified: 900 + i }]));
    expect([sizes(), ledger]).toEqual([[4, 2], 1000]);
  });
});
