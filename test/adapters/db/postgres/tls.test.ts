import { fileURLToPath } from "node:url";
import { openPostgres } from "../../../../src/adapters/db/postgres/open-postgres.js";
import { chooseTls } from "../../../../src/adapters/db/postgres/session/tls.js";
import { readPages } from "../../../ports/db-client.contract.js";
import { createTestDatabase, type TestDatabase, withParts } from "../../../support/postgres.js";

const file = (name: string) => fileURLToPath(new URL(`../../../support/tls/${name}`, import.meta.url));
const CA = file("ca.pem");

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(
    "CREATE VIEW session AS SELECT 1 AS id, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid(); GRANT SELECT ON session TO PUBLIC",
  );
});
afterAll(() => database.drop());

/** Whether the session is encrypted, under these parameters of the URL. */
async function encrypted(search: string, hostname = "localhost"): Promise<unknown> {
  const client = await openPostgres(withParts(database.url, { search, hostname }));
  const [[row] = []] = await readPages(client, { table: "session", columns: ["ssl"], orderBy: "id", pageSize: 10 });
  return row?.[0];
}

describe("TLS, with a real server", () => {
  it.each([
    ["sslmode=disable", false],
    ["ssl=false", false],
    ["", true],
    ["sslmode=prefer", true],
    ["sslmode=require", true],
    ["sslmode=no-verify", true],
    [`sslmode=require&sslrootcert=${CA}`, true],
    [`sslmode=verify-ca&sslrootcert=${CA}`, true],
    [`sslmode=verify-full&sslrootcert=${CA}`, true],
    [`sslmode=verify-full&sslrootcert=${CA}&uselibpqcompat=true`, true],
    [`sslmode=require&sslcert=${file("server.pem")}&sslkey=${file("server-key.pem")}&sslpassword=none`, true],
  ])("%s: encrypted %s", async (search, expected) => {
    expect(await encrypted(search)).toBe(expected);
  });

  it("checks the name only where the mode says so", async () => {
    expect(await encrypted(`sslmode=verify-ca&sslrootcert=${CA}`, "127.0.0.1")).toBe(true);
    await expect(encrypted(`sslmode=verify-full&sslrootcert=${CA}`, "127.0.0.1")).rejects.toMatchObject({
      kind: "usage",
      code: "database_tls",
      details: [expect.stringContaining("127.0.0.1")],
    });
  });

  it("refuses a certificate that nobody vouches for", async () => {
    for (const search of [
      "sslmode=verify-full",
      "ssl=true",
      "sslrootcert=system",
      "sslmode=require&sslrootcert=system",
    ]) {
      await expect(encrypted(search)).rejects.toMatchObject({
        kind: "usage",
        code: "database_tls",
        message: expect.stringContaining("is not trusted"),
      });
    }
  });
});

describe("TLS settings that cannot be used", () => {
  const choose = (search: string, environment = {}) => chooseTls(new URLSearchParams(search), environment);

  it("are named", async () => {
    await expect(choose("sslmode=on")).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringContaining("sslmode=on"),
    });
    await expect(choose("ssl=maybe")).rejects.toMatchObject({ kind: "usage" });
    await expect(choose("sslmode=verify-ca")).rejects.toMatchObject({
      message: expect.stringContaining("sslrootcert"),
    });
    await expect(choose("sslmode=require&sslrootcert=/nowhere.pem")).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringContaining("sslrootcert"),
      details: [expect.stringContaining("/nowhere.pem")],
    });
    await expect(choose("sslcert=/nowhere.pem")).rejects.toMatchObject({ message: expect.stringContaining("sslcert") });
  });

  it("come from the environment where the URL has none", async () => {
    expect(await choose("", { PGSSLMODE: "disable" })).toEqual({ ssl: false, plainAllowed: true });
    expect(await choose("sslmode=require", { PGSSLMODE: "disable" })).toMatchObject({ plainAllowed: false });
    expect(await choose("", { PGSSLMODE: "verify-ca", PGSSLROOTCERT: CA })).toMatchObject({
      ssl: { rejectUnauthorized: true },
    });
    expect(await choose("", { PGSSLMODE: "" })).toMatchObject({ plainAllowed: true });
  });

  it("keep the check of the name for verify-full alone", async () => {
    const checks = async (search: string) => {
      const { ssl } = await choose(search);
      return ssl !== false && ssl.rejectUnauthorized === true && ssl.checkServerIdentity === undefined;
    };
    expect(await checks("sslmode=verify-full")).toBe(true);
    expect(await checks("ssl=1")).toBe(true);
    expect(await checks("sslmode=require")).toBe(false);
  });
});
