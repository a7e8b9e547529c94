import { chmodSync } from "node:fs";
import { DATABASES, type DatabaseName } from "../../../src/cli/sources/databases.js";
import { ConfigurationError, UnavailableError } from "../../../src/core/errors.js";
import type { DatabaseProbe } from "../../../src/ports/database-probe.js";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.js";
import { createTestSqlite, type TestSqlite } from "../../support/sqlite.js";

/** What every DatabaseProbe does, against each database. */

const SCHEMA = `CREATE TABLE streams (id VARCHAR(20) PRIMARY KEY, chain_id TEXT, amount NUMERIC(20, 7), active BOOLEAN,
  made TIMESTAMP, rate REAL, raw_bytes BLOB, place INTEGER NOT NULL);
  CREATE INDEX by_place ON streams (place, chain_id)`;
const ROWS = `INSERT INTO streams (id, chain_id, place) VALUES ('a', '9', 1), ('b', '10', 1), ('c', NULL, 2), ('d', '8', 2)`;

const query = { table: "streams", columns: ["id", "chain_id"], orderBy: "chain_id", pageSize: 10 };

let postgres: TestDatabase;
let sqlite: TestSqlite;
beforeAll(async () => {
  postgres = await createTestDatabase();
  await postgres.query(`${SCHEMA.replace("BLOB", "BYTEA")}; ${ROWS}`);
  sqlite = await createTestSqlite();
  sqlite.run(`${SCHEMA}; ${ROWS}`);
});
afterAll(async () => {
  await postgres.drop();
  await sqlite.drop();
});

const URLS: Readonly<Record<DatabaseName, () => string>> = {
  postgres: () => postgres.url,
  sqlite: () => sqlite.url,
};

describe.each(Object.keys(URLS) as DatabaseName[])("the probe of %s", (kind) => {
  let probe: DatabaseProbe;
  beforeAll(async () => {
    probe = await DATABASES[kind].probe(URLS[kind]());
  });

  it("tells product and place, without a password", async () => {
    const { product, place } = await probe.describe();
    expect(product).toMatch(kind === "postgres" ? /^PostgreSQL \d+/ : /^SQLite 3\./);
    expect(place).not.toMatch(/:\/\/|password/);
  });

  it("describes columns and what the table is indexed by", async () => {
    const table = (await probe.table("streams"))!;
    expect(table.isView).toBe(false);
    expect(table.indexed).toEqual(new Set(["id", "place"]));
    const columns = Object.fromEntries(table.columns.map(({ name, kind, isNullable }) => [name, [kind, isNullable]]));
    expect(columns).toEqual({
      id: ["text", false],
      chain_id: ["text", true],
      amount: ["decimal", true],
      active: ["boolean", true],
      made: ["timestamp", true],
      rate: ["float", true],
      raw_bytes: ["binary", true],
      place: ["integer", false],
    });
    expect(table.columns.find(({ name }) => name === "amount")?.scale).toBe(7);
  });

  it("knows no table that is not there", async () => {
    expect(await probe.table("stream")).toBeNull();
    expect(await probe.access("stream")).toBeNull();
  });

  it("counts the rows of a query, and gives the greatest by number, those without one last", async () => {
    expect(await probe.count(query)).toBe(4);
    expect(await probe.count({ ...query, where: "place = 1", equals: { column: "id", value: "a" } })).toBe(1);
    expect((await probe.greatest(query, 2)).map(([id]) => id)).toEqual(["b", "a"]);
    expect((await probe.greatest(query, 9)).map(([id]) => id)).toEqual(["b", "a", "d", "c"]);
    const byPlace = { ...query, columns: ["place"], orderBy: "place" };
    expect((await probe.greatest(byPlace, 1)).map(([place]) => String(place))).toEqual(["2"]);
  });

  it("says what is wrong with a condition, as a run does", async () => {
    const wrong = probe.count({ ...query, where: "nonsense ===" });
    await expect(wrong).rejects.toThrow(ConfigurationError);
    await expect(probe.count({ ...query, where: "nonsense ===" })).rejects.toMatchObject({
      code: "database_where_invalid",
    });
    await expect(probe.count({ ...query, where: "place = 1) OR (place = 2" })).rejects.toMatchObject({
      code: "database_where_invalid",
    });
    await expect(probe.count({ ...query, columns: ["gone"] })).rejects.toMatchObject({
      code: "database_columns_missing",
    });
  });

  it("stops when it is told to", async () => {
    const reason = new Error("enough");
    await expect(probe.describe(AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

it("a database that is not there is unavailable, a file that is not is a mistake", async () => {
  const gone = await DATABASES.postgres.probe("postgres://user@127.0.0.1:9/x");
  await expect(gone.describe()).rejects.toThrow(UnavailableError);
  await expect((await DATABASES.sqlite.probe("sqlite:/nowhere/x.db")).describe()).rejects.toThrow(ConfigurationError);
});

it("a file that may not be written to is said to be so", async () => {
  const probe = await DATABASES.sqlite.probe(sqlite.url);
  chmodSync(sqlite.path, 0o646);
  expect(await probe.access("streams")).toMatchObject({ kind: "file", isWritableByAll: true, isWal: false });
  chmodSync(sqlite.path, 0o644);
  expect(await probe.access("streams")).toMatchObject({ kind: "file", isWritableByAll: false });
});
