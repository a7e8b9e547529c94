import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgres } from "../../../../src/adapters/db/postgres/open-postgres.js";
import type { StreamQuery } from "../../../../src/ports/db-client.js";
import { drain, readPages } from "../../../ports/db-client.contract.js";
import { createTestDatabase, type TestDatabase, withParts } from "../../../support/postgres.js";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.query("CREATE TABLE streams (id bigint); INSERT INTO streams SELECT generate_series(1, 5000)");
});
afterAll(() => database.drop());

const QUERY: StreamQuery = { table: "streams", columns: ["id"], orderBy: "id", pageSize: 1 };
const OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'reconcile-streams'";

async function failureOf(url: string, connectTimeout_ms = 10_000): Promise<Error & Record<string, unknown>> {
  const client = await openPostgres(url, { connectTimeout_ms });
  try {
    await client.getStreams(QUERY);
  } catch (fault) {
    return fault as Error & Record<string, unknown>;
  }
  throw new Error("The connection was made");
}

/** A server that treats each connection as told. */
async function listen(onConnection: Parameters<typeof createServer>[1]): Promise<{ url: string; server: Server }> {
  const server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return { url: `postgres://user:s3cret@127.0.0.1:${port}/db?sslmode=disable`, server };
}

describe("a connection that cannot be made", () => {
  it("is the configuration's fault for a wrong password, user or database", async () => {
    const { host } = new URL(database.url);
    expect(await failureOf(withParts(database.url, { password: "s3cret" }))).toMatchObject({
      kind: "usage",
      code: "database_credentials",
      message: `PostgreSQL at ${host} does not accept the user name or password.`,
    });
    expect(await failureOf(withParts(database.url, { password: "" }))).toMatchObject({ code: "database_credentials" });
    expect(await failureOf(withParts(database.url, { username: "nobody" }))).toMatchObject({
      code: "database_credentials",
    });
    expect(await failureOf(withParts(database.url, { pathname: "/nowhere" }))).toMatchObject({
      kind: "usage",
      code: "database_not_found",
    });
  });

  it("takes the password from the URL or PGPASSWORD; the driver would warn about a password file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "reconcile-streams-pgpass-"));
    const file = join(folder, "pgpass");
    await writeFile(file, `*:*:*:*:${new URL(database.url).password}\n`, { mode: 0o600 });
    const url = withParts(database.url, { password: "" });
    process.env.PGPASSFILE = file;
    try {
      expect(await failureOf(url)).toMatchObject({ code: "database_credentials" });
      process.env.PGPASSWORD = new URL(database.url).password;
      expect(await readPages(await openPostgres(url), { ...QUERY, pageSize: 10_000 })).toHaveLength(1);
    } finally {
      delete process.env.PGPASSFILE;
      delete process.env.PGPASSWORD;
      await rm(folder, { recursive: true });
    }
  });

  it("is lost where the server's first message is garbled: the driver throws, and the process goes on", async () => {
    // An answer about authentication ("R") of a kind that does not exist.
    const garbled = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 99]);
    const { url, server } = await listen((socket) => socket.once("data", () => socket.write(garbled)));
    try {
      expect(await failureOf(url)).toMatchObject({
        kind: "unavailable",
        details: [expect.stringContaining("Unknown authenticationOk message type 99")],
      });
    } finally {
      server.close();
    }
  });

  it("says when the role may not log in, or not into this database", async () => {
    const role = await database.createRole("shut_out");
    const name = new URL(database.url).pathname.slice(1);
    await database.query(`REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);
    expect(await failureOf(role.url)).toMatchObject({ kind: "usage", code: "database_permission" });
    await database.query(`GRANT CONNECT ON DATABASE ${name} TO PUBLIC; ALTER ROLE ${role.name} NOLOGIN`);
    expect(await failureOf(role.url)).toMatchObject({ kind: "usage", code: "database_credentials" });
    await database.query(`ALTER ROLE ${role.name} LOGIN CONNECTION LIMIT 0`);
    expect(await failureOf(role.url)).toMatchObject({
      kind: "unavailable",
      code: "database_unreachable",
      message: expect.stringContaining("accepts no more connections"),
    });
  });

  it("is the world's fault when nothing answers, and never tells the password", async () => {
    const { url, server } = await listen((socket) => socket.destroy());
    for (const attempt of [url, "postgres://user:s3cret@host.invalid/db"]) {
      const fault = await failureOf(attempt);
      expect(fault).toMatchObject({ kind: "unavailable", code: "database_unreachable" });
      expect(JSON.stringify([fault.message, fault.details, fault.hints])).not.toContain("s3cret");
    }
    await new Promise((resolve) => server.close(resolve));
    const { port } = new URL(url);
    expect(await failureOf(url)).toMatchObject({
      kind: "unavailable",
      message: `Nothing answers at 127.0.0.1:${port}, where PostgreSQL should be.`,
    });
  });

  it("gives up on a server that accepts and says nothing", async () => {
    const { url, server } = await listen(() => undefined);
    const fault = await failureOf(url, 20);
    expect(fault.message).toMatch(/did not answer within 0.02 seconds/);
    server.close();
  });

  it("stops waiting when aborted", async () => {
    const abort = new AbortController();
    const reason = new Error("interrupted");
    const { url, server } = await listen(() => abort.abort(reason));
    const client = await openPostgres(url);
    await expect(client.getStreams(QUERY, abort.signal)).rejects.toBe(reason);
    server.close();
  });

  it("explains what a server says that is busy or no PostgreSQL at all", async () => {
    const starting = await listen((socket) => socket.end(errorMessage("57P03", "the database system is starting up")));
    expect(await failureOf(starting.url)).toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("is starting up"),
    });
    starting.server.close();
    const web = await listen((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expect(await failureOf(web.url)).toMatchObject({ kind: "unavailable", code: "database_unreachable" });
    web.server.close();
  });
});

describe("a connection that is lost", () => {
  it("fails the pages, and does not end them", async () => {
    const client = await openPostgres(database.url);
    const { pages } = await client.getStreams(QUERY);
    const reading = pages[Symbol.asyncIterator]();
    expect((await reading.next()).done).toBe(false);
    await database.query(`SELECT pg_terminate_backend(pid, 10000) ${OTHERS}`);
    await expect(drain(reading)).rejects.toMatchObject({
      kind: "unavailable",
      code: "database_connection_lost",
      details: [expect.stringContaining("57P01")],
      hints: [expect.stringContaining("only read in part")],
    });
  });

  it("fails when a statement is cancelled or takes too long", async () => {
    const role = await database.createRole("hasty");
    await database.query(
      `GRANT SELECT ON streams TO ${role.name}; ALTER ROLE ${role.name} SET statement_timeout = '10ms'`,
    );
    const client = await openPostgres(role.url);
    await expect(readPages(client, { ...QUERY, where: "pg_sleep(10) IS NOT NULL" })).rejects.toMatchObject({
      kind: "unavailable",
      code: "database_read_failed",
      hints: [expect.stringContaining("statement_timeout")],
    });
    await database.query(`REVOKE ALL ON streams FROM ${role.name}`);
  });

  it.each([
    ["over TLS", ""],
    ["without TLS", "?sslmode=disable"],
  ])("is given up at once, by the server too, when aborted in the middle of a statement %s", async (_name, search) => {
    const client = await openPostgres(withParts(database.url, { search }));
    const abort = new AbortController();
    const opening = client.getStreams({ ...QUERY, where: "pg_sleep(3600) IS NOT NULL" }, abort.signal);
    const caught = opening.catch((fault: unknown) => fault);
    const asleep = `SELECT count(*)::int AS count ${OTHERS} AND state = 'active' AND wait_event = 'PgSleep'`;
    while ((await database.query(asleep))[0]?.count !== 1);
    const reason = new Error("interrupted");
    abort.abort(reason);
    expect(await caught).toBe(reason);
    await client.close();
    // Without being told, the server would look whether anybody is there after five seconds.
    const deadline = performance.now() + 3_000;
    while ((await database.query(asleep))[0]?.count !== 0 && performance.now() < deadline);
    expect(await database.query(asleep)).toEqual([{ count: 0 }]);
  });

  it("does no harm while nobody reads", async () => {
    const client = await openPostgres(database.url);
    await client.getStreams(QUERY);
    await database.query(`SELECT pg_terminate_backend(pid, 10000) ${OTHERS}`);
    await client.close();
  });
});

/** A backend's ErrorResponse: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function errorMessage(code: string, text: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C${code}\0M${text}\0\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
