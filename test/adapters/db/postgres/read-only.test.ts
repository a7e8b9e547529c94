import { openPostgres } from "../../../../src/adapters/db/postgres/open-postgres.js";
import type { DbClient, StreamQuery } from "../../../../src/ports/db-client.js";
import { readPages } from "../../../ports/db-client.contract.js";
import { createTestDatabase, type TestDatabase, type TestRole, withParts } from "../../../support/postgres.js";

let database: TestDatabase;
let client: DbClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = await openPostgres(database.url);
  await database.query(
    `CREATE TABLE streams (id bigint, note text); INSERT INTO streams VALUES (1, 'a'), (2, 'b');
     CREATE TABLE written (at text);
     CREATE FUNCTION write_fn() RETURNS boolean LANGUAGE plpgsql VOLATILE AS
       $$ BEGIN INSERT INTO written VALUES ('now'); RETURN true; END $$;
     CREATE FUNCTION unlock_fn() RETURNS boolean LANGUAGE plpgsql VOLATILE AS
       $$ BEGIN PERFORM set_config('transaction_read_only', 'off', true); INSERT INTO written VALUES ('now'); RETURN true; END $$;
     CREATE VIEW writing_view AS SELECT id FROM streams WHERE write_fn()`,
  );
});
afterAll(async () => {
  await client.close();
  await database.drop();
});

const QUERY: StreamQuery = { table: "streams", columns: ["id"], orderBy: "id", pageSize: 10 };

describe("the reading connection", () => {
  it.each(["write_fn()", "id > 0 AND write_fn() -- hidden", "nextval('numbers') > 0"])(
    "cannot write: %s",
    async (where) => {
      await database.query("CREATE SEQUENCE IF NOT EXISTS numbers");
      await expect(readPages(client, { ...QUERY, where })).rejects.toMatchObject({
        kind: "usage",
        code: "database_write_refused",
        message: "database.where tries to write.",
      });
      expect(await database.query("SELECT count(*)::int AS rows FROM written")).toEqual([{ rows: 0 }]);
    },
  );

  it("cannot be made to write", async () => {
    const settings = ["unlock_fn()", "set_config('transaction_read_only', 'off', false) = 'off' AND write_fn()"];
    for (const where of settings) {
      await expect(readPages(client, { ...QUERY, where })).rejects.toMatchObject({ kind: "usage" });
    }
    for (const where of ["true); INSERT INTO written VALUES ('x'); --", "true); COMMIT; --"]) {
      await expect(readPages(client, { ...QUERY, where })).rejects.toMatchObject({ code: "database_where_invalid" });
    }
    await expect(readPages(client, { ...QUERY, table: "writing_view" })).rejects.toMatchObject({
      code: "database_write_refused",
      message: "Reading the table or view tries to write.",
    });
    expect(await database.query("SELECT count(*)::int AS rows FROM written")).toEqual([{ rows: 0 }]);
  });

  it("leaves nothing behind in the session, which a pooler may hand on", async () => {
    const backends =
      "SELECT count(*)::int AS open FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    await readPages(client, QUERY);
    await database.query("SELECT pg_stat_clear_snapshot()");
    const deadline = performance.now() + 10_000;
    // The server takes a moment to notice that the connection was closed.
    while ((await database.query(backends))[0]?.open !== 0 && performance.now() < deadline);
    expect(await database.query(backends)).toEqual([{ open: 0 }]);
  });
});

describe("an ordinary role's condition", () => {
  let reader: DbClient;
  let role: TestRole;
  beforeAll(async () => {
    role = await database.createRole("ordinary");
    await database.query(`GRANT SELECT ON streams TO ${role.name}`);
    reader = await openPostgres(role.url);
  });
  afterAll(async () => {
    await reader.close();
    await database.query(`REVOKE ALL ON streams FROM ${role.name}`);
  });

  it.each([
    "pg_read_file('PG_VERSION') IS NOT NULL",
    "pg_read_binary_file('/etc/hostname') IS NOT NULL",
    "EXISTS (SELECT pg_ls_dir('.'))",
    "pg_stat_file('PG_VERSION') IS NOT NULL",
    "lo_export(1, '/tmp/x') = 1",
    "lo_import('/etc/hostname') > 0",
    "pg_reload_conf()",
  ])("cannot reach the server's files: %s", async (where) => {
    await expect(readPages(reader, { ...QUERY, where })).rejects.toMatchObject({
      kind: "usage",
      code: "database_permission",
      details: [expect.stringMatching(/permission denied for function \w+/)],
      hints: [expect.stringContaining("Remove the function from database.where")],
    });
  });

  it.each([
    ["dblink('dbname=postgres', 'SELECT 1') IS NOT NULL", "database_where_invalid"],
    ["query_to_xml('COPY streams TO PROGRAM ''true''', true, true, '') IS NOT NULL", "database_where_invalid"],
    ["query_to_xml('DELETE FROM streams', true, true, '') IS NOT NULL", "database_where_invalid"],
    ["id IN (COPY streams TO PROGRAM 'true')", "database_where_invalid"],
    ["lo_create(0) > 0", "database_write_refused"],
    ["lo_from_bytea(0, 'x') > 0", "database_write_refused"],
  ])("can start no program and no other session: %s", async (where, code) => {
    await expect(readPages(reader, { ...QUERY, where })).rejects.toMatchObject({ kind: "usage", code });
  });
});

describe("conditions that fail while rows are read", () => {
  it("are the configuration's fault", async () => {
    await expect(readPages(client, { ...QUERY, where: "note::int > 1" })).rejects.toMatchObject({
      kind: "usage",
      code: "database_where_invalid",
      details: [expect.stringContaining("22P02"), "database.where: note::int > 1"],
    });
    // Beside `only`, a number would mean its values.
    const only = { column: "id", values: ["1"] };
    for (const more of [{}, { only }]) {
      const parameter = readPages(client, { ...QUERY, ...more, where: "id = $1 OR $1 IS NOT NULL" });
      await expect(parameter).rejects.toMatchObject({ code: "database_where_invalid" });
    }
    // Only the second row fails, after the first page was given.
    const late = { ...QUERY, pageSize: 1, where: "1 / (2 - id) > -1" };
    await expect(readPages(client, late)).rejects.toMatchObject({ code: "database_where_invalid" });
  });
});

describe("rights", () => {
  it("names the GRANT that is missing", async () => {
    const role = await database.createRole("reader");
    const reader = await openPostgres(role.url);
    await expect(readPages(reader, QUERY)).rejects.toMatchObject({
      kind: "usage",
      code: "database_permission",
      message: `The database user ${role.name} may not read "public"."streams".`,
      details: ["Columns it may not read: id"],
      hints: [`As the table's owner: GRANT SELECT ON "public"."streams" TO "${role.name}";`],
    });
    await database.query(`GRANT SELECT (id) ON streams TO ${role.name}`);
    expect(await readPages(reader, QUERY)).toEqual([[[1n], [2n]]]);
    await expect(readPages(reader, { ...QUERY, where: "note = 'a'" })).rejects.toMatchObject({
      kind: "usage",
      code: "database_permission",
    });
    await database.query(`REVOKE ALL ON streams FROM ${role.name}`);
  });

  it("says when the schema is closed", async () => {
    const role = await database.createRole("outsider");
    await database.query("CREATE SCHEMA IF NOT EXISTS closed; CREATE TABLE IF NOT EXISTS closed.streams (id bigint)");
    const reader = await openPostgres(role.url);
    await expect(readPages(reader, { ...QUERY, table: "closed.streams" })).rejects.toMatchObject({
      kind: "usage",
      code: "database_permission",
      hints: [expect.stringContaining("GRANT USAGE ON SCHEMA")],
    });
  });

  it("refuses to read a table of which policies would hide rows", async () => {
    const role = await database.createRole("tenant");
    await database.query(
      `CREATE TABLE guarded (id bigint); INSERT INTO guarded VALUES (1), (2);
       ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; CREATE POLICY one ON guarded USING (id = 1);
       GRANT SELECT ON guarded TO ${role.name};
       CREATE VIEW seen_through WITH (security_invoker) AS SELECT id FROM guarded; GRANT SELECT ON seen_through TO ${role.name}`,
    );
    const reader = await openPostgres(role.url);
    await expect(readPages(reader, { ...QUERY, table: "guarded" })).rejects.toMatchObject({
      kind: "usage",
      code: "database_rows_hidden",
      hints: expect.arrayContaining([`As a superuser: ALTER ROLE "${role.name}" BYPASSRLS;`]),
    });
    await expect(readPages(reader, { ...QUERY, table: "seen_through" })).rejects.toMatchObject({
      kind: "usage",
      code: "database_permission",
      hints: [expect.stringContaining("Row-level security")],
    });
    await database.query(`REVOKE ALL ON guarded, seen_through FROM ${role.name}`);
  });
});

describe("missing tables", () => {
  it("says what there is, with the schema where the connection needs it", async () => {
    await database.query(`CREATE SCHEMA other; CREATE TABLE other."Payment.Streams" (id bigint)`);
    const fault = await readPages(client, { ...QUERY, table: "stream" }).catch((error: unknown) => error);
    const { host } = new URL(database.url);
    const name = new URL(database.url).pathname.slice(1);
    expect(fault).toMatchObject({
      message: `There is no table or view stream in the database ${name} at ${host}.`,
      hints: expect.arrayContaining(["Did you mean streams?"]),
    });
    expect((fault as { details: string[] }).details[0]).toContain('other."Payment.Streams"');
    await expect(readPages(client, { ...QUERY, table: "PaymentStreams" })).rejects.toMatchObject({
      hints: expect.arrayContaining(['Did you mean other."Payment.Streams"?']),
    });
  });

  it("does not cut long names short", async () => {
    const cut = "x".repeat(63);
    await database.query(`CREATE TABLE ${cut} (id bigint)`);
    await expect(readPages(client, { ...QUERY, table: `${cut}y` })).rejects.toMatchObject({
      code: "database_table_missing",
    });
  });

  it("says so when there are none, and lists not more than twenty", async () => {
    const empty = await createTestDatabase();
    const reader = await openPostgres(withParts(empty.url, {}));
    await expect(readPages(reader, QUERY)).rejects.toMatchObject({
      details: ["The database has no tables that this connection can see."],
    });
    for (let index = 10; index < 35; index += 1) await empty.query(`CREATE TABLE t${index} (id bigint)`);
    await expect(readPages(reader, QUERY)).rejects.toMatchObject({
      details: [expect.stringMatching(/^Existing tables: t10, .*, t29 and 5 more$/)],
    });
    await empty.drop();
  });
});
