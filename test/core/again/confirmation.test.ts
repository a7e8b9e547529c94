import type { ErrorCode } from "../../../src/core/codes.js";
import { UnavailableError } from "../../../src/core/errors.js";
import { statusOf } from "../../../src/core/report/findings.js";
import { policyOf } from "../../support/core-rows.js";
import { numberedStream } from "../../support/core-run.js";
import { linesOf, MovingWorld, reasonsOf, wordsOf } from "../../support/moving-world.js";

let world: MovingWorld;
beforeEach(() => {
  world = new MovingWorld();
  world.cursorMeans = "event";
  world.count(8);
  for (let id = 1; id <= 7; id++) world.both(id);
});

/** Stream 3's row in a state that the chain does not have. */
const differs = (released = 900n) => numberedStream(3, { released_amount: released });
const lost = (code: ErrorCode = "database_connection_lost") => new UnavailableError(code, "gone");
const DRIFT = ["stream_3 released_amount drift"];
const UNCONFIRMED = ["run notice unconfirmed", ...DRIFT];

describe("a difference of the first look", () => {
  it("is dismissed when the transaction lands that the row was written ahead of", async () => {
    world.row(differs(1_100n));
    world.at(1001, () => world.stream(differs(1_100n), 1001));
    const findings = await world.run();
    expect(linesOf(findings)).toEqual([]);
    expect(findings.summary).toMatchObject({ inSync: 7, confirmation: { found: 1, dismissed: 1, confirmed: 0 } });
    expect(world.clock.sleeps).toEqual([1000, 1000, 1000, 1000, 1000]);
  });

  it("is drift when both sides stand still through every look", async () => {
    world.row(differs());
    const findings = await world.run();
    expect(linesOf(findings)).toEqual(DRIFT);
    expect(findings.summary.confirmation).toEqual({ found: 1, dismissed: 0, confirmed: 1 });
    expect(world.selections.map(wordsOf)).toEqual([
      "all",
      "streamId stream_3",
      "streamId stream_3",
      "streamId stream_3",
    ]);
    expect(findings.ledger).toEqual({ first: 1000, last: 1003 });
    expect(findings.discrepancies[0]!.ledger.observed).toBe(1003);
  });

  it("is looked at again as often as asked", async () => {
    world.row(differs());
    await world.run({ confirm: 1 });
    expect(world.selections).toHaveLength(2);
    expect(world.findings.summary.confirmation.confirmed).toBe(1);
  });

  it("stands for still when only the row's cursor moves", async () => {
    world.row(differs());
    for (const ledger of [1001, 1002, 1003]) world.at(ledger, () => world.row(differs(), { synced: BigInt(ledger) }));
    expect(linesOf(await world.run())).toEqual(DRIFT);
  });

  /** What happens with each of the next forty ledgers. */
  const always = (event: (ledger: number) => void) => {
    for (let ledger = 1001; ledger <= 1040; ledger++) world.at(ledger, () => event(ledger));
  };
  const at = (ledger: number) => differs(BigInt(ledger));

  it("is lag when the row is always ahead of a stream that comes to say the same", async () => {
    world.row(differs(1_001n));
    always((ledger) => {
      world.stream(at(ledger), ledger);
      world.row(at(ledger + 1), { synced: BigInt(ledger) });
    });
    const findings = await world.run();
    expect(reasonsOf(findings)).toEqual(["stream_3 lag ahead"]);
    expect(findings.summary).toMatchObject({ lagging: 1, drifted: 0, confirmation: { found: 1, confirmed: 0 } });
    expect(statusOf(findings)).toBe("IN_SYNC");
  });

  it("is drift when the row, sure of itself, does not follow a stream that moves at every look", async () => {
    world.row(differs(), { synced: 1000n });
    always((ledger) => {
      world.stream(at(ledger), ledger);
      world.row(differs(), { synced: BigInt(ledger) });
    });
    expect(reasonsOf(await world.run())).toEqual(["stream_3 drift missed"]);
  });

  it("is lag, and soon proven, when the row follows at a distance, as its cursor says", async () => {
    world.stream(at(1000), 1000);
    world.row(at(998), { synced: 998n });
    always((ledger) => {
      world.stream(at(ledger), ledger);
      world.row(at(ledger - 2), { synced: BigInt(ledger - 2) });
    });
    expect(reasonsOf(await world.run())).toEqual(["stream_3 lag behind"]);
    expect(world.findings.ledger).toEqual({ first: 1000, last: 1003 });
    expect(world.findings.notices).toEqual([]);
  });

  it("is lag that nothing but the time allowed excuses when the cursor stays behind the looks, and a notice says so", async () => {
    world.globalCursor = 950n;
    world.stream(at(1000), 1000);
    world.row(differs(800n));
    always((ledger) => {
      world.stream(at(ledger), ledger);
      world.globalCursor = BigInt(ledger - 50);
    });
    const findings = await world.run();
    expect(linesOf(findings)).toEqual(["run notice lag_not_seen", "stream_3 released_amount lag"]);
    expect(findings.notices[0]!.message).toBe(
      "1 stream that lags was never seen as of the database's cursor, so that nothing but the lag allowed excuses it: --settle 5m watches for longer",
    );
    // Beside the ledger at which the run began.
    expect(findings.progress.watermark).toBe(950);
  });

  it("is drift when the row alone moves, and claims to have seen what it lacks", async () => {
    world.row(differs());
    always((ledger) => world.row(differs(BigInt(ledger % 100))));
    expect(reasonsOf(await world.run())).toEqual(["stream_3 drift missed"]);
  });

  it("is neither lag nor drift while it is younger than the grace", async () => {
    world.globalCursor = 1_000n;
    world.row(differs());
    world.stream(3, 1000);
    world.secondsPerLedger = Number.POSITIVE_INFINITY;
    const findings = await world.run();
    expect(linesOf(findings)).toEqual(["run notice unconfirmed", "stream_3 error lag_unproven"]);
    expect(findings.errors[0]!.message).toBe(
      "released_amount differs (database 900, on chain 1000); the difference is too young to be called lag or drift: run again in a few minutes",
    );
  });

  it("is drift when the cursor passes a row that is wrong at every look, however young", async () => {
    world.globalCursor = 1_000n;
    world.row(differs());
    world.stream(3, 1000);
    always((ledger) => {
      world.globalCursor = BigInt(ledger);
      world.stream(at(2_000 - ledger), ledger);
      world.row(differs(BigInt(ledger % 100)));
    });
    expect(reasonsOf(await world.run())).toEqual(["stream_3 drift missed"]);
  });

  it("is drift when it moved before, and then stood still", async () => {
    world.row(differs());
    for (const ledger of [1001, 1002]) world.at(ledger, () => world.row(differs(BigInt(ledger))));
    expect(linesOf(await world.run())).toEqual(DRIFT);
  });

  it("that was lag turns into drift when the row claims to have seen what it lacks", async () => {
    world.stream(numberedStream(3), 960);
    world.row(differs(), { synced: 955n });
    world.at(1002, () => world.row(differs(), { synced: 1002n }));
    const findings = await world.run();
    expect(linesOf(findings)).toEqual(DRIFT);
    expect(findings.summary.confirmation).toEqual({ found: 1, dismissed: 0, confirmed: 1 });
  });

  it("that was lag turns into drift when it grows too old, and so does what is as late", async () => {
    world.stream(numberedStream(3), 960);
    world.row(differs(), { synced: 955n });
    world.row(numberedStream(4, { released_amount: 1n }), { synced: 955n });
    world.stream(numberedStream(4), 995);
    const findings = await world.run({ policy: policyOf({ maxLagLedgers: 42 }) });
    expect(reasonsOf(findings)).toEqual(["stream_3 drift stale", "stream_4 drift stale"]);
    expect(findings.notices).toEqual([
      {
        ...{ streamId: null, code: "database_behind" },
        message: expect.stringMatching(
          /^by last_sync_ledger the database has only come to ledger 955, 48 ledgers \(about 4 minutes\) behind the chain, where 42 are/,
        ),
      },
    ]);
  });

  it("that was lag is dismissed when the database arrives, which is waited for", async () => {
    world.globalCursor = 990n;
    world.stream(numberedStream(3), 996);
    world.row(differs());
    always((ledger) => {
      world.globalCursor = BigInt(ledger - 10);
      if (ledger === 1006) world.row(3);
    });
    const findings = await world.run();
    expect(linesOf(findings)).toEqual([]);
    expect(findings.summary.confirmation).toEqual({ found: 1, dismissed: 1, confirmed: 0 });
  });

  it("costs nothing more where there is none", async () => {
    await world.run();
    expect([world.selections.length, world.clock.sleeps]).toEqual([1, []]);
    expect(world.findings.summary).toMatchObject({ inSync: 7, confirmation: { found: 0 } });
  });
});

describe("a row that comes, goes or changes its name between looks", () => {
  it("leaves a stream without a row behind", async () => {
    world.row(differs());
    world.at(1001, () => world.drop("stream_3"));
    const findings = await world.run();
    expect(linesOf(findings)).toEqual(["on-chain:3 presence drift"]);
    expect(findings.summary).toMatchObject({ missingInDb: 1, drifted: 0 });
  });

  it("leaves nothing behind when the stream is on neither side then", async () => {
    world.both(9, { synced: 950n });
    world.absent(9);
    world.at(1001, () => world.drop("stream_9"));
    const findings = await world.run();
    expect(linesOf(findings)).toEqual([]);
    expect(findings.summary).toMatchObject({ inSync: 7, confirmation: { found: 1, dismissed: 1, confirmed: 0 } });
  });

  it("makes a stream complete that the database lacked", async () => {
    world.drop("stream_3");
    world.at(1001, () => world.row(3));
    const findings = await world.run();
    expect(linesOf(findings)).toEqual([]);
    expect(findings.summary).toMatchObject({ inSync: 7, confirmation: { found: 1, dismissed: 1, confirmed: 0 } });
  });

  it("is drift under its own name when it comes and differs", async () => {
    world.drop("stream_3");
    world.at(1001, () => world.row(differs()));
    expect(linesOf(await world.run())).toEqual(DRIFT);
  });

  it("is no missing row when the last look finds it under another name", async () => {
    world.row(differs());
    world.at(1001, () => {
      world.drop("stream_3");
      world.row(3, { streamId: "renamed" });
    });
    const findings = await world.run({ confirm: 1 });
    expect(linesOf(findings)).toEqual([]);
    expect(findings.summary).toMatchObject({ inSync: 7 });
  });

  it("is still the same drift when it has no name to ask for", async () => {
    world.drop("stream_3");
    world.rows.push({ ...world.rows[0]!, streamId: null, onChainId: 3n });
    const findings = await world.run();
    expect(new Set(findings.discrepancies.map(({ streamId }) => streamId))).toEqual(
      new Set(["(no id, on-chain id 3)"]),
    );
    expect(findings.summary).toMatchObject({ drifted: 1, missingInDb: 0, confirmation: { found: 1, confirmed: 1 } });
  });

  it("is still the same drift when neither a name nor a stream can be asked for", async () => {
    world.row(9, { streamId: null, onChainId: null });
    world.rows.push({ ...world.rows.at(-1)! });
    const findings = await world.run();
    expect(reasonsOf(findings)).toEqual(Array(2).fill("(no id, on-chain id NULL) drift missing"));
    expect(findings.summary).toMatchObject({
      missingOnChain: 2,
      confirmation: { found: 2, dismissed: 0, confirmed: 2 },
    });
    expect(new Set(world.selections.map(wordsOf))).toEqual(new Set(["all"]));
  });

  it("is dismissed without a name, too, once it is right", async () => {
    world.drop("stream_3");
    world.rows.push({ ...world.rows[0]!, streamId: null, onChainId: 3n });
    world.at(1002, () => {
      world.rows.pop();
      world.row(3, { streamId: null });
    });
    expect(linesOf(await world.run())).toEqual([]);
  });

  it("is judged by the stream that it names now", async () => {
    // Linked to a stream that does not exist, then to the right one, which nobody had named till then.
    world.drop("stream_3");
    world.row(3, { streamId: "late", onChainId: 40n });
    world.at(1001, () => world.row(3, { streamId: "late" }));
    const findings = await world.run();
    expect(linesOf(findings)).toEqual([]);
    expect(findings.summary).toMatchObject({ inSync: 7, missingOnChain: 0, missingInDb: 0 });
  });

  it("is judged by the stream that it names now, also where streams without a row are not looked for", async () => {
    world.drop("stream_3");
    world.row(3, { streamId: "late", onChainId: 40n });
    world.at(1001, () => world.row(3, { streamId: "late" }));
    const findings = await world.run({ dbOnly: true });
    expect(linesOf(findings)).toEqual(["run notice db_only"]);
    expect(findings.summary).toMatchObject({ inSync: 7 });
  });

  it("was not linked yet, and is complete once it is", async () => {
    world.drop("stream_3");
    world.row(3, { streamId: "late", onChainId: null });
    world.at(1001, () => world.row(3, { streamId: "late" }));
    const findings = await world.run();
    expect(linesOf(findings)).toEqual([]);
    expect(findings.summary).toMatchObject({ inSync: 7, unchecked: 0 });
    expect(findings.summary.confirmation).toEqual({ found: 2, dismissed: 2, confirmed: 0 });
  });

  it("becomes unreadable: it is unchecked then, not forgotten", async () => {
    world.row(differs());
    world.at(1001, () => world.row(3, { fields: { total_amount: "much" } }));
    const findings = await world.run();
    expect(linesOf(findings)).toEqual(["stream_3 error row_unreadable"]);
    expect(statusOf(findings)).toBe("INCOMPLETE");
  });
});

describe("two rows with one streamId", () => {
  const twins = (drifted: number, fine: number) => {
    world.rows = world.rows.filter(({ onChainId }) => onChainId !== BigInt(drifted) && onChainId !== BigInt(fine));
    const released = { fields: { released_amount: "1" } };
    const rowOf = (id: number) => ({ ...numberedStream(id) });
    world.row(rowOf(fine), { streamId: "twin" });
    const [twin] = world.rows.slice(-1);
    world.row(rowOf(drifted), { streamId: "twin", ...released });
    world.rows.push(twin!);
  };

  it.each([
    [2, 5],
    [5, 2],
  ])("are told apart by their streams: %d drifts, %d does not", async (drifted, fine) => {
    twins(drifted, fine);
    const findings = await world.run();
    expect(linesOf(findings)).toEqual(["twin released_amount drift"]);
    expect(findings.summary).toMatchObject({ inSync: 6, drifted: 1 });
    expect(findings.summary.confirmation).toEqual({ found: 1, dismissed: 0, confirmed: 1 });
  });

  it.each([
    [2, 5],
    [5, 2],
  ])("do not stand for each other when the one of stream %d goes", async (drifted, fine) => {
    twins(drifted, fine);
    world.at(1001, () => {
      world.rows = world.rows.filter(({ onChainId }) => onChainId !== BigInt(drifted));
    });
    expect(linesOf(await world.run())).toEqual([`on-chain:${drifted} presence drift`]);
  });

  it("are both confirmed when both drift", async () => {
    twins(2, 5);
    world.rows = world.rows.map((row) =>
      row.streamId === "twin" ? { ...row, fields: { ...row.fields, fee_bps: 9n } } : row,
    );
    const findings = await world.run();
    expect(findings.summary).toMatchObject({ drifted: 2, confirmation: { found: 2, confirmed: 2 } });
  });
});

describe("two rows for one stream", () => {
  it("are not reported as a missing row when one of them goes", async () => {
    world.row(differs(), { streamId: "copy" });
    world.at(1001, () => world.drop("copy"));
    const findings = await world.run({ confirm: 1 });
    expect(linesOf(findings)).toEqual(["copy violates on_chain_id_unique"]);
    expect(findings.summary).toMatchObject({ drifted: 0, missingInDb: 0 });
  });

  it("are reported once when the one that stays drifts", async () => {
    world.row(differs());
    world.row(differs(), { streamId: "copy" });
    world.at(1001, () => world.drop("copy"));
    const findings = await world.run({ confirm: 1 });
    expect(linesOf(findings)).toEqual(["copy violates on_chain_id_unique", ...DRIFT]);
    expect(findings.summary).toMatchObject({ drifted: 1 });
  });
});

describe("a node behind the database", () => {
  it("is judged once it has caught up", async () => {
    world.row(differs(), { synced: 1002n });
    const findings = await world.run();
    expect(linesOf(findings)).toEqual(DRIFT);
    expect(findings.summary).toMatchObject({ drifted: 1, unchecked: 0 });
  });

  it("was all there was to it: in sync", async () => {
    world.row(differs(), { synced: 1001n });
    world.at(1001, () => world.stream(differs(), 1001));
    expect(linesOf(await world.run())).toEqual([]);
  });

  it("for ever leaves the stream unchecked", async () => {
    world.row(differs(), { synced: 2_000n });
    expect(linesOf(await world.run())).toEqual(["stream_3 error node_behind_database"]);
    expect(statusOf(world.findings)).toBe("INCOMPLETE");
  });
});

describe("a node that stays behind the database", () => {
  const ahead = (edit: (synced: bigint) => void) => {
    edit(1_002n);
    for (let ledger = 1001; ledger <= 1200; ledger++) world.at(ledger, () => edit(BigInt(ledger + 2)));
  };

  it("convicts a row that is still as it was at a ledger that the node has reached by now", async () => {
    ahead((synced) => world.row(differs(), { synced }));
    const findings = await world.run();
    expect(linesOf(findings)).toEqual(DRIFT);
    expect(findings.discrepancies[0]!.ledger.dbSynced).toBe(1002);
  });

  it("convicts no row that changes all the time", async () => {
    ahead((synced) => world.row(differs(synced), { synced }));
    expect(linesOf(await world.run())).toEqual(["stream_3 error node_behind_database"]);
  });

  it("convicts no row whose stream has changed since", async () => {
    ahead((synced) => {
      world.row(differs(), { synced });
      world.stream(numberedStream(3, { released_amount: 3_000n - synced }), Number(synced) - 2);
    });
    const lines = linesOf(await world.run());
    expect(lines).not.toContain("stream_3 released_amount drift");
  });

  it("finds what the database lacked at a ledger that the node has reached by now", async () => {
    world.drop("stream_3");
    ahead((synced) => world.row(1, { synced }));
    expect(linesOf(await world.run())).toEqual(["on-chain:3 presence drift"]);
  });

  it("dismisses what it finds to agree", async () => {
    ahead((synced) => world.row(differs(), { synced }));
    world.at(1002, () => world.stream(differs(), 1002));
    expect(linesOf(await world.run())).toEqual([]);
  });
});

describe("a row without an on-chain id, for which the chain need not be read", () => {
  it("is given a ledger between looks all the same", async () => {
    world.row(9, { onChainId: null });
    const findings = await world.run();
    expect(linesOf(findings)).toEqual(["stream_9 notice no_on_chain_id", "stream_9 presence drift"]);
    expect(findings.summary.confirmation).toEqual({ found: 1, dismissed: 0, confirmed: 1 });
    expect(world.findings.ledger!.last).toBeGreaterThanOrEqual(1012);
  });

  it("is judged once the node has reached what the database has seen", async () => {
    world.globalCursor = 1_001n;
    world.row(9, { onChainId: null, synced: 1_001n });
    const findings = await world.run();
    expect(linesOf(findings)).toEqual(["stream_9 notice no_on_chain_id", "stream_9 presence drift"]);
    expect(findings.discrepancies[0]!.ledger.observed).toBeGreaterThanOrEqual(1_001);
  });
});

describe("a chain that does not advance", () => {
  beforeEach(() => {
    world.row(differs());
    world.secondsPerLedger = Number.POSITIVE_INFINITY;
  });

  it("is waited for twelve seconds, a second at a time; the rows are read once more, and the report says so", async () => {
    const findings = await world.run();
    expect(linesOf(findings)).toEqual(UNCONFIRMED);
    expect(findings.summary.confirmation).toEqual({ found: 1, dismissed: 0, confirmed: 1 });
    expect(findings.notices[0]!.message).toMatch(/did not advance within 12 s/);
    expect(world.clock.sleeps).toEqual(Array.from({ length: 12 }, () => 1000));
    expect(world.selections.map(wordsOf)).toEqual(["all", "streamId stream_3"]);
  });

  it("may see the row arrive all the same", async () => {
    world.beforeRows = (view) => {
      if (view === 1) world.row(3);
    };
    const findings = await world.run();
    expect(findings.discrepancies).toEqual([]);
    expect(findings.summary.confirmation).toEqual({ found: 1, dismissed: 1, confirmed: 0 });
    expect(findings.notices).toEqual([]);
  });

  it("is waited for once, not once a look", async () => {
    world.secondsPerLedger = 5;
    world.at(1001, () => {
      world.secondsPerLedger = Number.POSITIVE_INFINITY;
    });
    expect(linesOf(await world.run())).toEqual(UNCONFIRMED);
    expect(world.clock.sleeps).toHaveLength(5 + 12);
  });

  it("is none when a ledger closes at the last moment", async () => {
    world.secondsPerLedger = 12;
    expect(linesOf(await world.run({ confirm: 1 }))).toEqual(DRIFT);
  });

  it("is none when it has gone on while the first pass was under way", async () => {
    world.chain.beforeAnswer = (read) => {
      if (read === 1) world.chain.ledger = 1000;
      if (read === 2) world.chain.ledger = 1001;
    };
    world.chain.latestLedger = async () => ({ ledger: 1002, closeTime: null });
    await world.run({ confirm: 1 });
    expect(world.clock.sleeps).toEqual([]);
  });
});

describe("sources that never change", () => {
  it("are worth one more look at the database, and no waiting", async () => {
    world.row(differs());
    const findings = await world.run({ isStatic: true });
    expect(linesOf(findings)).toEqual(DRIFT);
    expect([world.selections.map(wordsOf), world.clock.sleeps]).toEqual([["all", "streamId stream_3"], []]);
    expect(findings.summary.confirmation).toEqual({ found: 1, dismissed: 0, confirmed: 1 });
  });

  it("let a row be corrected meanwhile", async () => {
    world.row(differs());
    world.beforeRows = (view) => {
      if (view === 1) world.row(3);
    };
    expect(linesOf(await world.run({ isStatic: true }))).toEqual([]);
  });
});

describe("without re-confirmation", () => {
  it("the first verdicts stand, and the report says so", async () => {
    world.row(differs());
    const findings = await world.run({ confirm: 0 });
    expect(linesOf(findings)).toEqual(UNCONFIRMED);
    expect(findings.summary.confirmation).toEqual({ found: 1, dismissed: 0, confirmed: 0 });
    expect([world.selections.length, world.clock.sleeps]).toEqual([1, []]);
  });

  it("nothing is said where there was nothing to confirm", async () => {
    expect(linesOf(await world.run({ confirm: 0 }))).toEqual([]);
  });
});

describe("a side that is lost while differences are looked at again", () => {
  it("leaves the first verdicts, and the run fails", async () => {
    world.row(differs());
    world.beforeRows = (view) => {
      if (view === 1) throw lost();
    };
    await expect(world.run()).rejects.toMatchObject({ code: "database_connection_lost" });
    expect(linesOf(world.findings)).toEqual(UNCONFIRMED);
    expect(world.findings.summary).toMatchObject({ inSync: 6, drifted: 1, confirmation: { found: 1, confirmed: 0 } });
  });

  it("leaves what an earlier look had settled", async () => {
    world.row(differs());
    world.row(numberedStream(4, { released_amount: 1n }));
    world.at(1001, () => world.row(4));
    world.beforeRows = (view) => {
      if (view === 2) throw lost();
    };
    await expect(world.run()).rejects.toMatchObject({ code: "database_connection_lost" });
    expect(linesOf(world.findings)).toEqual(UNCONFIRMED);
    expect(world.findings.summary).toMatchObject({ inSync: 6, drifted: 1, confirmation: { found: 2, dismissed: 1 } });
  });

  it("is lost after a stream turned out to be gone on both sides, of which nothing is said", async () => {
    world = new MovingWorld(60, 1);
    world.cursorMeans = "event";
    for (let id = 1; id <= 7; id++) {
      world.stream(id);
      world.row(numberedStream(id, { released_amount: 900n }));
    }
    world.at(1001, () => {
      world.absent(1);
      for (let id = 1; id <= 7; id++) world.drop(`stream_${id}`);
    });
    world.chain.beforeAnswer = (read) => {
      const { reads } = world.chain;
      // The first look's first read was of stream 1, too.
      if (world.selections.length > 1 && reads[read]![0] !== reads[0]![0]) throw lost("rpc_unreachable");
    };
    await expect(world.run({ dbOnly: true, concurrency: 1 })).rejects.toMatchObject({ code: "chain_lost" });
    const others = [2, 3, 4, 5, 6, 7].map((id) => `stream_${id} released_amount drift`);
    expect(linesOf(world.findings).filter((line) => line.startsWith("stream_"))).toEqual(others);
    expect(world.findings.summary.confirmation.found).toBe(7);
  });

  it("cannot be asked how far it is", async () => {
    world.row(differs());
    const { latestLedger } = world.chain;
    world.chain.latestLedger = async () => {
      if (world.clock.sleeps.length > 2) throw lost("rpc_unreachable");
      return latestLedger.call(world.chain);
    };
    await expect(world.run()).rejects.toMatchObject({ code: "rpc_unreachable" });
    expect(linesOf(world.findings)).toEqual(UNCONFIRMED);
  });

  it("fails some requests only: the look before stands, and the report says that nothing confirmed it", async () => {
    world.row(differs());
    world.chain.beforeAnswer = () => {
      if (world.selections.length > 1 && world.chain.reads.at(-1)!.length === 1) throw lost("rpc_unreachable");
    };
    const findings = await world.run();
    expect(linesOf(findings)).toEqual(UNCONFIRMED);
    expect(findings.summary).toMatchObject({ drifted: 1, unchecked: 0, confirmation: { found: 1, confirmed: 0 } });
  });

  it("answers again before the looks are used up", async () => {
    world.row(differs());
    world.chain.beforeAnswer = () => {
      if (world.selections.length === 2 && world.chain.reads.at(-1)!.length === 1) throw lost("rpc_unreachable");
    };
    const findings = await world.run();
    expect(linesOf(findings)).toEqual(DRIFT);
    expect(findings.summary.confirmation.confirmed).toBe(1);
  });
});

describe("a run that is stopped while it waits for a ledger", () => {
  it("ends with the reason and keeps the first verdicts", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    world.row(differs());
    world.clock.onSleep = () => controller.abort(reason);
    await expect(world.run({ signal: controller.signal })).rejects.toBe(reason);
    expect(linesOf(world.findings)).toEqual(UNCONFIRMED);
    expect([world.clock.sleeps, world.selections.length]).toEqual([[1000], 1]);
  });
});

describe("more suspects than can be asked for by name", () => {
  const crowd = (suspects: number, fine: number) => {
    world = new MovingWorld(0);
    world.cursorMeans = "event";
    const count = suspects + fine;
    for (let id = 1; id <= count; id++) {
      world.stream(id);
      world.rows.push({ ...rowOf(id), ...(id <= suspects ? { fields: { ...rowOf(id).fields, fee_bps: 1n } } : {}) });
    }
    return world.run({ dbOnly: true, confirm: 1 });
  };
  const rowOf = (id: number) => {
    const template = new MovingWorld(0);
    template.row(id);
    return template.rows[0]!;
  };

  it("are all read again, in one view of the whole table, and nobody else's stream is", async () => {
    const findings = await crowd(5_001, 400);
    expect(world.selections.map(wordsOf)).toEqual(["all", "all"]);
    expect(findings.summary).toMatchObject({ drifted: 5_001, inSync: 400, confirmation: { confirmed: 5_001 } });
    const keys = world.chain.reads.flat().length;
    expect(keys).toBe(5_401 + 5_001);
  });

  it("are asked for by name up to then, a thousand at a time", async () => {
    const findings = await crowd(2_001, 3);
    expect(world.selections.map((selection) => selection?.values.length ?? "all")).toEqual(["all", 1000, 1000, 1]);
    expect(findings.summary).toMatchObject({ drifted: 2_001, inSync: 3 });
  });
});
