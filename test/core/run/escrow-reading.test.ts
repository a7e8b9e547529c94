import { xdr } from "@stellar/stellar-base";
import type { Layout } from "../../../src/core/contract/layout.js";
import { type EscrowOptions, readEscrow, readTokens } from "../../../src/core/run/escrow-reading.js";
import { streampay } from "../../../src/presets/streampay.js";
import { ledgerEntry } from "../../support/core-chain-record.js";
import { CONTRACT, numberedStream } from "../../support/core-run.js";
import { instance } from "../../support/core-small-escrow.js";
import { MovingWorld, TOKEN } from "../../support/moving-world.js";
import { contractId, streamKey, streamVal, u64, unitVariant } from "../../support/streampay-contract.js";

let world: MovingWorld;
beforeEach(() => {
  world = new MovingWorld();
});
const options = (more: Partial<EscrowOptions> = {}): EscrowOptions => ({
  ...{ chain: world.chain, layout: streampay, contractId: CONTRACT, concurrency: 2, read: {} },
  ...more,
});
const instanceKey = { contract: CONTRACT, key: xdr.ScVal.scvLedgerKeyContractInstance() };
const sizes = () => world.chain.reads.map((keys) => keys.length);
const streams = (count: number) => {
  world.count(count + 1);
  for (let id = 1; id <= count; id++) world.stream(id);
};

describe("an escrow that is read again", () => {
  it("is read at one ledger while a request can hold it, whatever is created on the way", async () => {
    streams(2);
    world.balance(5n, 990);
    world.chain.beforeAnswer = (read) => {
      if (read !== 1) return;
      world.chain.ledger = 1007;
      world.stream(3);
      world.count(4);
      world.balance(1_008n, 1007);
    };
    expect(await readEscrow([TOKEN], options())).toEqual({
      owed: new Map([[TOKEN, 3_006n]]),
      balances: new Map([[TOKEN, { amount: 1_008n, modified: 1007 }]]),
      quietSince: 1007,
      isLowerBound: true,
      isComplete: true,
    });
  });

  it("vouches for nothing when more was created on the way than the request has room for", async () => {
    streams(2);
    world.balance(5n, 900);
    world.chain.beforeAnswer = (read) => {
      if (read === 1) world.count(40);
    };
    expect((await readEscrow([TOKEN], options())).quietSince).toBeLessThan(0);
  });

  it("vouches for what did not change since the balances were read, where it takes several requests", async () => {
    world = new MovingWorld(60, 10);
    streams(15);
    world.balance(7n, 1003);
    world.chain.beforeAnswer = (read) => {
      if (read > 0) world.chain.ledger = 1000 + read;
    };
    const { quietSince, owed, balances } = await readEscrow([TOKEN], options());
    expect([quietSince, owed.get(TOKEN), balances.get(TOKEN)]).toEqual([
      ...[1001, 15_000n + 120n, { amount: 7n, modified: 1003 }],
    ]);
    expect(sizes()).toEqual([1, 2, 10, 5, 1]);
  });

  it("is empty before the first stream", async () => {
    world.count(null);
    world.balance(7n);
    const { owed, balances, isComplete } = await readEscrow([TOKEN], options());
    expect([owed.size, balances.get(TOKEN)!.amount, isComplete]).toEqual([0, 7n, true]);
  });

  it("is incomplete where a stream cannot be trusted, in one request or several, and not where there is none", async () => {
    for (const maxKeys of [10, 200]) {
      world = new MovingWorld(60, maxKeys);
      streams(15);
      world.balance(7n);
      world.absent(3);
      expect((await readEscrow([TOKEN], options())).isComplete).toBe(true);
      world.chain.set(
        { contract: CONTRACT, key: streamKey(4n) },
        { kind: "fault", code: "entry_malformed", message: "odd" },
      );
      expect((await readEscrow([TOKEN], options())).isComplete).toBe(false);
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
      const { owed, balances } = await readEscrow([CONTRACT], options({ layout }));
      expect([owed.get(CONTRACT), balances.get(CONTRACT)!.amount]).toEqual([3_006n, 9n]);
    }
  });

  it("needs a counter: without one the program is wrong, without a readable one the chain is", async () => {
    const { nextId: _, ...layout } = streampay;
    await expect(readEscrow([TOKEN], options({ layout }))).rejects.toThrow(TypeError);
    world.chain.set(instanceKey, null);
    await expect(readEscrow([TOKEN], options())).rejects.toMatchObject({
      code: "next_id_unknown",
      message: expect.stringContaining("holds no contract"),
    });
  });
});

describe("balances alone", () => {
  it("are read in as few requests as there is room for, two keys a token", async () => {
    world = new MovingWorld(0, 5);
    const tokens = [61, 62, 63].map(contractId);
    for (const [i, token] of tokens.entries()) world.balance(BigInt(i), 900 + i, token);
    expect([...(await readTokens(tokens, options()))]).toEqual(
      tokens.map((token, i) => [token, { amount: BigInt(i), modified: 900 + i }]),
    );
    expect(sizes()).toEqual([4, 2]);
  });
});
