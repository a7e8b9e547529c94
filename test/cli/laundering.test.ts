import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, insertSql, rowOf, STREAMS_TABLE, WORLD_CONTRACT } from "../support/cli-world.js";
import { ManualClock } from "../support/manual-clock.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { forgeJournal, madeGreen } from "../support/record-forger.js";
import { accountId, streamStruct } from "../support/streampay-contract.js";

const KEY = "0d4c2b-record-key";
const LATER_KEY = "77aa-later-key";
const OTHER_CONTRACT = "CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526";
const RUNS = "reconciliation_runs";
const HEADS = "reconciliation_chain_heads";

let world: CliWorld;
let postgres: TestDatabase;
beforeAll(async () => {
  world = await createWorld();
  postgres = await createTestDatabase();
  const rows = [1n, 2n, 3n].map((id) => rowOf(streamStruct({ id, sender: accountId(Number(id) + 100) }), 990));
  await postgres.query(`${STREAMS_TABLE}; ${insertSql("streams", rows)}`);
});
afterAll(async () => {
  await world.close();
  await postgres.drop();
});

const stores = {
  SQLite: {
    url: () => world.sqlite.url,
    rows: async (sql: string) => world.sqlite.rows(sql),
    run: async (sql: string) => world.sqlite.run(sql),
  },
  PostgreSQL: {
    url: () => postgres.url,
    rows: async (sql: string) => (await postgres.query(sql)).map((row) => Object.values(row)),
    run: async (sql: string) => void (await postgres.query(sql)),
  },
};

describe.each(Object.keys(stores) as (keyof typeof stores)[])("who writes to the records in %s", (name) => {
  const store = stores[name];
  let clock: ManualClock;
  const config = { plain: "", keyed: "", rotated: "" };

  const sources = (contract: string) => ["--db", store.url(), "--contract", contract];
  async function record(runId: string, by = config.keyed, contract = WORLD_CONTRACT) {
    await clock.sleep(3_600_000);
    const chain = ["--chain", `snapshot:${world.snapshot}`, "--format", "json"];
    return cli([...sources(contract), ...chain, "--config", by], { runId, clock });
  }
  const verify = (by = config.keyed, ...more: string[]) =>
    cli(["runs", "verify", "--db", store.url(), "--config", by, ...more]);
  const gate = (by = config.keyed, contract = WORLD_CONTRACT) =>
    cli(["gate", ...sources(contract), "--config", by, "--max-age", "7d"], { clock });
  const person = (runId: string, ...words: string[]) =>
    cli(["runs", ...words, "--db", store.url()], { runId, clock, userName: "ops" });
  const accept = (runId: string, ...more: string[]) =>
    person(runId, "accept-break", "--reason", "INC-7: a clean-up job", "--config", config.keyed, ...more);
  const rekey = (runId: string, by = config.keyed) => person(runId, "rekey", "--config", by);
  const status = (value: string) => store.run(`UPDATE streams SET status = '${value}'`);

  /** Two green runs, then a red one. */
  async function recorded(by = config.keyed) {
    for (const n of [1, 2]) expect((await record(`run-${n}`, by)).code).toBe(0);
    await status("paused");
    expect((await record("run-3", by)).code).toBe(3);
    await status("active");
  }
  /** Neither says that all is well, now and after the next runs. */
  async function expectBroken(by = config.keyed) {
    expect(await verify(by)).toMatchObject({ code: 3, stdout: expect.stringContaining("BROKEN") });
    expect((await gate(by)).code).toBe(5);
  }

  beforeAll(async () => {
    config.plain = await world.write(`plain-${name}.json`, {});
    config.keyed = await world.write(`keyed-${name}.json`, { auth: { recordKey: KEY } });
    const auth = { recordKey: LATER_KEY, previousRecordKeys: [KEY] };
    config.rotated = await world.write(`rotated-${name}.json`, { auth });
  });
  beforeEach(async () => {
    for (const table of [RUNS, HEADS, "kept_heads"]) await store.run(`DROP TABLE IF EXISTS ${table}`);
    expect((await cli(["migrate", "--db", store.url()])).code).toBe(0);
    clock = new ManualClock();
    await status("active");
  });

  const byDigests = { contract: WORLD_CONTRACT, key: null };
  const headAt = (sequence: number) => `UPDATE ${HEADS} SET sequence = ${sequence}, head_hmac = NULL, record_key = NULL,
    contracts = NULL, record_digest = (SELECT record_digest FROM ${RUNS} WHERE sequence = ${sequence})`;
  const noSeals = [
    ..."sequence previous_digest report_digest record_key record_digest record_hmac journal_note".split(" "),
  ].map((column) => `${column} = NULL`);

  describe("without the record key", () => {
    const attacks: Record<string, () => Promise<void>> = {
      "make the red run green, and seal it by its digest": () =>
        forgeJournal(store, { ...byDigests, from: 3, change: madeGreen }),
      "make every run green, and seal all by their digests": () =>
        forgeJournal(store, { ...byDigests, from: 1, change: madeGreen }),
      "strip every HMAC": () => forgeJournal(store, { ...byDigests, from: 1, change: (row) => row }),
      "strip every HMAC but those of the records": async () => {
        await store.run(`UPDATE ${HEADS} SET head_hmac = NULL, record_key = NULL`);
      },
      "remove the red run, and set the head back": () =>
        store.run(`DELETE FROM ${RUNS} WHERE sequence = 3; ${headAt(2)}`),
      "remove the red run, and the head": () =>
        store.run(`DELETE FROM ${RUNS} WHERE sequence = 3; DELETE FROM ${HEADS}`),
      "remove the red run": () => store.run(`DELETE FROM ${RUNS} WHERE sequence = 3`),
      "remove every run": () => store.run(`DELETE FROM ${RUNS}`),
      "make every run look older than sealing": () =>
        store.run(`UPDATE ${RUNS} SET ${noSeals.join(", ")}; DELETE FROM ${HEADS}`),
      "set the head far ahead": () => store.run(`UPDATE ${HEADS} SET sequence = 999999999999999`),
      "put a run far ahead": () =>
        store.run(`INSERT INTO ${RUNS} (run_id, started_at, status, scope, requested_by, tool_version, contract_id, sequence)
          SELECT 'forged', started_at, 'IN_SYNC', scope, 'x', '0', contract_id, 50 FROM ${RUNS} WHERE sequence = 3`),
    };

    it.each(Object.keys(attacks))("nobody launders the records: %s", async (attack) => {
      await recorded();
      await attacks[attack]!();
      // Two runs that find nothing wrong between the two sides.
      for (const n of [4, 5]) {
        expect((await record(`run-${n}`)).code).toBe(0);
        await expectBroken();
      }
    });

    it("a person explains a break once and for all, and nothing that comes later", async () => {
      await recorded();
      await forgeJournal(store, { ...byDigests, from: 3, change: madeGreen });
      const run = await record("run-4");
      const [notice] = JSON.parse(run.stdout).notices as { code: string; message: string }[];
      expect(notice).toMatchObject({
        code: "run_chain_broken",
        message: expect.stringContaining("record 3 (run run-3)"),
      });
      const [[note]] = (await store.rows(`SELECT journal_note FROM ${RUNS} WHERE run_id = 'run-4'`)) as [[string]];
      expect(JSON.parse(note)).toMatchObject({ break: { kind: "unkeyed", sequence: 3, runId: "run-3" } });

      const accepted = await accept("accept-1", "--by", "Ada");
      expect(accepted).toMatchObject({ code: 0, stderr: "" });
      expect(accepted.stdout).toMatch(/record 5 explains the break\n.*record 3[\s\S]*head: record 5, [0-9a-f]{64}\n$/);
      const verified = await verify();
      expect(verified.code).toBe(0);
      expect(verified.stdout).toMatch(/1 break explained:\n {4}record 5, 2026-\S+, by Ada: INC-7: a clean-up job/);
      const json = JSON.parse((await verify(config.keyed, "--format", "json")).stdout);
      expect(json.chains[0]).toMatchObject({
        fault: null,
        explained: [{ sequence: 5, by: "Ada", reason: "INC-7: a clean-up job", rekey: null }],
      });
      // The run after the break was sealed with the key: it decides.
      expect(await gate()).toMatchObject({ code: 0, stdout: expect.stringContaining("run run-4") });

      await store.run(`UPDATE ${RUNS} SET requested_by = 'nobody' WHERE sequence = 3`);
      await expectBroken();
      expect((await record("run-6")).code).toBe(0);
      await expectBroken();
      expect((await accept("accept-2")).code).toBe(0);
      expect(await verify()).toMatchObject({ code: 0, stdout: expect.stringContaining("INC-7") });
    });

    it.each([
      ["removed with the head", `DELETE FROM ${RUNS} WHERE sequence = 3; DELETE FROM ${HEADS}`],
      ["removed, with the head set back", `DELETE FROM ${RUNS} WHERE sequence = 3; ${headAt(2)}`],
      ["made green", `UPDATE ${RUNS} SET status = 'IN_SYNC', exit_code = 0 WHERE sequence = 3`],
    ])("an explanation lets no older run decide in place of one that was %s", async (_what, sql) => {
      await recorded();
      await store.run(sql);
      expect((await accept("accept-1")).code).toBe(0);
      expect((await verify()).code).toBe(0);
      expect(await gate()).toMatchObject({ code: 5, stdout: expect.stringContaining("since the break") });
      expect((await record("run-4")).code).toBe(0);
      expect((await gate()).code).toBe(0);
    });

    it("cannot forge an explanation", async () => {
      await recorded();
      await store.run(`UPDATE ${RUNS} SET status = 'IN_SYNC', exit_code = 0 WHERE sequence = 3`);
      expect((await accept("accept-1")).code).toBe(0);
      await store.run(`UPDATE ${RUNS} SET journal_note = replace(journal_note, 'INC-7', 'INC-8')`);
      await expectBroken();
    });

    it("removes no journal unseen while another contract's remains", async () => {
      await record("other-1", config.keyed, OTHER_CONTRACT);
      expect((await record("run-1")).code).toBe(0);
      expect((await verify()).code).toBe(0);
      expect((await gate()).code).toBe(0);
      await store.run(`DELETE FROM ${RUNS} WHERE contract_id = '${OTHER_CONTRACT}';
        DELETE FROM ${HEADS} WHERE contract_id = '${OTHER_CONTRACT}'`);
      expect(await verify()).toMatchObject({ code: 3, stdout: expect.stringContaining(OTHER_CONTRACT) });
      await expectBroken();
      const next = await record("run-2");
      expect(JSON.parse(next.stdout).notices).toMatchObject([{ message: expect.stringContaining(OTHER_CONTRACT) }]);
      await expectBroken();
      // The one that begins anew says so, too.
      await record("other-2", config.keyed, OTHER_CONTRACT);
      expect(await verify(config.keyed, "--contract", OTHER_CONTRACT)).toMatchObject({ code: 3 });
      expect((await gate(config.keyed, OTHER_CONTRACT)).code).toBe(5);
      for (const contract of [WORLD_CONTRACT, OTHER_CONTRACT]) {
        expect((await accept(`accept-${contract}`, "--contract", contract)).code).toBe(0);
      }
      expect((await verify()).code).toBe(0);
    });

    it("is noticed by the journals that were there before the one that was removed", async () => {
      expect((await record("run-1")).code).toBe(0);
      await record("other-1", config.keyed, OTHER_CONTRACT);
      await store.run(`DELETE FROM ${RUNS} WHERE contract_id = '${OTHER_CONTRACT}';
        DELETE FROM ${HEADS} WHERE contract_id = '${OTHER_CONTRACT}'`);
      await expectBroken();
    });

    it("removes everything unseen but by a head that was kept elsewhere", async () => {
      expect((await record("run-1")).code).toBe(0);
      const { stderr } = await record("run-2");
      const [, head = ""] = /^Run record 2, head of the journal: ([0-9a-f]{64})\n/.exec(stderr) ?? [];
      expect((await verify()).stdout).toContain(`head: record 2, ${head}`);
      await store.run(`DELETE FROM ${RUNS}; DELETE FROM ${HEADS}`);
      expect((await record("run-3")).code).toBe(0);
      expect((await verify()).code).toBe(0);
      expect(await verify(config.keyed, "--expect-head", head)).toMatchObject({ code: 3 });
    });
  });

  describe("and the key", () => {
    it("is taken into use by an act of its own, where there were records without one", async () => {
      await recorded(config.plain);
      expect(await verify()).toMatchObject({ code: 3, stdout: expect.stringContaining("runs rekey") });
      expect((await gate()).code).toBe(5);
      const done = await rekey("rekey-1");
      expect(done).toMatchObject({ code: 0, stderr: "" });
      expect(done.stdout).toMatch(/record 4 takes auth.recordKey into use\n.*without a key, the last is record 3\n/);
      expect(await verify()).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("key taken into use: record 4"),
      });
      expect(await gate()).toMatchObject({ code: 5, stdout: expect.stringContaining("without auth.recordKey") });
      expect((await record("run-4")).code).toBe(0);
      expect((await gate()).code).toBe(0);
      expect(await rekey("rekey-2")).toMatchObject({ code: 2, stderr: expect.stringContaining("still to be taken") });
      await store.run(`UPDATE ${RUNS} SET requested_by = 'nobody' WHERE sequence = 1`);
      await expectBroken();
    });

    it("may be used by a run first: its record says that nobody took the key into use", async () => {
      await recorded(config.plain);
      const run = await record("run-4");
      expect(run.code).toBe(0);
      const { notices } = JSON.parse(run.stdout) as { notices: object[] };
      expect(notices).toMatchObject([{ code: "run_chain_broken", message: expect.stringContaining("runs rekey") }]);
      await expectBroken();
      expect((await record("run-5")).code).toBe(0);
      await expectBroken();
      expect(await rekey("rekey-1")).toMatchObject({ code: 0, stdout: expect.stringContaining("record 6 takes") });
      expect((await verify()).code).toBe(0);
      expect(await gate()).toMatchObject({ code: 0, stdout: expect.stringContaining("run run-5") });
    });

    it("is not taken into use over damage", async () => {
      await recorded(config.plain);
      await store.run(`UPDATE ${RUNS} SET exit_code = 0 WHERE sequence = 3`);
      expect(await rekey("rekey-1")).toMatchObject({ code: 2, stderr: expect.stringContaining("accept-break") });
      expect((await accept("accept-1")).code).toBe(0);
      expect((await verify()).code).toBe(0);
    });

    it("is replaced by an act of its own", async () => {
      await recorded();
      expect((await verify(config.rotated)).code).toBe(3);
      expect((await gate(config.rotated)).code).toBe(5);
      expect(await rekey("rekey-1", config.rotated)).toMatchObject({ code: 0 });
      expect(await verify(config.rotated)).toMatchObject({ code: 0, stdout: expect.stringContaining("4 proved") });
      expect((await record("run-4", config.rotated)).code).toBe(0);
      expect((await gate(config.rotated)).code).toBe(0);
    });

    it("cannot be taken into use where there is none, and need not be where there are no records", async () => {
      expect(await rekey("rekey-1", config.plain)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("recordKey"),
      });
      expect((await rekey("rekey-1")).code).toBe(2);
      expect((await record("run-1")).code).toBe(0);
      expect((await verify()).code).toBe(0);
    });
  });

  describe("with a key that was replaced", () => {
    const attacks: Record<string, () => Promise<void>> = {
      "rewrite the newest run": () =>
        forgeJournal(store, { contract: WORLD_CONTRACT, key: KEY, from: 5, change: madeGreen }),
      "rewrite the record that replaced the key, and all after it": () =>
        forgeJournal(store, { contract: WORLD_CONTRACT, key: KEY, from: 4, change: madeGreen }),
      "write everything anew": () =>
        forgeJournal(store, { contract: WORLD_CONTRACT, key: KEY, from: 1, change: madeGreen }),
      "cut the journal off before the key was replaced": async () => {
        await store.run(`DELETE FROM ${RUNS} WHERE sequence > 3`);
        await forgeJournal(store, { contract: WORLD_CONTRACT, key: KEY, from: 3, change: madeGreen });
      },
    };

    it.each(Object.keys(attacks))("nobody launders the records: %s", async (attack) => {
      await recorded();
      expect((await rekey("rekey-1", config.rotated)).code).toBe(0);
      await status("paused");
      expect((await record("run-5", config.rotated)).code).toBe(3);
      await status("active");
      await attacks[attack]!();
      await expectBroken(config.rotated);
      for (const n of [6, 7]) {
        const run = await record(`run-${n}`, config.rotated);
        // Where the current key has sealed and the replaced one came after it, no run is recorded at all.
        expect([0, 2]).toContain(run.code);
        await expectBroken(config.rotated);
      }
    });
  });

  describe("at the same time", () => {
    beforeEach(async () => {
      await recorded();
      await store.run(`UPDATE ${HEADS} SET head_hmac = NULL`);
    });

    it("two runs after a break are one after the other, and the break is sealed once", async () => {
      const codes = (await Promise.all([record("run-4"), record("run-5")])).map(({ code }) => code);
      // The second finds the lock held, or begins when the first is done.
      expect(codes).toContain(0);
      expect([0, 5]).toEqual(expect.arrayContaining(codes));
      const notes = await store.rows(`SELECT run_id FROM ${RUNS} WHERE journal_note IS NOT NULL`);
      expect(notes).toHaveLength(1);
      await expectBroken();
    });

    it("two explanations are one", async () => {
      const codes = (await Promise.all([accept("accept-1"), accept("accept-2")])).map(({ code }) => code);
      expect(codes.filter((code) => code === 0)).toHaveLength(1);
      // The other finds the lock held, or nothing left to explain.
      expect([0, 2, 5]).toEqual(expect.arrayContaining(codes));
      expect(await verify()).toMatchObject({ code: 0, stdout: expect.stringContaining("1 break explained") });
      expect(await accept("accept-3")).toMatchObject({ code: 2, stderr: expect.stringContaining("No journal") });
      expect(await store.rows(`SELECT count(*) FROM ${RUNS} WHERE status = 'BREAK_ACCEPTED'`)).toHaveLength(1);
    });
  });

  it("an explanation needs a reason, and something to explain", async () => {
    await recorded();
    expect(await accept("accept-1")).toMatchObject({ code: 2, stderr: expect.stringContaining("is broken") });
    const blank = await person("accept-1", "accept-break", "--reason", " ", "--config", config.keyed);
    expect(blank).toMatchObject({ code: 2, stderr: expect.stringContaining("--reason") });
    expect((await person("accept-1", "accept-break", "--config", config.keyed)).code).toBe(2);
    expect((await verify()).stdout).toContain("3 records");
  });

  it("a journal without a key is explained in the same way", async () => {
    await recorded(config.plain);
    await store.run(`DELETE FROM ${RUNS} WHERE sequence = 3`);
    expect((await record("run-4", config.plain)).code).toBe(0);
    await expectBroken(config.plain);
    const done = await person("accept-1", "accept-break", "--reason", "tidied up", "--config", config.plain);
    expect(done.code).toBe(0);
    expect(await verify(config.plain)).toMatchObject({ code: 0, stdout: expect.stringContaining("tidied up") });
  });
});
