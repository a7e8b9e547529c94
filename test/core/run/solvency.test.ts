import { xdr } from "@stellar/stellar-base";
import fc from "fast-check";
import { UnavailableError } from "../../../src/core/errors.js";
import { Findings } from "../../../src/core/report/findings.js";
import { IgnoreRules } from "../../../src/core/rules/ignore-rules.js";
import type { Reconciliation } from "../../../src/core/run/reconcile.js";
import type { EntryFault, LedgerEntry } from "../../../src/ports/on-chain-client.js";
import { streampay } from "../../../src/presets/streampay.js";
import { ledgerEntry } from "../../support/core-chain-record.js";
import { policyOf } from "../../support/core-rows.js";
import { CONTRACT, numberedStream } from "../../support/core-run.js";
import { balanceVal, countingInstance, stellarAssetInstance, wasmInstance } from "../../support/moving-entries.js";
import { MovingEscrow, type Payment } from "../../support/moving-escrow.js";
import { linesOf, MovingWorld, TOKEN } from "../../support/moving-world.js";
import { address, contractId, i128, streamKey, u64, unitVariant } from "../../support/streampay-contract.js";

let world: MovingWorld;
/** Owed: total - released of streams 1 to 3, each 1000 + its id. */
const OWED = 3_006n;
beforeEach(() => {
  world = new MovingWorld();
  world.count(4);
  for (const id of [1, 2, 3]) world.both(id);
  world.balance(OWED);
});

const run = (more: Partial<Reconciliation> = {}) => world.run({ layout: streampay, ...more });
const instanceKey = (contract: string) => ({ contract, key: xdr.ScVal.scvLedgerKeyContractInstance() });
const balanceKey = (token = TOKEN) => ({
  contract: token,
  key: xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Balance"), address(CONTRACT)]),
});
const INSOLVENT = [`${TOKEN} violates solvent`];
const UNDECIDED = ["run notice solvency_undecided"];
/** Lets something happen before the nth request that asks for a balance. */
const beforeBalance = (event: (nth: number) => void) => {
  let seen = 0;
  const balances = 2;
  world.chain.beforeAnswer = (read) => {
    // The read beyond the counter asks for it and what follows; a balance comes with the token's own instance.
    if (read >= balances) event(++seen);
  };
};

describe("what the contract holds of a token", () => {
  it("may be exactly what its streams are owed, and not one unit less", async () => {
    expect(linesOf(await run())).toEqual([]);
    world.balance(OWED - 1n);
    expect(linesOf(await run())).toEqual(INSOLVENT);
    expect(world.findings.violations).toEqual([
      {
        ...{ streamId: TOKEN, invariant: "solvent", side: "on_chain" },
        message:
          "the contract holds 3005 of the token, but its streams are owed 3006: 1 are missing " +
          "(at least: other kinds of streams in the same contract are not counted)",
        values: { token: TOKEN, balance: "3005", owed: "3006", shortfall: "1" },
      },
    ]);
  });

  it("covers drafts, active and paused streams, not settled or cancelled ones", async () => {
    world.stream(numberedStream(1, { status: "Cancelled" }));
    world.stream(numberedStream(2, { status: "Settled", released_amount: 2_002n, last_update: 2_000n }));
    world.stream(numberedStream(3, { status: "Draft", released_amount: 0n, start_time: 0n }));
    world.balance(2_003n);
    expect((await run()).violations).toEqual([]);
    world.balance(2_002n);
    expect((await run()).violations.map(({ values }) => values.shortfall)).toEqual(["1"]);
  });

  it("may be kept as a bare i128", async () => {
    world.chain.set(balanceKey(), ledgerEntry(i128(OWED)));
    expect(linesOf(await run())).toEqual([]);
    world.chain.set(balanceKey(), ledgerEntry(i128(OWED - 1n)));
    expect(linesOf(await run())).toEqual(INSOLVENT);
  });

  it.each<[string, xdr.ScVal]>([
    ["a text", xdr.ScVal.scvString("much")],
    ["an unsigned integer", u64(OWED)],
    ["a map without an amount", xdr.ScVal.scvMap([])],
    [
      "a map whose amount is no i128",
      xdr.ScVal.scvMap([new xdr.ScMapEntry({ key: xdr.ScVal.scvSymbol("amount"), val: u64(OWED) })]),
    ],
    [
      "a map whose amount has another kind of key",
      xdr.ScVal.scvMap([new xdr.ScMapEntry({ key: xdr.ScVal.scvString("amount"), val: i128(OWED) })]),
    ],
  ])("cannot be told where it is kept as %s", async (_form, value) => {
    world.chain.set(balanceKey(), ledgerEntry(value));
    expect(linesOf(await run())).toEqual(UNDECIDED);
  });

  it("cannot be told where its entry cannot be trusted or decoded", async () => {
    world.chain.set(balanceKey(), { kind: "fault", code: "entry_malformed", message: "odd" });
    expect(linesOf(await run())).toEqual(UNDECIDED);
    world.findings = new Findings();
    world.chain.set(balanceKey(), { ...ledgerEntry(i128(1n)), value: Uint8Array.of(0, 0, 0, 99) });
    expect(linesOf(await run())).toEqual(UNDECIDED);
  });

  it("is nothing where the network's own token has no entry for it", async () => {
    world.balance(null);
    const [violation] = (await run()).violations;
    expect(violation).toMatchObject({ invariant: "solvent", values: { balance: "0", shortfall: "3006" } });
  });

  it.each<[string, LedgerEntry | EntryFault | null]>([
    ["is somebody's own", ledgerEntry(wasmInstance)],
    ["is not there", null],
    ["cannot be trusted", { kind: "fault", code: "entry_malformed", message: "odd" }],
    ["is no instance", ledgerEntry(u64(1n))],
    ["cannot be decoded", { ...ledgerEntry(u64(1n)), value: Uint8Array.of(0, 0, 0, 99) }],
  ])("cannot be told without an entry where the token %s", async (_what, instance) => {
    world.balance(null);
    world.chain.set(instanceKey(TOKEN), instance);
    expect(linesOf(await run())).toEqual(UNDECIDED);
  });

  it("is held against what is owed of that token alone", async () => {
    const other = contractId(4);
    world.both(numberedStream(2, { token: other }));
    world.balance(1_002n, 900, other);
    world.balance(OWED - 1_002n - 5n);
    const findings = await run();
    expect(linesOf(findings)).toEqual(INSOLVENT);
    expect(findings.violations[0]!.values.shortfall).toBe("5");
  });

  it("is asked for in as many requests as many tokens need", async () => {
    world = new MovingWorld(60, 4);
    world.count(6);
    for (let id = 1; id <= 5; id++) {
      const token = contractId(50 + id);
      world.both(numberedStream(id, { token }));
      world.balance(id === 4 ? 0n : 5_000n, 900, token);
    }
    expect(linesOf(await run())).toEqual([`${contractId(54)} violates solvent`]);
  });
});

describe("a balance that the token's issuer has frozen", () => {
  const freeze = (amount = OWED, modified = 900) =>
    world.chain.set(balanceKey(), ledgerEntry(balanceVal(amount, false), { lastModifiedLedger: modified }));
  const FROZEN = [`${TOKEN} violates balance_frozen`];

  it("can pay nothing, whatever it holds", async () => {
    freeze();
    const findings = await run();
    expect(linesOf(findings)).toEqual(FROZEN);
    expect(findings.violations).toEqual([
      {
        ...{ streamId: TOKEN, invariant: "balance_frozen", side: "on_chain" },
        message:
          "the contract's balance of the token is frozen (not authorized by its issuer): none of the 3006 can be paid out, " +
          "and the streams are owed 3006",
        values: { token: TOKEN, balance: "3006", owed: "3006" },
      },
    ]);
  });

  it("may be too low as well", async () => {
    freeze(OWED - 1n);
    expect(linesOf(await run())).toEqual([...FROZEN, ...INSOLVENT]);
  });

  it("is no violation while nothing is owed of the token", async () => {
    for (const id of [1, 2, 3]) world.both(numberedStream(id, { released_amount: 2_000n + BigInt(id) }));
    freeze();
    expect(linesOf(await run()).filter((line) => line.includes("balance_frozen"))).toEqual([]);
  });

  it("is one also where not every stream can be read, and not of a layout that does not name solvent", async () => {
    freeze();
    world.chain.set(
      { contract: CONTRACT, key: streamKey(3n) },
      { kind: "fault", code: "entry_malformed", message: "odd" },
    );
    expect(linesOf(await run())).toContain(FROZEN[0]);
    world.findings = new Findings();
    expect(linesOf(await run({ layout: { ...streampay, invariants: ["ids_complete"] } }))).not.toContain(FROZEN[0]);
  });

  it("while it moved is one once something is owed at that ledger, and not on account of what was paid before", async () => {
    world.chain.beforeAnswer = (read) => {
      if (read !== 3) return;
      // Everything is paid, and only then the balance is frozen.
      world.chain.ledger = 1003;
      for (const id of [1, 2, 3]) {
        world.stream(numberedStream(id, { released_amount: 2_000n + BigInt(id), status: "Settled" }), 1003);
      }
      freeze(0n, 1003);
    };
    expect(linesOf(await run())).toEqual([]);
    world = new MovingWorld();
    world.count(4);
    for (const id of [1, 2, 3]) world.both(id);
    world.balance(OWED);
    world.chain.beforeAnswer = (read) => {
      if (read !== 3) return;
      world.chain.ledger = 1003;
      freeze(OWED, 1003);
    };
    expect(linesOf(await run())).toEqual(FROZEN);
  });

  it("can be ignored, with a notice", async () => {
    freeze();
    const rule = { streamId: null, field: null, invariant: "balance_frozen", reason: "known", until: "2026-12-31" };
    const findings = await run({ policy: policyOf({ ignore: new IgnoreRules([rule]) }) });
    expect(linesOf(findings)).toEqual([`${TOKEN} notice ignored`]);
  });
});

describe("an entry without which nothing can be paid", () => {
  const entries = [
    ["the contract's instance", "the instance of contract", CONTRACT, countingInstance(4n), instanceKey(CONTRACT)],
    ["the balance", "the contract's balance of", TOKEN, balanceVal(OWED), balanceKey()],
    ["the token's instance", "the instance of token", TOKEN, stellarAssetInstance, instanceKey(TOKEN)],
  ] as const;
  const restore = "must be restored before the contract can pay anything";

  it.each(entries)("%s is told of when it was archived, has expired, or will soon", async (_what, ...entry) => {
    const [what, address, value, key] = entry;
    const noticesOf = async (liveUntilLedger: number | null) => {
      world.findings = new Findings();
      world.chain.set(key, ledgerEntry(value, { liveUntilLedger }));
      return (await run({ policy: policyOf({ ttlWarningLedgers: 100 }) })).notices;
    };
    const notice = (code: string, told: string) => [{ streamId: null, code, message: `${what} ${address} ${told}` }];
    expect(await noticesOf(0)).toEqual(
      notice(
        "archived_or_unknown",
        `is archived, or the node does not tell its time to live; if archived, it ${restore}`,
      ),
    );
    expect(await noticesOf(999)).toEqual(notice("expired", `expired at ledger 999 and ${restore}`));
    expect(await noticesOf(1000)).toEqual(
      notice("ttl_low", `is archived in 0 ledgers, after ledger 1000; then it ${restore}`),
    );
    expect(await noticesOf(1099)).toHaveLength(1);
    for (const fine of [1100, 4_294_967_295, null]) expect(await noticesOf(fine)).toEqual([]);
  });

  it("is told of where the counter has an entry of its own, too", async () => {
    const nextId = { storage: "persistent", keys: [["Count"]], firstId: "1" } as const;
    const layout = { ...streampay, nextId };
    world.chain.set({ contract: CONTRACT, key: unitVariant("Count") }, ledgerEntry(u64(4n)));
    world.chain.set(instanceKey(CONTRACT), ledgerEntry(countingInstance(null), { liveUntilLedger: 0 }));
    expect(linesOf(await run({ layout }))).toEqual(["run notice archived_or_unknown"]);
  });

  it("is not told of in a run of some streams, nor with --db-only", async () => {
    world.chain.set(instanceKey(CONTRACT), ledgerEntry(countingInstance(4n), { liveUntilLedger: 0 }));
    expect(linesOf(await run({ only: ["stream_1"], isThorough: true }))).toEqual([]);
    expect(linesOf(await run({ dbOnly: true }))).toEqual(["run notice db_only"]);
  });
});

describe("what counts as owed", () => {
  it("includes streams that the database lacks", async () => {
    world.drop("stream_2");
    world.balance(OWED - 1n);
    expect(linesOf(await run())).toEqual([...INSOLVENT, "on-chain:2 presence drift"]);
  });

  it("counts a stream with two rows once", async () => {
    world.row(2, { streamId: "copy" });
    expect(linesOf(await run())).toEqual(["copy violates on_chain_id_unique"]);
  });

  it("is a lower bound where a stream cannot be read: a shortfall holds, a surplus is no proof", async () => {
    world.chain.set(
      { contract: CONTRACT, key: streamKey(2n) },
      { kind: "fault", code: "entry_malformed", message: "odd" },
    );
    expect(linesOf(await run())).toEqual([...UNDECIDED, "stream_2 error entry_malformed"]);
    world.balance(2_003n);
    expect(linesOf(await run())).toContain(INSOLVENT[0]);
  });

  it("is all of it where a row cannot be read, but every stream can", async () => {
    world.row(1, { onChainId: "one" });
    const lines = linesOf(await run());
    expect(lines).toContain("stream_1 error row_unreadable");
    expect(lines).not.toContain(UNDECIDED[0]);
  });

  it.each<[string, ReturnType<typeof ledgerEntry> | null]>([
    ["cannot be read", ledgerEntry(countingInstance(i128(4n)))],
    ["is not there", null],
  ])("is a lower bound where the counter %s, too", async (_what, instance) => {
    world.chain.set(instanceKey(CONTRACT), instance);
    expect(linesOf(await run())).toContain(UNDECIDED[0]);
    world.balance(OWED - 1n);
    expect(linesOf(await run())).toContain(INSOLVENT[0]);
  });

  it("is nothing where every stream is done, and then no balance is asked for", async () => {
    for (const id of [1, 2, 3]) {
      world.both(numberedStream(id, { status: "Cancelled", released_amount: 1_000n + BigInt(id) / 2n }));
    }
    world.balance(0n);
    expect(linesOf(await run())).toEqual([]);
    expect(world.chain.reads).toHaveLength(3);
  });
});

describe("solvency", () => {
  it.each<[string, Partial<Reconciliation>]>([
    ["of some streams only", { only: ["stream_1"] }],
    ["with --db-only", { dbOnly: true }],
    ["of a layout that does not name it", { layout: { ...streampay, invariants: ["ids_complete"] } }],
  ])("is not judged in a run %s", async (_what, more) => {
    world.balance(0n);
    expect((await run(more)).violations).toEqual([]);
  });

  it("can be ignored, with a notice", async () => {
    world.balance(0n);
    const rule = { streamId: TOKEN, field: null, invariant: "solvent", reason: "refill", until: "2026-12-31" };
    const findings = await run({ policy: policyOf({ ignore: new IgnoreRules([rule]) }) });
    expect(linesOf(findings)).toEqual([`${TOKEN} notice ignored`]);
    expect(findings.notices[0]!.message).toMatch(/^solvent is violated \(.*\); ignored until 2026-12-31: refill$/);
  });

  it("that cannot be read makes the run fail", async () => {
    beforeBalance(() => {
      throw new UnavailableError("rpc_unreachable", "gone");
    });
    await expect(run()).rejects.toMatchObject({ code: "rpc_unreachable" });
    expect(world.findings.summary).toMatchObject({ inSync: 3 });
  });
});

describe("a balance that moves while the streams are read", () => {
  /** Stream 1 pays everything it owes but one unit. */
  const payOut = (ledger: number) => {
    world.chain.ledger = ledger;
    world.stream(numberedStream(1, { released_amount: 2_000n }), ledger);
    world.balance(OWED - 1_000n, ledger);
  };

  it("is no shortfall: everything is read again, in one request, at one ledger", async () => {
    world.chain.beforeAnswer = (read) => {
      if (read === 3) payOut(1003);
    };
    expect(linesOf(await run())).toEqual([]);
    // The counter, the rows, beyond the counter, the balance; then streams with counter and balance, ten ids further.
    expect(world.chain.reads.map((keys) => keys.length)).toEqual([1, 3, 191, 2, 16]);
  });

  it("is a shortfall once nothing moved in between", async () => {
    world.balance(OWED - 7n);
    world.chain.beforeAnswer = (read) => {
      if (read !== 3) return;
      payOut(1003);
      world.balance(OWED - 1_007n, 1003);
    };
    const findings = await run();
    expect(linesOf(findings)).toEqual(INSOLVENT);
    expect(findings.violations[0]!.values).toMatchObject({ owed: "2006", balance: "1999", shortfall: "7" });
  });

  /** Of an escrow that no single request can hold: a payment between its first stream and its balance, each time. */
  const restless = (readings: number, isLost: (sizes: readonly number[]) => boolean = () => false) => {
    world = new MovingWorld(60, 25);
    world.count(31);
    for (let id = 1; id <= 30; id++) world.both(id);
    const owed = 30_000n + 465n;
    world.balance(owed - 50n);
    let moves = 0;
    world.chain.beforeAnswer = () => {
      if (isLost(world.chain.reads.map((keys) => keys.length))) throw new UnavailableError("rpc_unreachable", "gone");
      // The second half of the streams is read: something is paid.
      const moving = world.chain.reads.at(-1)!.length === 5;
      if (!moving || moves > readings) return;
      moves += 1;
      const ledger = world.chain.ledger + 1;
      world.chain.ledger = ledger;
      world.stream(numberedStream(1, { released_amount: 1_000n + BigInt(moves) }), ledger);
      world.balance(owed - 50n - BigInt(moves), ledger);
    };
    return run();
  };

  it("is a shortfall, however restless, when what has not changed since is owed more than there is", async () => {
    expect(linesOf(await restless(Number.POSITIVE_INFINITY))).toEqual(INSOLVENT);
  });

  it("and then stands still at the last of them is a shortfall", async () => {
    const findings = await restless(2);
    expect(linesOf(findings)).toEqual(INSOLVENT);
    expect(findings.violations[0]!.values.shortfall).toBe("50");
  });

  it("whose streams cannot all be read the second time is no shortfall on account of that", async () => {
    world.chain.beforeAnswer = (read) => {
      if (read === 3) payOut(1003);
      if (read === 4) {
        world.chain.set(
          { contract: CONTRACT, key: streamKey(3n) },
          { kind: "fault", code: "entry_malformed", message: "odd" },
        );
      }
    };
    expect(linesOf(await run())).toEqual(UNDECIDED);
  });

  it("and a request of the second reading that fails makes the run fail", async () => {
    world.chain.beforeAnswer = (read) => {
      if (read === 3) payOut(1003);
      if (read === 4) throw new UnavailableError("rpc_unreachable", "gone");
    };
    await expect(run()).rejects.toMatchObject({ code: "rpc_unreachable" });
  });

  it("and one of several requests of the second reading that fails makes the run fail", async () => {
    let failed = false;
    const result = restless(1, (sizes) => {
      const rereads = sizes.length > 5 && sizes.at(-1) === 25;
      failed ||= rereads;
      return rereads;
    });
    await expect(result).rejects.toMatchObject({ code: "rpc_unreachable" });
    expect(failed).toBe(true);
  });

  it("and a counter that cannot be read the second time makes the run fail", async () => {
    world.chain.beforeAnswer = (read) => {
      if (read === 3) payOut(1003);
      if (read === 4) world.chain.set(instanceKey(CONTRACT), ledgerEntry(countingInstance(i128(4n))));
    };
    await expect(run()).rejects.toMatchObject({ code: "next_id_unknown" });
  });

  it("is no shortfall where it stands still, and streams pass on to others what they are owed", async () => {
    world = new MovingWorld(60, 25);
    world.count(31);
    for (let id = 1; id <= 30; id++) world.both(id);
    world.balance(30_465n);
    world.chain.beforeAnswer = (read) => {
      if (read !== 2) return;
      // Stream 1 was read before, stream 30 was not.
      world.chain.ledger = 1003;
      world.stream(numberedStream(1, { total_amount: 1_501n }), 1003);
      world.stream(numberedStream(30, { total_amount: 2_530n }), 1003);
    };
    const findings = await run({ confirm: 0, concurrency: 1 });
    expect([findings.violations, findings.hasNotice("solvency_undecided")]).toEqual([[], false]);
  });

  it("of a contract whose counter is beyond reason does not read without end", async () => {
    world.count(200_000_000);
    for (let i = 0n; i < 190n; i++) world.chain.setAbsent(CONTRACT, 200_000_000n + i);
    world.chain.beforeAnswer = (read) => {
      if (read === 3) payOut(1003);
    };
    expect(linesOf(await run())).toEqual(["run error next_id_implausible", ...UNDECIDED]);
    expect(world.chain.reads.length).toBeLessThan(10);
  });
});

describe("an escrow that pays while it is read", () => {
  const payments: fc.Arbitrary<Payment[]> = fc.array(
    fc.record({
      kind: fc.constantFrom("create" as const, "withdraw" as const, "cancel" as const, "settle" as const),
      pick: fc.nat({ max: 50 }),
      share: fc.integer({ min: 0, max: 1_000 }),
    }),
    { maxLength: 4 },
  );
  /** What happens before each request, over and over. */
  const scripts = fc.array(payments, { minLength: 1, maxLength: 12 });

  const solvencyOf = async (streams: number, surplus: bigint, maxKeys: number, script: Payment[][], quiet: boolean) => {
    world = new MovingWorld(250, maxKeys);
    const escrow = new MovingEscrow(world, streams, surplus);
    world.chain.beforeAnswer = (read) => {
      if (escrow.size < 200 && !(quiet && read > 0)) escrow.pay(script[read % script.length]!);
    };
    const findings = await run({ confirm: 0, concurrency: 3 });
    return {
      insolvent: findings.violations.filter(({ invariant }) => invariant === "solvent"),
      others: findings.violations.filter(({ invariant }) => invariant !== "solvent"),
    };
  };

  it("is never called insolvent while it is solvent, nor its streams miscounted", async () => {
    await fc.assert(
      fc.asyncProperty(
        ...([
          fc.integer({ min: 1, max: 30 }),
          fc.bigInt({ min: 0n, max: 3n }),
          fc.integer({ min: 22, max: 60 }),
        ] as const),
        scripts,
        async (streams, surplus, maxKeys, script) => {
          const { insolvent, others } = await solvencyOf(streams, surplus, maxKeys, script, false);
          expect([insolvent, others]).toEqual([[], []]);
        },
      ),
      { numRuns: 120 },
    );
  });

  it("is called insolvent, by the exact amount, whenever it is and nothing moves", async () => {
    await fc.assert(
      fc.asyncProperty(
        ...([
          fc.integer({ min: 1, max: 30 }),
          fc.bigInt({ min: 1n, max: 9n }),
          fc.integer({ min: 22, max: 60 }),
        ] as const),
        scripts,
        async (streams, missing, maxKeys, script) => {
          const { insolvent } = await solvencyOf(streams + 1, -missing, maxKeys, script, true);
          // Everything may have been paid out by then: then nothing is owed that could be missing.
          for (const { values } of insolvent) expect(values.shortfall).toBe(missing.toString());
          if (script[0]!.every(({ kind }) => kind === "create")) expect(insolvent).toHaveLength(1);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("an escrow behind two nodes, one of which is two ledgers late", () => {
  /** Which of the nodes answers, over and over. */
  const turns = fc.array(fc.constantFrom(0, 2), { minLength: 1, maxLength: 11 });
  const payments: fc.Arbitrary<Payment[]> = fc.array(
    fc.record({
      kind: fc.constantFrom("create" as const, "withdraw" as const, "withdraw" as const),
      pick: fc.nat({ max: 50 }),
      share: fc.integer({ min: 0, max: 1_000 }),
    }),
    { maxLength: 3 },
  );
  const scripts = fc.array(payments, { minLength: 1, maxLength: 12 });
  const worlds = (surpluses: fc.Arbitrary<bigint>, requestsPerLedger: fc.Arbitrary<number>) =>
    fc.record({
      streams: fc.integer({ min: 1, max: 60 }),
      surplus: surpluses,
      maxKeys: fc.integer({ min: 16, max: 60 }),
      requestsPerLedger,
      turns,
      script: scripts,
    });
  type World = typeof worlds extends (...args: never[]) => fc.Arbitrary<infer T> ? T : never;

  const solvencyOf = async ({ streams, surplus, maxKeys, requestsPerLedger, turns, script }: World) => {
    world = new MovingWorld(400, maxKeys);
    const escrow = new MovingEscrow(world, streams, surplus);
    for (const payments of script) escrow.pay(payments);
    world.chain.ledgersBehind = (read) => turns[read % turns.length]!;
    world.chain.beforeAnswer = (read) => {
      if (read % requestsPerLedger === 0 && escrow.size < 300) escrow.pay(script[read % script.length]!);
    };
    const findings = await run({ confirm: 0, concurrency: 3 });
    const insolvent = findings.violations.filter(({ invariant }) => invariant === "solvent");
    return { insolvent, isUndecided: findings.hasNotice("solvency_undecided") };
  };

  it("is never called insolvent while it is solvent, and never solvent while it is not", async () => {
    const surpluses = fc.bigInt({ min: -3n, max: 3n });
    await fc.assert(
      fc.asyncProperty(worlds(surpluses, fc.integer({ min: 1, max: 12 })), async (input) => {
        const { insolvent, isUndecided } = await solvencyOf(input);
        if (input.surplus >= 0n) expect(insolvent).toEqual([]);
        else expect(insolvent.length === 1 || isUndecided).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it("is told from the other for certain where a ledger lasts as long as reading the escrow, twice", async () => {
    const surpluses = fc.constantFrom(-2n, 0n);
    await fc.assert(
      fc.asyncProperty(worlds(surpluses, fc.integer({ min: 60, max: 90 })), async (input) => {
        const { insolvent, isUndecided } = await solvencyOf(input);
        expect([insolvent.map(({ values }) => values.shortfall), isUndecided]).toEqual([
          input.surplus < 0n ? ["2"] : [],
          false,
        ]);
      }),
      { numRuns: 40 },
    );
  });
});

describe("entries that the tests of solvency are made of", () => {
  it("are what they claim to be", () => {
    expect(stellarAssetInstance.instance().executable().switch().name).toBe("contractExecutableStellarAsset");
    expect(balanceVal(5n).map()).toHaveLength(3);
    expect(unitVariant("StreamCount").vec()).toHaveLength(1);
  });
});
