import { DEFAULT_FAIL_ON, exitCodeOf, FAIL_ON, type FailOn, leftOut } from "../../src/cli/process/fail-on.js";
import type { NoticeCode } from "../../src/core/codes.js";
import { Findings } from "../../src/core/report/findings.js";
import type { Bucket } from "../../src/core/report/stream-outcome.js";
import { cli } from "../support/cli-io.js";
import { schemaFaults } from "../support/cli-schema.js";
import { type CliWorld, createWorld, reportOf, WORLD_CONTRACT } from "../support/cli-world.js";
import { ManualClock } from "../support/manual-clock.js";
import { writeSnapshotFile } from "../support/snapshot-file.js";
import { putStream, streamStruct } from "../support/streampay-contract.js";

const remark = (code: NoticeCode) => ({ streamId: "s", code, message: "" });
const violation = { streamId: "s", invariant: "solvent", side: "on_chain" as const, message: "", values: {} };
const inBucket = (bucket: Bucket) => (findings: Findings) =>
  findings.add({ streamId: "s", bucket, discrepancies: [], differences: [], violations: [], errors: [], notices: [] });

/** What each kind fails on, and with which code. */
const KINDS: readonly (readonly [FailOn, string, (findings: Findings) => unknown, number])[] = [
  ["drift", "a stream that drifted", inBucket("drifted"), 3],
  ["drift", "a stream missing on chain", inBucket("missingOnChain"), 3],
  ["missing-in-db", "a stream missing in the database", inBucket("missingInDb"), 3],
  ["lag", "a stream that lags", inBucket("lagging"), 3],
  ["violation", "a violation", (findings) => findings.addViolation(violation), 4],
  ["incomplete", "a stream that could not be checked", inBucket("unchecked"), 5],
  ["incomplete", "an error of the run", (findings) => findings.addError("chain_lost", ""), 5],
  [
    "solvency-undecided",
    "a token of which nothing is known",
    (findings) => findings.addNotice("solvency_undecided", ""),
    5,
  ],
  ["unlisted", "a layout without a counter", (findings) => findings.addNotice("missing_rows_not_checked", ""), 5],
  ["unlisted", "a ledger without the contract", (findings) => findings.addNotice("contract_missing", ""), 5],
  ["archived", "an archived entry", (findings) => findings.addRemark(remark("archived_or_unknown")), 5],
  ["archived", "an expired entry", (findings) => findings.addRemark(remark("expired")), 5],
  ["ttl", "an entry close to its end", (findings) => findings.addRemark(remark("ttl_low")), 5],
];

const found = (...plants: ((findings: Findings) => unknown)[]) => {
  const findings = new Findings();
  inBucket("inSync")(findings);
  for (const plant of plants) plant(findings);
  return findings;
};

describe("what a run may fail on", () => {
  it.each(KINDS)("%s: %s, and nothing else is needed", (kind, _what, plant, code) => {
    expect(exitCodeOf(found(plant), [kind])).toBe(code);
    expect(exitCodeOf(found(plant), FAIL_ON)).toBe(code);
    expect(exitCodeOf(found(), [kind])).toBe(0);
  });

  it.each(KINDS)("without %s, not %s", (kind, _what, plant) => {
    expect(
      exitCodeOf(
        found(plant),
        FAIL_ON.filter((other) => other !== kind),
      ),
    ).toBe(0);
    expect(exitCodeOf(found(plant), [])).toBe(0);
  });

  it.each(KINDS)(
    "by default is what docs/exit-codes.md#what-a-run-fails-on says: %s for %s",
    (kind, _what, plant, code) => {
      const isDefault = !["unlisted", "lag", "archived", "ttl"].includes(kind);
      expect(exitCodeOf(found(plant), DEFAULT_FAIL_ON)).toBe(isDefault ? code : 0);
    },
  );

  it("counts the worst of what is asked for: violation, then drift, then incomplete", () => {
    const all = found(...KINDS.map(([, , plant]) => plant));
    expect(exitCodeOf(all, FAIL_ON)).toBe(4);
    expect(
      exitCodeOf(
        all,
        FAIL_ON.filter((kind) => kind !== "violation"),
      ),
    ).toBe(3);
    expect(exitCodeOf(all, ["incomplete", "lag"])).toBe(3);
    expect(exitCodeOf(all, ["incomplete", "ttl"])).toBe(5);
    expect(exitCodeOf(all, [])).toBe(0);
  });

  it("names what of the defaults is left out", () => {
    expect(leftOut(DEFAULT_FAIL_ON)).toEqual([]);
    expect(leftOut(FAIL_ON)).toEqual([]);
    expect(leftOut(["drift", "lag"])).toEqual([...["violation", "incomplete", "missing-in-db", "solvency-undecided"]]);
  });
});

let world: CliWorld;
const useWorld = (edit?: Parameters<typeof createWorld>[0]) => {
  beforeEach(async () => {
    world = await createWorld(edit);
  });
  afterEach(() => world.close());
};
const dry = (...args: string[]) => cli([...world.overSnapshot, "--dry-run", "--format", "json", ...args]);
const withPolicy = async (policy: unknown, options: { clock?: ManualClock } = {}) => {
  const file = await world.write("c.json", { policy });
  const args = [...world.overSnapshot, "--dry-run", "--format", "json", "--config", file];
  return cli(args, { cwd: world.folder, ...options });
};
const sql = (text: string) => world.sqlite.run(text);

describe("--fail-on", () => {
  useWorld((rows) => {
    rows[1]!.status = "'paused'";
  });

  it.each([
    ["drift", 3],
    ["violation", 0],
    ["incomplete", 0],
    ["missing-in-db", 0],
    ["violation,drift", 3],
    [" violation , drift ", 3],
    ["lag,archived,ttl,incomplete", 0],
  ])("%s: a run with drift ends with %d, and still says DRIFT", async (kinds, code) => {
    const result = await dry("--fail-on", kinds);
    expect([result.code, reportOf(result).exitCode, reportOf(result).status]).toEqual([code, code, "DRIFT"]);
    expect(reportOf(result).discrepancies).toHaveLength(1);
    expect(schemaFaults(reportOf(result))).toEqual([]);
  });

  it("says in the report what the exit code does not tell, and nothing where it tells all", async () => {
    const notices = async (...args: string[]) => reportOf(await dry(...args)).notices.map(({ message }) => message);
    expect(await notices("--fail-on", "violation")).toEqual([
      "by policy (failOn), these do not affect the exit code of this run: drift, incomplete, missing-in-db, solvency-undecided",
    ]);
    expect(await notices("--fail-on", FAIL_ON.join(","))).toEqual([]);
    expect(await notices()).toEqual([]);
  });

  it("is the same in the file, as a list or a text, and the flag beats it", async () => {
    for (const failOn of ["violation,lag", ["violation", "lag"]]) expect((await withPolicy({ failOn })).code).toBe(0);
    expect((await withPolicy({ failOn: [] })).code).toBe(0);
    const file = await world.write("c.json", { policy: { failOn: "violation" } });
    expect((await dry("--config", file, "--fail-on", "drift")).code).toBe(3);
  });

  it.each(["dirft", "", "drift,", "drift,,lag", "DRIFT"])("refuses %j", async (kinds) => {
    const { code, stdout, stderr } = await dry("--fail-on", kinds);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/--fail-on/);
    if (kinds === "dirft") expect(stderr).toContain('did you mean "drift"?');
  });

  it.each<[unknown, RegExp]>([
    ["drift,arhived", /policy\.failOn: "arhived" is not known here: did you mean "archived"\?/],
    [["drift", "arhived"], /policy\.failOn\.1: "arhived" is not known here: did you mean "archived"\?/],
    [7, /policy\.failOn: /],
    [{ drift: true }, /policy\.failOn: /],
  ])("is refused in the file, with its place: %j", async (failOn, message) => {
    const { code, stderr } = await withPolicy({ failOn });
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it("makes lag red where that is wanted", async () => {
    sql("UPDATE streams SET status = 'active' WHERE id = 'stream_2'");
    sql("UPDATE streams SET last_sync_ledger = 980");
    sql("UPDATE streams SET released_amount = '999' WHERE id = 'stream_3'");
    putStream(world.ledger, WORLD_CONTRACT, streamStruct({ id: 3n }), { lastModified: 990 });
    await writeSnapshotFile(world.snapshot, world.ledger);
    expect((await dry()).code).toBe(0);
    const result = await dry("--fail-on", "lag");
    expect([result.code, reportOf(result).status]).toEqual([3, "IN_SYNC"]);
  });
});

describe("policy.ignore", () => {
  useWorld((rows) => {
    rows[1]!.status = "'paused'";
    rows[2]!.released_amount = "'2500'";
  });
  const rule = (more: object) => ({ reason: "ticket 12", until: "2026-01-31", ...more });
  const STATUS = rule({ stream: "stream_2", field: "status" });
  const RELEASED = rule({ field: "released_amount" });
  const INVARIANT = rule({ invariant: "released_within_total" });

  it("takes a finding out of the result, counts it and shows it", async () => {
    const result = await withPolicy({ ignore: [STATUS, RELEASED, INVARIANT] });
    const report = reportOf(result);
    expect(result.code).toBe(0);
    expect(report).toMatchObject({
      status: "IN_SYNC",
      discrepancies: [],
      violations: [],
      summary: { ignored: 3, inSync: 3 },
    });
    expect(report.notices.map(({ streamId, code, message }) => `${streamId} ${code} ${message}`)).toEqual([
      "stream_2 ignored status differs (database paused, on chain Active); ignored until 2026-01-31: ticket 12",
      "stream_3 ignored released_amount differs (database 2500, on chain 1000); ignored until 2026-01-31: ticket 12",
      "stream_3 ignored released_within_total is violated (released is above total by 500); ignored until 2026-01-31: ticket 12",
    ]);
    expect(schemaFaults(report)).toEqual([]);
  });

  it("shows it in the table, too", async () => {
    const file = await world.write("c.json", { policy: { ignore: [STATUS, RELEASED, INVARIANT] } });
    const { stdout } = await cli([...world.overSnapshot, "--dry-run", "--config", file]);
    expect(stdout).toMatch(/ticket 12/);
    expect(stdout).toMatch(/3 ignored|ignored[^\n]*3/i);
  });

  it.each([
    [[STATUS], 4],
    [[STATUS, INVARIANT], 3],
    [[RELEASED, INVARIANT], 3],
    [[STATUS, RELEASED], 4],
    [[rule({ stream: "stream_3" })], 3],
    [[rule({ stream: "stream_2" }), rule({ stream: "stream_3" })], 0],
  ])("hides nothing else: %j ends with %d", async (ignore, code) => {
    expect((await withPolicy({ ignore })).code).toBe(code);
  });

  it("does not hide that a stream could not be checked", async () => {
    sql("UPDATE streams SET total_amount = 'much' WHERE id = 'stream_2'");
    const ignore = [rule({ stream: "stream_2" }), rule({ stream: "stream_3" })];
    const result = await withPolicy({ ignore });
    expect([result.code, reportOf(result).status]).toEqual([5, "INCOMPLETE"]);
  });

  it.each([
    ["2026-01-01T00:00:00Z", 0],
    ["2026-01-31T23:59:59Z", 0],
    ["2026-02-01T00:00:00Z", 4],
  ])("holds to the end of its last day, and counts again after it: at %s it ends with %d", async (now, code) => {
    const result = await withPolicy(
      { ignore: [STATUS, RELEASED, INVARIANT] },
      { clock: new ManualClock(Date.parse(now)) },
    );
    expect(result.code).toBe(code);
    const expired = reportOf(result).notices.filter((notice) => notice.code === "ignore_expired");
    expect(expired).toHaveLength(code === 0 ? 0 : 3);
    for (const { message } of expired)
      expect(message).toMatch(/^the rule of policy\.ignore for [\w, ]+ ended on 2026-01-31, .*counts again/);
  });

  it.each<[string, object, RegExp]>([
    ["for everything", rule({}), /policy\.ignore\.0: name a stream, a field or an invariant/],
    [
      "for a field and an invariant",
      rule({ field: "status", invariant: "solvent" }),
      /ignore\.0: a rule is for a field or/,
    ],
    [
      "for a field that is not compared",
      rule({ field: "staus" }),
      /ignore\.0\.field: this field is not compared: did you mean "status"/,
    ],
    [
      "for an unknown invariant",
      rule({ invariant: "solvnt" }),
      /ignore\.0\.invariant: no such invariant: did you mean "solvent"/,
    ],
    ["without a reason", { stream: "s", until: "2026-12-31" }, /ignore\.0\.reason: /],
    ["with an empty reason", rule({ stream: "s", reason: "" }), /ignore\.0\.reason: must not be empty/],
    ["without an end", { stream: "s", reason: "r" }, /ignore\.0\.until: expected a date, YYYY-MM-DD/],
    [
      "until a day that does not exist",
      rule({ stream: "s", until: "2026-02-30" }),
      /until: expected a date that exists/,
    ],
    ["until a time", rule({ stream: "s", until: "2026-12-31T00:00:00Z" }), /until: expected a date that exists/],
    [
      "until a day of another spelling",
      rule({ stream: "s", until: "31.12.2026" }),
      /until: expected a date that exists/,
    ],
    ["with a key too many", rule({ stream: "s", feild: "status" }), /unknown key "feild": did you mean "field"\?/],
  ])("refuses a rule %s", async (_what, broken, message) => {
    const { code, stdout, stderr } = await withPolicy({ ignore: [broken] });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });

  it.each(["ids_complete", "id_below_count", "on_chain_id_unique", "solvent", "window_amended"])(
    "knows %s",
    async (invariant) => {
      expect((await withPolicy({ ignore: [rule({ invariant })] })).code).toBe(4);
    },
  );
});

describe("policy.fieldTolerance", () => {
  useWorld();
  const off = (total: number, released: number) =>
    sql(
      `UPDATE streams SET total_amount = '${2_000 + total}', released_amount = '${1_000 + released}' WHERE id = 'stream_2'`,
    );
  const fieldTolerance = { released_amount: 5 };

  it.each([
    [0, 5, {}, 0],
    [0, -5, {}, 0],
    [0, 6, {}, 3],
    [0, -6, {}, 3],
    [1, 0, {}, 3],
    [9, 5, { tolerance: 9 }, 0],
    [10, 5, { tolerance: 9 }, 3],
    [9, 6, { tolerance: 9 }, 3],
    [0, 6, { fieldTolerance: { released_amount: "6" } }, 0],
    [0, 1, { tolerance: 9, fieldTolerance: { released_amount: 0 } }, 3],
  ])("total off by %d, released by %d, with %j: ends with %d", async (total, released, more, code) => {
    off(total, released);
    expect((await withPolicy({ fieldTolerance, ...more })).code).toBe(code);
  });

  it("takes amounts beyond 2^53, as text", async () => {
    off(0, 9_007_199);
    expect((await withPolicy({ fieldTolerance: { released_amount: "9007199254740993" } })).code).toBe(4);
    const { code, stderr } = await withPolicy({ fieldTolerance: { released_amount: 2 ** 53 } });
    expect([code, stderr]).toEqual([2, expect.stringContaining("quote numbers above 2^53")]);
  });

  it.each<[string, unknown, RegExp]>([
    ["status", 1, /fieldTolerance\.status: tolerance is for amounts only; status is of type status/],
    [
      "relased_amount",
      1,
      /fieldTolerance\.relased_amount: this field is not compared: did you mean "released_amount"\?/,
    ],
    ["fee_bps", 1, /fieldTolerance\.fee_bps: this field is not compared/],
    ["toString", 1, /fieldTolerance\.toString: this field is not compared/],
    ["released_amount", -1, /is not a whole number of base units/],
    ["released_amount", 0.5, /is not a whole number of base units/],
    ["released_amount", "", /is not a whole number of base units/],
    ["released_amount", null, /fieldTolerance\.released_amount/],
  ])("refuses %s: %j", async (name, value, message) => {
    const { code, stderr } = await withPolicy({ fieldTolerance: { [name]: value } });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe("entries close to the end of their time to live", () => {
  useWorld();
  const liveUntil = async (ledger: number) => {
    putStream(world.ledger, WORLD_CONTRACT, streamStruct({ id: 2n }), { lastModified: 500, liveUntil: ledger });
    await writeSnapshotFile(world.snapshot, world.ledger);
  };
  const codesOf = (result: Awaited<ReturnType<typeof dry>>) => reportOf(result).notices.map(({ code }) => code);

  it.each([
    [1_100, ["ttl_low"]],
    [1_101, []],
    [1_000, ["ttl_low"]],
    [999, ["expired"]],
    [0, ["archived_or_unknown"]],
  ])("at ledger 1000, with a warning from 101 ledgers on, one that lives until %d gives %j", async (ledger, codes) => {
    await liveUntil(ledger);
    const result = await withPolicy({ ttlWarningLedgers: 101 });
    expect([result.code, codesOf(result)]).toEqual([0, codes]);
  });

  it.each([
    [1_000 + 17_279, ["ttl_low"]],
    [1_000 + 17_280, []],
  ])("by default are those with less than a day: until %d", async (ledger, codes) => {
    await liveUntil(ledger);
    expect(codesOf(await dry())).toEqual(codes);
  });

  it("say how many ledgers are left", async () => {
    await liveUntil(1_007);
    const [notice] = reportOf(await dry()).notices;
    expect(notice).toEqual({
      ...{ streamId: "stream_2", code: "ttl_low" },
      message: "the entry's time to live ends in 7 ledgers, at ledger 1007; it is archived then",
    });
  });

  it.each([
    [1_007, "ttl", 5],
    [1_007, "archived", 0],
    [999, "archived", 5],
    [0, "archived", 5],
    [0, "ttl", 0],
  ])("one that lives until %d fails the run with --fail-on %s: %d", async (ledger, kinds, code) => {
    await liveUntil(ledger);
    const result = await dry("--fail-on", kinds);
    expect([result.code, reportOf(result).status]).toEqual([code, "IN_SYNC"]);
  });

  it("are none with a warning from 0 ledgers on", async () => {
    await liveUntil(1_000);
    expect(codesOf(await withPolicy({ ttlWarningLedgers: 0 }))).toEqual([]);
  });
});

describe("--confirm", () => {
  useWorld((rows) => {
    rows[1]!.status = "'paused'";
  });

  it.each([["0"], ["20"]])("takes %s looks", async (looks) => {
    expect((await dry("--confirm", looks)).code).toBe(3);
  });

  it.each(["-1", "21", "two", "1.5", ""])("refuses %j", async (looks) => {
    const { code, stderr } = await dry("--confirm", looks);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/--confirm.*is not a whole number of looks from 0 to 20/),
    ]);
  });

  it("tells in the summary what was found, dismissed and confirmed", async () => {
    expect(reportOf(await dry()).summary.confirmation).toEqual({ found: 1, dismissed: 0, confirmed: 1 });
    const once = reportOf(await dry("--confirm", "0"));
    expect(once.summary.confirmation).toEqual({ found: 1, dismissed: 0, confirmed: 0 });
    expect(once.notices).toEqual([
      { streamId: null, code: "unconfirmed", message: expect.stringContaining("--confirm 0") },
    ]);
  });
});
