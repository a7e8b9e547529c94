import { xdr } from "@stellar/stellar-base";
import { Findings } from "../../../src/core/report/findings.js";
import { planRows } from "../../../src/core/rules/mapping.js";
import { streampay } from "../../../src/presets/streampay.js";
import { ledgerEntry } from "../../support/core-chain-record.js";
import { fullMapping, policyOf } from "../../support/core-rows.js";
import { CONTRACT, numberedStream } from "../../support/core-run.js";
import { instance, smallEscrow, smallKey, smallStream } from "../../support/core-small-escrow.js";
import { countingInstance } from "../../support/moving-entries.js";
import { linesOf, MovingWorld, reasonsOf, wordsOf } from "../../support/moving-world.js";
import { contractId, i128, u64, unitVariant } from "../../support/streampay-contract.js";

let world: MovingWorld;
beforeEach(() => {
  world = new MovingWorld();
  world.count(8);
  for (let id = 1; id <= 7; id++) world.both(id);
});

/** One look, at ledger 1000. */
const look = (more: Parameters<MovingWorld["run"]>[0] = {}) => world.run({ isStatic: true, ...more });
const instanceKey = { contract: CONTRACT, key: xdr.ScVal.scvLedgerKeyContractInstance() };

describe("a stream that the database lacks", () => {
  it("is missing there, whatever its place among the ids", async () => {
    for (const id of [1, 4, 7]) world.drop(`stream_${id}`);
    const findings = await look();
    expect(linesOf(findings)).toEqual([1, 4, 7].map((id) => `on-chain:${id} presence drift`));
    expect(findings.summary).toMatchObject({ missingInDb: 3, inSync: 4, drifted: 0, streamsChecked: 7 });
    expect(findings.discrepancies[0]).toEqual({
      ...{ streamId: "on-chain:1", field: "presence", dbValue: "missing", onChainValue: "present" },
      ...{ classification: "drift", reason: "missed", ledger: { dbSynced: 950, chainModified: 900, observed: 1000 } },
      token: contractId(3),
    });
  });

  it("is found in a database without any row", async () => {
    world.rows = [];
    world.stream(7, 879);
    // Without any row nothing tells how far the database has come; beside a file that is no excuse.
    expect((await look()).summary).toMatchObject({ lagging: 0, missingInDb: 7 });
    expect(reasonsOf(world.findings)).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((id) => `on-chain:${id} drift no_cursor`),
      "on-chain:7 drift stale",
    ]);
  });

  const [ROW_TELLS_NOTHING, AHEAD] = [null, 1_001n];
  const BEHIND = "run notice database_behind";
  it.each<[string, bigint | null, number, number, string[]]>([
    ["S > L: that row says nothing of the others", AHEAD, 900, 120, ["presence drift"]],
    ["M = S", 950n, 950, 120, ["presence drift"]],
    ["M < S", 950n, 10, 120, ["presence drift"]],
    ["M > S, and nothing is later than it may be", 950n, 951, 50, ["presence lag"]],
    ["M > S, and S further back, so that a change may be overlooked", 950n, 951, 49, ["error lag_unproven", BEHIND]],
    ["M > S, older than is allowed", 950n, 951, 48, ["presence drift", BEHIND]],
    ["M = L, no lag allowed", 950n, 1000, 0, ["error lag_unproven", BEHIND]],
    ["S unknown, as old as is allowed", ROW_TELLS_NOTHING, 880, 120, ["presence drift"]],
    ["S unknown, older than is allowed", ROW_TELLS_NOTHING, 879, 120, ["presence drift"]],
  ])("is judged with the greatest cursor for S: %s", async (_case, greatest, modified, maxLagLedgers, found) => {
    world.drop("stream_4");
    world.stream(4, modified);
    for (const id of [1, 2, 3, 5, 6, 7]) world.row(id, { synced: greatest === null ? null : 900n });
    world.row(3, { synced: greatest });
    const lines = found.map((line) => (line === BEHIND ? line : `on-chain:4 ${line}`));
    expect(linesOf(await look({ policy: policyOf({ maxLagLedgers }) }))).toEqual(lines);
  });

  it.each<[bigint | string | null, string[]]>([
    [950n, ["on-chain:4 presence drift"]],
    ["949", ["on-chain:4 presence lag"]],
    [1_001n, ["on-chain:4 error node_behind_database"]],
    [null, ["on-chain:4 presence drift", "run error cursor_missing"]],
    ["soon", ["on-chain:4 presence drift", "run error cursor_unreadable"]],
  ])("is judged with the one cursor of all rows where there is one: %p", async (cursor, lines) => {
    world.drop("stream_4");
    world.stream(4, 950);
    world.globalCursor = cursor;
    for (const id of [1, 2, 3, 5, 6, 7]) world.row(id, { synced: null });
    expect(linesOf(await look())).toEqual(lines);
  });

  it("shows what it breaks and how long it lives, under the name that the report has for it", async () => {
    world.drop("stream_4");
    world.chain.setStream(CONTRACT, numberedStream(4, { fee_bps: 10_001 }), { liveUntilLedger: 0 });
    expect(linesOf(await look())).toEqual([
      ...["on-chain:4 notice archived_or_unknown", "on-chain:4 presence drift", "on-chain:4 violates fee_within_limit"],
    ]);
  });

  it("is unchecked when its entry cannot be read", async () => {
    world.drop("stream_4");
    world.chain.set(
      { contract: CONTRACT, key: streamKeyOf(4) },
      { kind: "fault", code: "entry_malformed", message: "odd" },
    );
    expect(linesOf(await look())).toEqual(["on-chain:4 error entry_malformed"]);
    expect(world.findings.summary.unchecked).toBe(1);
  });

  it("is not one whose row is there and cannot be read", async () => {
    world.row(4, { fields: { total_amount: "much" } });
    expect(linesOf(await look())).toEqual(["stream_4 error row_unreadable"]);
    expect(world.findings.summary).toMatchObject({ missingInDb: 0, unchecked: 1 });
  });

  it("is read once, in the batches of the others that are missing", async () => {
    world = new MovingWorld(60, 25);
    world.count(41);
    for (let id = 1; id <= 40; id++) world.stream(id);
    await look({ confirm: 0 });
    expect(world.chain.reads.map((keys) => keys.length)).toEqual([1, 25, 15, 25]);
  });
});

const streamKeyOf = (id: number) => xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Stream"), u64(BigInt(id))]);

describe("a hole in the contract", () => {
  it("with a row is missing on chain, and breaks the count", async () => {
    world.absent(4);
    const findings = await look();
    expect(linesOf(findings)).toEqual(["stream_4 presence drift", "stream_4 violates ids_complete"]);
    expect(findings.violations).toEqual([
      {
        ...{ streamId: "stream_4", invariant: "ids_complete", side: "on_chain" },
        message: "the contract counts up to id 8, but has no stream 4",
        values: { id: "4", next_id: "8" },
      },
    ]);
  });

  it("without a row breaks the count alone: no side has a stream to compare", async () => {
    world.absent(4);
    world.drop("stream_4");
    const findings = await look();
    expect(linesOf(findings)).toEqual(["on-chain:4 violates ids_complete"]);
    expect(findings.summary).toMatchObject({ streamsChecked: 6, violations: 1 });
  });

  it.each([1, 7])("at the end of the ids, %d, is one too", async (id) => {
    world.absent(id);
    world.drop(`stream_${id}`);
    expect(linesOf(await look())).toEqual([`on-chain:${id} violates ids_complete`]);
  });

  it("is none at the counter, below the first id, or where the batch was read before the counter", async () => {
    for (const id of [8, 0]) world.row(numberedStream(id), { streamId: `row_${id}` });
    expect(linesOf(await look())).toEqual(["row_0 presence drift", "row_8 presence drift"]);

    world.rows = world.rows.filter(({ streamId }) => streamId !== "row_0" && streamId !== "row_8");
    world.findings = new Findings();
    world.absent(4);
    world.drop("stream_4");
    // A node that is behind the one that told the counter.
    world.chain.beforeAnswer = () => {
      world.chain.ledger = world.chain.reads.length % 3 === 1 ? 1000 : 999;
    };
    world.chain.reads.length = 0;
    expect(linesOf(await look())).toEqual([]);
  });
});

describe("a hole in a source that leaves evicted entries out", () => {
  const withoutLifetimes = (...ids: number[]) => {
    for (const id of ids) world.chain.setStream(CONTRACT, numberedStream(id), { liveUntilLedger: null });
    world.drop("stream_4");
    world.absent(4);
  };

  it("is a notice: what is not there may still exist", async () => {
    withoutLifetimes(1, 2, 3, 5, 6, 7);
    expect(linesOf(await look())).toEqual(["on-chain:4 notice not_in_snapshot"]);
  });

  it("is a finding all the same where the source is a node, or tells any time to live", async () => {
    withoutLifetimes(1, 2, 3, 5, 6, 7);
    expect(linesOf(await look({ isStatic: false }))).toEqual(["on-chain:4 violates ids_complete"]);
    world.findings = new Findings();
    withoutLifetimes(1, 2, 3, 5, 6);
    world.stream(7);
    expect(linesOf(await look())).toEqual(["on-chain:4 violates ids_complete"]);
  });
});

describe("ids of a contract that may leave some out", () => {
  it("are compared, and holes are no finding; what lies beyond the counter is, since not all ids were looked at then", async () => {
    const layout = { ...streampay, invariants: [] };
    world.absent(4);
    world.drop("stream_4");
    world.both(9);
    world.drop("stream_5");
    expect(linesOf(await look({ layout }))).toEqual(["on-chain:5 presence drift", "stream_9 violates id_below_count"]);
  });
});

describe("an entry at or above the counter", () => {
  it("with a row is a finding, named after the row", async () => {
    world.both(9);
    expect(linesOf(await look())).toEqual(["stream_9 violates id_below_count"]);
    expect(world.findings.summary).toMatchObject({ inSync: 8 });
    expect(world.findings.violations[0]!.message).toBe(
      "the contract has a stream 9, but its counter says that the next id is 8",
    );
  });

  it("without a row is found by looking beyond the counter", async () => {
    for (const id of [8, 27]) world.stream(id);
    expect(linesOf(await look())).toEqual([
      "on-chain:27 violates id_below_count",
      "on-chain:8 violates id_below_count",
    ]);
  });

  it("is looked for so far and no farther", async () => {
    world.stream(198);
    expect(linesOf(await look())).toEqual([]);
  });

  it("is reported once, by its row, when it is found both ways", async () => {
    world.both(8);
    expect(linesOf(await look())).toEqual(["stream_8 violates id_below_count"]);
  });

  it("that was created while the run looked is none, with a row or without", async () => {
    world.both(8);
    world.stream(9);
    world.chain.beforeAnswer = (read) => {
      if (read > 0) world.count(10);
    };
    expect(linesOf(await look())).toEqual([]);
  });

  it("is none where no more is known than that something untrustworthy lies there", async () => {
    world.chain.set(
      { contract: CONTRACT, key: streamKeyOf(9) },
      { kind: "fault", code: "entry_malformed", message: "odd" },
    );
    expect(linesOf(await look())).toEqual([]);
  });

  it("is not looked for when no request has room for it", async () => {
    world = new MovingWorld(60, 1);
    world.count(3);
    world.both(1);
    world.both(2);
    world.stream(3);
    expect(linesOf(await look())).toEqual([]);
  });
});

describe("two rows for one stream", () => {
  it("are a finding about the second, and both are compared", async () => {
    world.row(4, { streamId: "z_copy", fields: { total_amount: "5" } });
    const findings = await look();
    expect(linesOf(findings)).toEqual([
      ...["z_copy total_amount drift", "z_copy violates on_chain_id_unique", "z_copy violates released_within_total"],
    ]);
    expect(findings.violations.find(({ invariant }) => invariant === "on_chain_id_unique")).toEqual({
      ...{ streamId: "z_copy", invariant: "on_chain_id_unique", side: "db" },
      ...{ message: "another row names the same stream of the contract, 4", values: { on_chain_id: "4" } },
    });
    expect(findings.summary).toMatchObject({ streamsChecked: 8, inSync: 7, drifted: 1 });
  });

  it("are a finding with --db-only as well", async () => {
    world.row(4, { streamId: "copy" });
    expect(linesOf(await look({ dbOnly: true }))).toEqual(["copy violates on_chain_id_unique", "run notice db_only"]);
  });

  it("are none where rows are not linked at all", async () => {
    for (const streamId of ["a", "b"]) world.row(9, { streamId, onChainId: null });
    expect(linesOf(await look({ policy: policyOf() })).filter((line) => line.includes("violates"))).toEqual([]);
  });
});

describe("the contract's counter", () => {
  it("that nobody wrote yet means that there is no stream", async () => {
    world = new MovingWorld();
    expect(linesOf(await look())).toEqual([]);
    world.row(1);
    expect(linesOf(await look())).toEqual(["run notice layout_does_not_fit", "stream_1 presence drift"]);
  });

  // The layout is likelier to be wrong than the contract; either way nothing is green.
  it.each([[[]], [["ids_complete"]]])(
    "that nobody wrote, with a stream all the same, is unknown (%j)",
    async (named) => {
      world = new MovingWorld();
      const layout = { ...streampay, invariants: named };
      world.both(1);
      expect(linesOf(await look({ layout }))).toEqual(["run error next_id_unknown", "run notice layout_does_not_fit"]);
      world.findings = new Findings();
      world.rows = [];
      expect(linesOf(await look({ layout }))).toEqual(["run error next_id_unknown"]);
    },
  );

  it("that nobody wrote, beside streams that only the instance itself shows, is unknown", async () => {
    world = new MovingWorld();
    const layout = { ...smallEscrow, nextId: { storage: "instance", keys: ["next_id"], firstId: "1" } } as const;
    const plan = planRows({ ...fullMapping, fields: { balance: { column: "balance" } } }, layout);
    world.chain.set(instanceKey, ledgerEntry(instance([[smallKey(1), smallStream(5n)]])));
    expect(linesOf(await look({ layout, plan }))).toEqual(["run error next_id_unknown"]);
  });

  it.each([
    ["of another type", i128(8n)],
    ["that is a text", xdr.ScVal.scvString("8")],
  ])("%s leaves what the database lacks unknown, and the rest compared", async (_what, value) => {
    world.chain.set(instanceKey, ledgerEntry(countingInstance(value)));
    world.drop("stream_4");
    world.row(numberedStream(5, { released_amount: 1n }));
    const findings = await look();
    expect(linesOf(findings)).toEqual(["run error next_id_unknown", "stream_5 released_amount drift"]);
    expect(findings.errors[0]!.message).toMatch(/counter of streams cannot be read: .*--db-only does without/);
  });

  it("that becomes unreadable while the run looks leaves it unknown what lies beyond", async () => {
    world.chain.beforeAnswer = (read) => {
      if (read > 0) world.chain.set(instanceKey, ledgerEntry(u64(8n)));
    };
    expect(linesOf(await look())).toEqual(["run error next_id_unknown"]);
  });

  it("that no contract can have is not counted through", async () => {
    world.chain.set(instanceKey, ledgerEntry(countingInstance(100_000_002n)));
    for (let i = 0n; i < 190n; i++) world.chain.setAbsent(CONTRACT, 100_000_002n + i);
    const findings = await look();
    expect(linesOf(findings)).toContain("run error next_id_implausible");
    expect(world.chain.reads.flat().length).toBeLessThan(250);
  });

  it("of a contract that the ledger does not have is told, and the ids around the rows' are looked at", async () => {
    world.chain.set(instanceKey, null);
    world.drop("stream_4");
    world.stream(27);
    world.stream(28);
    expect(linesOf(await look())).toEqual([
      ...["on-chain:27 presence drift", "on-chain:4 presence drift", "run notice contract_missing"],
    ]);
  });

  it("of a contract that is not there does not let one mad id send the run round the world", async () => {
    world.chain.set(instanceKey, null);
    world.chain.setAbsent(CONTRACT, 1n << 63n);
    world.row(numberedStream(1, { id: 1n << 63n }), { streamId: "mad" });
    expect(linesOf(await look())).toContain("run notice missing_rows_not_checked");
  });

  it("may be kept in entries of its own, under the name that is there first", async () => {
    const key = (name: string) => ({ contract: CONTRACT, key: unitVariant(name) });
    const nextId = { storage: "persistent", keys: [["StreamCount"], ["NextStreamId"]], firstId: "1" } as const;
    const layout = { ...streampay, invariants: ["ids_complete"], nextId };
    world.chain.set(key("StreamCount"), null);
    world.chain.set(key("NextStreamId"), ledgerEntry(xdr.ScVal.scvU32(8)));
    world.drop("stream_4");
    expect(linesOf(await look({ layout }))).toEqual(["on-chain:4 presence drift"]);
    // With the contract's own instance in the same request.
    expect(world.chain.reads[0]).toHaveLength(3);
    world.findings = new Findings();
    world.chain.set(key("NextStreamId"), null);
    expect(linesOf(await look({ layout }))).toEqual(["run error next_id_unknown", "run notice layout_does_not_fit"]);
  });

  it("may not be there yet in entries of its own, while there is neither row nor stream", async () => {
    const layout = { ...streampay, nextId: { storage: "persistent", keys: [["Count"]], firstId: "1" } } as const;
    world = new MovingWorld();
    world.chain.set({ contract: CONTRACT, key: unitVariant("Count") }, null);
    expect(linesOf(await look({ layout: { ...layout, invariants: ["ids_complete"] } }))).toEqual([]);
  });

  it("may hold the last id that was given out", async () => {
    const nextId = { ...streampay.nextId!, holds: "last" as const };
    const layout = { ...streampay, invariants: [], nextId };
    world.count(7);
    world.drop("stream_7");
    expect(linesOf(await look({ layout }))).toEqual(["on-chain:7 presence drift"]);
  });

  it("is not asked for where the layout knows of none, and the report says so", async () => {
    const { nextId: _, ...layout } = { ...streampay, invariants: [] };
    world.drop("stream_4");
    expect(linesOf(await look({ layout }))).toEqual(["run notice missing_rows_not_checked"]);
  });
});

describe("--db-only", () => {
  it("looks at the rows alone, and says so", async () => {
    world.drop("stream_4");
    world.stream(9);
    const findings = await look({ dbOnly: true });
    expect(linesOf(findings)).toEqual(["run notice db_only"]);
    expect(findings.summary).toMatchObject({ streamsChecked: 6, inSync: 6 });
    expect(world.chain.reads.flat()).toHaveLength(6);
  });
});

describe("--stream on-chain:<id>", () => {
  const ask = (...only: string[]) => look({ only });

  it("finds the row of an id that the database writes in another way", async () => {
    world.rows = world.rows.map((row) => (String(row.onChainId) === "3" ? { ...row, onChainId: "003" } : row));
    const findings = await ask("on-chain:3");
    expect(linesOf(findings)).toEqual([]);
    expect(findings.seen).toBe(1);
  });

  it("is the row of that stream where there is one", async () => {
    const findings = await ask("on-chain:4");
    expect(linesOf(findings)).toEqual([]);
    expect(findings.summary).toMatchObject({ streamsChecked: 1, inSync: 1 });
    expect(world.selections.map(wordsOf)).toEqual(["streamId on-chain:4", "onChainId 4"]);
  });

  it("is the stream without a row where only the contract has it", async () => {
    world.drop("stream_4");
    world.stream(4, 879);
    const findings = await ask("on-chain:4");
    expect(linesOf(findings)).toEqual(["on-chain:4 presence drift"]);
    expect(findings.summary).toMatchObject({ missingInDb: 1, unchecked: 0 });
  });

  it("is judged by all rows' cursors, though only one stream was asked for", async () => {
    world.drop("stream_4");
    expect(linesOf(await ask("on-chain:4"))).toEqual(["on-chain:4 presence drift"]);
  });

  it("cannot be checked where it is nowhere", async () => {
    const findings = await ask("on-chain:9");
    expect(linesOf(findings)).toEqual(["on-chain:9 error stream_not_found"]);
    expect(findings.summary.unchecked).toBe(1);
  });

  it.each(["on-chain:18446744073709551616", `on-chain:${"9".repeat(39)}`, "on-chain:x", "on-chain:-1"])(
    "cannot be checked where no contract can have it: %s",
    async (id) => {
      expect(linesOf(await ask(id))).toEqual([`${id} error stream_not_found`]);
    },
  );

  it("and the row's own id together are one stream", async () => {
    const findings = await ask("stream_4", "on-chain:4", "on-chain:5");
    expect(linesOf(findings)).toEqual([]);
    expect(findings.summary).toMatchObject({ streamsChecked: 2 });
  });

  it("is known though its row is unreadable", async () => {
    world.row(4, { fields: { total_amount: "much" } });
    expect(linesOf(await ask("on-chain:4"))).toEqual(["stream_4 error row_unreadable"]);
  });

  it("says once that the cursor is missing", async () => {
    world.globalCursor = null;
    expect(linesOf(await ask("on-chain:4"))).toEqual(["run error cursor_missing"]);
  });

  it("does not make other ids a finding, nor ask for the counter", async () => {
    world.absent(5);
    world.stream(9);
    await ask("on-chain:4");
    expect(linesOf(world.findings)).toEqual([]);
    expect(world.chain.reads.flat()).toHaveLength(1);
  });
});
