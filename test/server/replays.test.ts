import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld } from "../support/cli-world.js";
import { handSigned } from "../support/hand-signer.js";
import { createTestDatabase, type TestDatabase, withParts } from "../support/postgres.js";
import { send } from "../support/raw-http.js";
import { AUTH, ask, goodRequest, type RunningService, startService } from "../support/service.js";
import { startServiceProcess } from "../support/service-process.js";

let world: CliWorld;
let postgres: TestDatabase;
const services: { stop(): Promise<unknown> }[] = [];

beforeAll(async () => {
  world = await createWorld();
  postgres = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});
afterAll(async () => {
  await postgres?.drop();
  await world.close();
});

const config = (more: object = {}) => world.write("config.json", { auth: AUTH, ...more });

async function start(more: object = {}): Promise<RunningService> {
  const service = await startService(["--config", await config(more), ...world.overSnapshot]);
  services.push(service);
  return service;
}

/** A diff of one stream; several may run at a time. */
const look = () => goodRequest({ method: "GET", path: "/api/internal/reconciliation/diff/stream_1", body: "" });

const counts = (statuses: readonly number[]) =>
  Object.fromEntries([200, 404, 409, 429].map((status) => [status, statuses.filter((s) => s === status).length]));

describe("one request, sent many times at once", () => {
  it("is accepted once", async () => {
    const { url } = await start();
    const sent = look();
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(url, sent)));
    expect(counts(answers.map(({ status }) => status))).toEqual({ 200: 1, 404: 39, 409: 0, 429: 0 });
  });

  it("is accepted once by two processes that share a database", async () => {
    expect((await cli(["migrate", "--db", postgres.url])).code).toBe(0);
    const args = ["--config", await config({ runStore: { url: postgres.url } }), ...world.overSnapshot];
    const [one, other] = await Promise.all([startServiceProcess(args), startServiceProcess(args)]);
    services.push(one, other);
    for (let round = 0; round < 5; round++) {
      const sent = look();
      const { method, path, body } = sent;
      const request = { method, path, body, headers: handSigned(sent) };
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => send((i % 2 ? one : other).url, request)));
      expect(counts(answers.map(({ status }) => status))).toEqual({ 200: 1, 404: 19, 409: 0, 429: 0 });
    }
    expect(await postgres.query("SELECT count(*)::int AS n FROM reconciliation_seen_signatures")).toEqual([{ n: 5 }]);
    const ended = await Promise.all([one.stop(), other.stop()]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
  });

  it("is not accepted by a process that starts after it was used", async () => {
    const more = { runStore: { url: postgres.url } };
    const sent = look();
    const first = await start(more);
    expect((await ask(first.url, sent)).status).toBe(200);
    await first.stop();
    const second = await start(more);
    expect((await ask(second.url, sent)).status).toBe(404);
    expect(second.events("request_refused")).toMatchObject([{ refusal: "replayed", service: "scheduler" }]);
  });
});

it("the database holds neither signatures nor secrets", async () => {
  const sent = look();
  const service = await start({ runStore: { url: postgres.url } });
  await ask(service.url, sent);
  const rows = await postgres.query(
    "SELECT digest, expires_at FROM reconciliation_seen_signatures ORDER BY expires_at",
  );
  expect(rows.at(-1)).toEqual({
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    expires_at: new Date(Number(sent.timestamp) + 300_000),
  });
  expect(JSON.stringify(rows)).not.toContain(handSigned(sent)[4]![1].slice(3));
});

it("long expired digests are removed from the database", async () => {
  await postgres.query(`INSERT INTO reconciliation_seen_signatures VALUES
    ('old', now() - interval '2 days'), ('not-so-old', now() - interval '2 hours')`);
  const service = await start({ runStore: { url: postgres.url } });
  await ask(service.url, look());
  const kept = await postgres.query("SELECT digest FROM reconciliation_seen_signatures WHERE digest LIKE '%old'");
  expect(kept).toEqual([{ digest: "not-so-old" }]);
});

describe("a database that fails", () => {
  it("makes the running service refuse everyone until it is back", async () => {
    const service = await start({ runStore: { url: postgres.url } });
    await postgres.query("ALTER TABLE reconciliation_seen_signatures RENAME TO gone");
    try {
      expect((await ask(service.url, look())).status).toBe(404);
      expect(service.events("request_refused")).toMatchObject([{ refusal: "replay_store_unavailable" }]);
      expect(service.events("replay_store_unavailable")).toHaveLength(1);
    } finally {
      await postgres.query("ALTER TABLE gone RENAME TO reconciliation_seen_signatures");
    }
    expect((await ask(service.url, look())).status).toBe(200);
  });

  it("by closing idle connections is queried again", async () => {
    const service = await start({ runStore: { url: postgres.url } });
    expect((await ask(service.url, look())).status).toBe(200);
    await postgres.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'reconcile-streams'",
    );
    const sent = look();
    expect((await ask(service.url, sent)).status).toBe(200);
    expect((await ask(service.url, sent)).status).toBe(404);
  });
});

it("neither answers nor the log contain a password when the database refuses logins", async () => {
  const role = await postgres.createRole("reader");
  const args = ["--config", await config({ policy: { confirm: 0 } }), ...world.overSnapshot, "--db", role.url];
  // The records are in SQLite, so that the service starts without PostgreSQL.
  const store = await world.write("store.json", { auth: AUTH, runStore: { url: world.sqlite.url } });
  const service = await startService([...args, "--config", store]);
  services.push(service);
  await postgres.query(`ALTER ROLE ${role.name} PASSWORD 'another-one'`);
  const answer = await ask(service.url, { body: '{"dryRun":true}' });
  expect([answer.status, JSON.parse(answer.body).error.code]).toEqual([500, "database_credentials"]);
  expect((await send(service.url, { method: "GET", path: "/health", headers: [] })).status).toBe(503);
  expect(service.events("run_failed")).toMatchObject([{ code: "database_credentials", status: 500 }]);
  for (const text of [answer.body, service.log()]) expect(text).not.toContain("role-password");
});

describe("the service does not start", () => {
  const run = async (more: object) =>
    cli(["serve", "--port", "0", "--config", await config(more), ...world.overSnapshot]);

  it("without the table", async () => {
    const empty = await createTestDatabase();
    try {
      const { code, stdout, stderr } = await run({ runStore: { url: empty.url } });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/reconciliation_seen_signatures.*does not exist[\s\S]*reconcile-streams migrate/);
    } finally {
      await empty.drop();
    }
  });

  it("when the table may not be written", async () => {
    const role = await postgres.createRole("reader");
    await postgres.query(`GRANT SELECT ON reconciliation_seen_signatures TO ${role.name}`);
    const { code, stderr } = await run({ runStore: { url: role.url } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/reconciliation_seen_signatures cannot be written[\s\S]*GRANT SELECT, INSERT, DELETE/);
  });

  it("when another program owns a table of this name", async () => {
    const other = await createTestDatabase();
    try {
      await other.query("CREATE TABLE reconciliation_seen_signatures (a int)");
      const { code, stderr } = await run({ runStore: { url: other.url } });
      expect(code).toBe(2);
      expect(stderr).toMatch(/cannot be written[\s\S]*rename or drop it/);
    } finally {
      await other.drop();
    }
  });

  it("when the database cannot be reached", async () => {
    const { code, stderr } = await run({ runStore: { url: withParts(postgres.url, { password: "wrong-password" }) } });
    expect(code).toBe(2);
    expect(stderr).toContain("does not accept the user name or password");
    expect(stderr).not.toContain("wrong-password");
  });
});

describe("migrate", () => {
  it("creates the table once, and prints the statement", async () => {
    const fresh = await createTestDatabase();
    try {
      const printed = await cli(["migrate", "--print", "--db", fresh.url]);
      expect(printed.stdout).toContain("CREATE TABLE IF NOT EXISTS reconciliation_seen_signatures (");
      const [first, second] = [await cli(["migrate", "--db", fresh.url]), await cli(["migrate", "--db", fresh.url])];
      expect(first.stdout).toContain("The table reconciliation_seen_signatures was created.\n");
      expect(second.stdout).toContain(
        "The table reconciliation_seen_signatures already exists; nothing was changed.\n",
      );
    } finally {
      await fresh.drop();
    }
  });

  it("names who may create it when it may not", async () => {
    const role = await postgres.createRole("nobody");
    await postgres.query("DROP TABLE reconciliation_seen_signatures");
    await postgres.query(
      `GRANT SELECT, INSERT, UPDATE ON reconciliation_runs, reconciliation_chain_heads TO ${role.name}`,
    );
    await postgres.query("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    const { code, stderr } = await cli(["migrate", "--db", role.url]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/reconciliation_seen_signatures cannot be created[\s\S]*migrate --print/);
  });
});
