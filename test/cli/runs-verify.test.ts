import { createHash } from "node:crypto";
import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, insertSql, rowOf, STREAMS_TABLE, WORLD_CONTRACT } from "../support/cli-world.js";
import { ManualClock } from "../support/manual-clock.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { forgeJournal } from "../support/record-forger.js";
import { accountId, streamStruct } from "../support/streampay-contract.js";

const ENV = { RECORD_KEY: "0d4c2b-record-key", EARLIER_KEY: "77aa-earlier-key" };
const RUNS = "reconciliation_runs";
const HEADS = "reconciliation_chain_heads";

const NOT_NULL = new Set(["status", "scope", "requested_by", "tool_version"]);

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

describe.each(Object.keys(stores) as (keyof typeof stores)[])("runs verify in %s", (name) => {
  const store = stores[name];
  let keyed: string;
  let plain: string;
  let clock: ManualClock;

  /** A run with a record; each starts an hour after the one before it. */
  async function record(runId: string, config: string, ...more: string[]) {
    await clock.sleep(3_600_000);
    const where = ["--db", store.url(), "--contract", WORLD_CONTRACT, "--chain", `snapshot:${world.snapshot}`];
    return cli([...where, "--config", config, "--format", "json", ...more], { runId, clock, env: ENV });
  }
  const verify = (config: string, ...more: string[]) =>
    cli(["runs", "verify", "--db", store.url(), "--config", config, ...more], { env: ENV });
  async function rekey(runId: string, config: string) {
    await clock.sleep(3_600_000);
    return cli(["runs", "rekey", "--db", store.url(), "--config", config], { runId, clock, env: ENV });
  }
  const heads = () => store.rows(`SELECT * FROM ${HEADS}`);

  async function emptied() {
    for (const table of [RUNS, HEADS, "kept_runs", "kept_heads"]) await store.run(`DROP TABLE IF EXISTS ${table}`);
    expect((await cli(["migrate", "--db", store.url()])).code).toBe(0);
    clock = new ManualClock();
  }

  /** Five records; the third is of one stream alone, the fourth says DRIFT. */
  async function recorded(config: string) {
    await emptied();
    for (const [index, more] of [[], [], ["--stream", "stream_1"], [], []].entries()) {
      await store.run(`UPDATE streams SET status = '${index === 3 ? "paused" : "active"}'`);
      const { code } = await record(`run-${index + 1}`, config, "--service", "payments", "--key-id", "k1", ...more);
      expect(code).toBe(index === 3 ? 3 : 0);
    }
    await store.run(
      `CREATE TABLE kept_runs AS SELECT * FROM ${RUNS}; CREATE TABLE kept_heads AS SELECT * FROM ${HEADS}`,
    );
  }
  const restored = () =>
    store.run(`DELETE FROM ${RUNS}; INSERT INTO ${RUNS} SELECT * FROM kept_runs;
      DELETE FROM ${HEADS}; INSERT INTO ${HEADS} SELECT * FROM kept_heads`);

  beforeAll(async () => {
    const auth = { keys: { k1: "secret-of-k1" } };
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the configuration's own form
    keyed = await world.write(`keyed-${name}.json`, { auth: { ...auth, recordKey: "${RECORD_KEY}" } });
    plain = await world.write(`plain-${name}.json`, { auth });
  });

  describe("with a record key", () => {
    beforeAll(() => recorded(keyed));
    beforeEach(() => restored());

    it("says that nothing was altered, and prints the head", async () => {
      const { code, stdout, stderr } = await verify(keyed);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain(`contract ${WORLD_CONTRACT}: 5 records, 5 proved by an HMAC`);
      expect(stdout).toMatch(/head: record 5, [0-9a-f]{64}\nVERIFIED\n$/);
      expect(stdout).not.toContain(ENV.RECORD_KEY);
      expect(await store.rows(`SELECT DISTINCT service, key_id FROM ${RUNS}`)).toEqual([["payments", "k1"]]);
    });

    it("says the same as JSON", async () => {
      const { code, stdout } = await verify(keyed, "--format", "json");
      expect(code).toBe(0);
      const journal = { contractId: WORLD_CONTRACT, records: 5, unsealed: 0, proved: 5, fault: null, unproved: null };
      expect(JSON.parse(stdout)).toMatchObject({ status: "VERIFIED", exitCode: 0, chains: [journal] });
    });

    const integers = ["exit_code", "ledger_first", "ledger_last", "streams_checked", "in_sync", "drifted", "lagging"];
    integers.push("missing_on_chain", "missing_in_db", "violations", "unchecked");
    const texts = ["status", "scope", "requested_by", "tool_version", "network", "service", "key_id"];
    texts.push("previous_digest", "report_digest", "record_key", "record_digest", "record_hmac");
    const moved = name === "SQLite" ? "replace(finished_at, '.', '.0')" : "finished_at + interval '1 microsecond'";
    const changes: [string, string][] = [
      ...integers.map((column): [string, string] => [column, `${column} + 1`]),
      ...[...integers, ...texts]
        .filter((column) => !NOT_NULL.has(column))
        .map((column): [string, string] => [column, "NULL"]),
      ...texts.map((column): [string, string] => [column, `COALESCE(${column}, '') || 'x'`]),
      ["run_id", "'another-run'"],
      ["started_at", moved.replaceAll("finished_at", "started_at")],
      ["finished_at", moved],
      ["finished_at", "NULL"],
      ["status", "'RUNNING'"],
      ["report", "NULL"],
      [
        "report",
        name === "SQLite" ? "replace(report, 'all', 'alL')" : "replace(report::text, 'schema', 'schemA')::json",
      ],
      ["report", name === "SQLite" ? "report || ' '" : "(report::text || ' ')::json"],
    ];

    it.each(
      [1, 2, 4, 5]
        .flatMap((n) => changes.map(([column, value]) => [n, column, value] as const))
        // The first has none.
        .filter(([n, column, value]) => n > 1 || column !== "previous_digest" || value !== "NULL"),
    )("finds record %i with %s = %s", async (n, column, value) => {
      await store.run(`UPDATE ${RUNS} SET ${column} = ${value} WHERE sequence = ${n}`);
      const { code, stdout } = await verify(keyed);
      expect(stdout).toContain(`altered: record ${n}`);
      expect(code).toBe(3);
    });

    it.each([1, 3, 5])("finds record %i with another contract or number", async (n) => {
      await store.run(`UPDATE ${RUNS} SET contract_id = 'COTHER' WHERE sequence = ${n}`);
      expect(await verify(keyed)).toMatchObject({ code: 3, stdout: expect.stringContaining(`removed: record ${n}`) });
      await restored();
      await store.run(`UPDATE ${RUNS} SET sequence = NULL WHERE sequence = ${n}`);
      const unnumbered = await verify(keyed);
      expect(unnumbered).toMatchObject({ code: 3, stdout: expect.stringContaining("but no number") });
      await restored();
      await store.run(`UPDATE ${RUNS} SET sequence = 77 WHERE sequence = ${n}`);
      expect((await verify(keyed)).code).toBe(3);
    });

    it("tells which columns contradict the sealed report", async () => {
      await store.run(`UPDATE ${RUNS} SET status = 'IN_SYNC', exit_code = 0 WHERE sequence = 4`);
      const { stdout } = await verify(keyed);
      expect(stdout).toContain("status is IN_SYNC, the report says DRIFT");
      expect(stdout).toContain("exit_code is 0, the report says 3");
      expect(stdout).toContain("altered: record 4, run run-4, started 2026-01-01T04:00:00.000Z");
    });

    it.each([1, 3, 5])("finds that record %i was removed", async (n) => {
      await store.run(`DELETE FROM ${RUNS} WHERE sequence = ${n}`);
      expect(await verify(keyed)).toMatchObject({
        code: 3,
        stdout: expect.stringContaining(`there is no record ${n}`),
      });
    });

    it.each([
      ["the last two", `DELETE FROM ${RUNS} WHERE sequence > 3`, "there are no records 4 to 5"],
      ["all", `DELETE FROM ${RUNS}`, "there are no records 1 to 5"],
      ["the head", `DELETE FROM ${HEADS}`, "the journal has no head"],
      ["the table of heads", `DROP TABLE ${HEADS}`, "the journal has no head"],
    ])("finds that %s was removed", async (_what, sql, said) => {
      await store.run(sql);
      expect(await verify(keyed)).toMatchObject({ code: 3, stdout: expect.stringContaining(said) });
      await cli(["migrate", "--db", store.url()]);
    });

    it("finds a head that was set back, or altered", async () => {
      await store.run(`DELETE FROM ${RUNS} WHERE sequence = 5; UPDATE ${HEADS} SET sequence = 4, record_digest =
        (SELECT record_digest FROM ${RUNS} WHERE sequence = 4)`);
      const { code, stdout } = await verify(keyed);
      expect(stdout).toContain("the head of the journal was altered: its HMAC does not fit");
      expect(code).toBe(3);
      await restored();
      await store.run(`UPDATE ${HEADS} SET record_key = NULL, head_hmac = NULL`);
      expect(await verify(keyed)).toMatchObject({ code: 3, stdout: expect.stringContaining("its key is not that of") });
    });

    it("finds records that change places", async () => {
      await store.run(`UPDATE ${RUNS} SET sequence = 7 - sequence WHERE sequence IN (3, 4)`);
      expect(await verify(keyed)).toMatchObject({ code: 3, stdout: expect.stringContaining("altered: record 3") });
    });

    it.each([
      ["in the middle", "2", "inserted: record 2, run forged"],
      ["at the end", "6", "inserted: record 6, run forged"],
      ["without a number", "NULL", "run forged"],
    ])("finds a copy %s", async (_where, sequence, said) => {
      const columns = (await columnsOf()).filter((column) => !["run_id", "sequence"].includes(column)).join(", ");
      await store.run(`INSERT INTO ${RUNS} (run_id, sequence, ${columns})
        SELECT 'forged', ${sequence}, ${columns} FROM ${RUNS} WHERE sequence = 2`);
      expect(await verify(keyed)).toMatchObject({ code: 3, stdout: expect.stringContaining(said) });
    });

    it("finds a record without any seal that came later", async () => {
      await store.run(`INSERT INTO ${RUNS} (run_id, started_at, status, scope, requested_by, tool_version, contract_id)
        VALUES ('forged', '2026-01-01T09:00:00.000Z', 'IN_SYNC', 'all-streams', 'x', '0', '${WORLD_CONTRACT}')`);
      const { code, stdout } = await verify(keyed);
      expect(stdout).toContain("inserted: a record without a number, run forged");
      expect(code).toBe(3);
    });

    it("finds a digest that was made again without the key", async () => {
      await store.run(`UPDATE ${RUNS} SET requested_by = 'nobody' WHERE sequence = 5`);
      const digest = await digestOfRow(5);
      await store.run(`UPDATE ${RUNS} SET record_digest = '${digest}' WHERE sequence = 5`);
      const { code, stdout } = await verify(keyed);
      expect(stdout).toContain("its HMAC does not fit");
      expect(code).toBe(3);
      await store.run(`UPDATE ${RUNS} SET record_key = NULL, record_hmac = NULL WHERE sequence = 5`);
      await store.run(`UPDATE ${RUNS} SET record_digest = '${await digestOfRow(5)}' WHERE sequence = 5`);
      expect(await verify(keyed)).toMatchObject({
        code: 3,
        stdout: expect.stringContaining("is sealed without a key"),
      });
    });

    it("cannot verify without the key, nor with another one", async () => {
      expect(await verify(plain)).toMatchObject({ code: 5, stdout: expect.stringContaining("not configured here") });
      const other = await world.write("other.json", { auth: { recordKey: "quite-another-key" } });
      expect(await verify(other)).toMatchObject({
        code: 5,
        stdout: expect.stringContaining("auth.previousRecordKeys"),
      });
      // What needs no key is found all the same.
      await store.run(`DELETE FROM ${RUNS} WHERE sequence = 2`);
      expect((await verify(plain)).code).toBe(3);
    });

    it("refuses to record without the key, or with another one", async () => {
      expect(await record("run-6", plain)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("auth.recordKey"),
      });
      const other = await world.write("other.json", { auth: { recordKey: "quite-another-key" } });
      const { code, stderr } = await record("run-6", other);
      expect(code).toBe(2);
      expect(stderr).toContain("auth.previousRecordKeys");
      expect(stderr).not.toContain("quite-another-key");
      expect((await verify(keyed)).code).toBe(0);
    });

    it("takes a new key when the old one is named as such, and no way back", async () => {
      const rotated = await world.write("rotated.json", {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the configuration's own form
        auth: { recordKey: "${EARLIER_KEY}", previousRecordKeys: ["${RECORD_KEY}"] },
      });
      expect((await rekey("rekey-1", rotated)).code).toBe(0);
      expect((await record("run-6", rotated)).code).toBe(0);
      expect(await verify(rotated)).toMatchObject({ code: 0, stdout: expect.stringContaining("7 proved") });
      expect((await verify(keyed)).code).toBe(3);
      expect((await record("run-7", keyed)).code).toBe(2);
      const back = await world.write("back.json", {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the configuration's own form
        auth: { recordKey: "${RECORD_KEY}", previousRecordKeys: ["${EARLIER_KEY}"] },
      });
      const refused = await record("run-7", back);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("auth.recordKey has been replaced") });
      expect((await verify(rotated)).code).toBe(0);
      // A record that somebody else put behind the journal tells of no other key: the night's record is written.
      await restored();
      await store.run(`INSERT INTO ${RUNS} (run_id, started_at, status, scope, requested_by, tool_version, contract_id, sequence)
        SELECT 'forged', started_at, status, scope, requested_by, tool_version, contract_id, 50 FROM ${RUNS} WHERE sequence = 5`);
      expect(JSON.parse((await record("run-6", keyed)).stdout).notices).toMatchObject([{ code: "run_chain_broken" }]);
    });

    it("knows whether a head that was kept elsewhere is still there", async () => {
      const [, head = ""] = /head: record 5, ([0-9a-f]{64})/.exec((await verify(keyed)).stdout) ?? [];
      expect((await record("run-6", keyed)).code).toBe(0);
      expect((await verify(keyed, "--expect-head", head)).code).toBe(0);
      const gone = await verify(keyed, "--expect-head", "0".repeat(64));
      expect(gone).toMatchObject({ code: 3, stdout: expect.stringContaining("does not exist") });
      expect((await verify(keyed, "--expect-head", "abc")).code).toBe(2);
    });

    it("appends all the same where the newest record was altered, and says so for good", async () => {
      await store.run(`UPDATE ${RUNS} SET status = 'DRIFT' WHERE sequence = 5`);
      const { code, stdout } = await record("run-6", keyed);
      expect(code).toBe(0);
      expect(JSON.parse(stdout).notices).toEqual([expect.objectContaining({ code: "run_chain_broken" })]);
      expect(await verify(keyed)).toMatchObject({ code: 3, stdout: expect.stringContaining("altered: record 5") });
    });

    it.each([
      ["records", `DELETE FROM ${RUNS} WHERE sequence > 3`, "there are no records 4 to 5"],
      ["the head", `DELETE FROM ${HEADS}`, "there is no record 6"],
    ])("leaves a gap for good where %s were missing when the next run was recorded", async (_what, sql, said) => {
      await store.run(sql);
      expect((await record("run-6", keyed)).code).toBe(0);
      expect(await verify(keyed)).toMatchObject({ code: 3, stdout: expect.stringContaining(said) });
    });

    it("verifies one contract alone when asked to", async () => {
      expect((await verify(keyed, "--contract", WORLD_CONTRACT)).code).toBe(0);
      const other = "CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526";
      expect(await verify(keyed, "--contract", other)).toMatchObject({
        code: 5,
        stdout: expect.stringMatching(/no run record/),
      });
    });

    async function columnsOf() {
      const [row] = await (name === "SQLite"
        ? store.rows(`SELECT group_concat(name) FROM pragma_table_info('${RUNS}')`)
        : store.rows(
            `SELECT string_agg(column_name, ',') FROM information_schema.columns WHERE table_name = '${RUNS}'`,
          ));
      return String(row![0]).split(",");
    }

    /** As docs/run-records.md says, without any of the program's own code. */
    async function digestOfRow(n: number) {
      const order = `run_id,started_at,finished_at,status,exit_code,scope,requested_by,tool_version,contract_id,network,
        ledger_first,ledger_last,streams_checked,in_sync,drifted,lagging,missing_on_chain,missing_in_db,violations,unchecked,
        service,key_id,sequence,previous_digest,report_digest,record_key`.split(/,\s*/);
      const [row] = await store.rows(`SELECT ${order.join(", ")} FROM ${RUNS} WHERE sequence = ${n}`);
      const lines = order.map((column, index) => {
        const value = row![index];
        if (value === null) return `${column}:-\n`;
        const text = column.endsWith("_at") ? new Date(value as string).toISOString() : String(value);
        return `${column}:${Buffer.byteLength(text)}:${text}\n`;
      });
      return createHash("sha256")
        .update(`reconcile-streams-record-v1\n${lines.join("")}`)
        .digest("hex");
    }
  });

  describe("without a record key", () => {
    beforeAll(() => recorded(plain));
    beforeEach(() => restored());

    it("can say that the records are consistent, and no more", async () => {
      const { code, stdout } = await verify(plain);
      expect(code).toBe(0);
      expect(stdout).toContain("VERIFIED by digests alone");
    });

    it("finds what was altered without making the journal anew", async () => {
      await store.run(`UPDATE ${RUNS} SET exit_code = 0 WHERE sequence = 4`);
      expect(await verify(plain)).toMatchObject({ code: 3, stdout: expect.stringContaining("altered: record 4") });
      await restored();
      await store.run(`DELETE FROM ${RUNS} WHERE sequence = 5`);
      expect((await verify(plain)).code).toBe(3);
    });

    it("is no proof where a key is configured", async () => {
      expect(await verify(keyed)).toMatchObject({
        code: 3,
        stdout: expect.stringContaining("unkeyed: record 1, run run-1"),
      });
    });

    it("is vouched for by the record that takes a key into use", async () => {
      expect((await rekey("rekey-1", keyed)).code).toBe(0);
      expect((await record("run-6", keyed)).code).toBe(0);
      expect(await verify(keyed)).toMatchObject({ code: 0, stdout: expect.stringContaining("7 records, 2 proved") });
      await store.run(`UPDATE ${RUNS} SET exit_code = 0 WHERE sequence = 4`);
      expect((await verify(keyed)).code).toBe(3);
    });

    it("is vouched for by the first record with a key, where an earlier version wrote it", async () => {
      expect((await record("run-6", keyed)).code).toBe(0);
      // As that version would have: no note, and a head without the contracts of the store.
      await forgeJournal(store, { contract: WORLD_CONTRACT, from: 6, key: ENV.RECORD_KEY, change: (row) => row });
      for (const [table, column] of [
        [RUNS, "journal_note"],
        [HEADS, "contracts"],
      ]) {
        await store.run(`ALTER TABLE ${table} DROP COLUMN ${column}`);
      }
      expect(await verify(keyed)).toMatchObject({ code: 0, stdout: expect.stringContaining("6 records, 1 proved") });
      const gate = ["gate", "--db", store.url(), "--contract", WORLD_CONTRACT, "--config", keyed, "--max-age", "7d"];
      expect((await cli(gate, { clock, env: ENV })).code).toBe(0);
      const refused = await record("run-7", keyed);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("journal_note, contracts") });
      expect(await cli(["migrate", "--db", store.url()])).toMatchObject({ code: 0 });
      const run = await record("run-7", keyed);
      expect([run.code, JSON.parse(run.stdout).notices]).toEqual([0, []]);
      expect(await verify(keyed)).toMatchObject({ code: 0, stdout: expect.stringContaining("7 records, 2 proved") });
      await store.run(`UPDATE ${RUNS} SET exit_code = 0 WHERE sequence = 4`);
      expect((await verify(keyed)).code).toBe(3);
    });
  });

  describe("of records from before sealing", () => {
    const OLD = [
      "service",
      "key_id",
      "sequence",
      "previous_digest",
      "report_digest",
      "record_key",
      "record_digest",
      "record_hmac",
      "journal_note",
    ];
    beforeEach(async () => {
      await emptied();
      await record("old-1", plain);
      await record("old-2", plain);
      for (const column of OLD) await store.run(`ALTER TABLE ${RUNS} DROP COLUMN ${column}`);
      await store.run(`DROP TABLE ${HEADS}`);
    });

    it("asks for migrate, which adds what is missing and keeps what is there", async () => {
      const refused = await record("run-1", keyed);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/earlier version[\s\S]*migrate/) });
      expect(await verify(keyed)).toMatchObject({
        code: 5,
        stderr: expect.stringContaining("reconcile-streams migrate"),
      });
      const migrated = await cli(["migrate", "--db", store.url()]);
      expect(migrated).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("the additions of this version were made"),
      });
      expect(await verify(keyed)).toMatchObject({ code: 5, stdout: expect.stringContaining("no record has a seal") });
      expect((await rekey("rekey-1", keyed)).code).toBe(0);
      expect(await verify(keyed)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(": 1 record, 2 older than sealing"),
      });
      expect((await record("run-1", keyed)).code).toBe(0);
      expect((await verify(keyed)).code).toBe(0);
    });

    it("finds them altered, removed or added to once the journal has begun", async () => {
      await cli(["migrate", "--db", store.url()]);
      expect((await rekey("rekey-1", keyed)).code).toBe(0);
      expect((await record("run-1", keyed)).code).toBe(0);
      await store.run(`UPDATE ${RUNS} SET exit_code = 3 WHERE run_id = 'old-1'`);
      expect(await verify(keyed)).toMatchObject({
        code: 3,
        stdout: expect.stringContaining("without a seal are not those"),
      });
      await store.run(`UPDATE ${RUNS} SET exit_code = 0 WHERE run_id = 'old-1'`);
      expect((await verify(keyed)).code).toBe(0);
      await store.run(`DELETE FROM ${RUNS} WHERE run_id = 'old-2'`);
      expect((await verify(keyed)).code).toBe(3);
    });
  });

  it("has nothing to verify where there is no table, and no record", async () => {
    await emptied();
    expect(await verify(keyed)).toMatchObject({ code: 5, stdout: expect.stringContaining("There are no run records") });
    await store.run(`DROP TABLE ${RUNS}`);
    expect(await verify(keyed)).toMatchObject({ code: 5, stderr: expect.stringContaining("There is no table") });
    expect(await heads()).toEqual([]);
  });
});
