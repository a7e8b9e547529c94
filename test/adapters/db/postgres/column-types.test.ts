import { openPostgres } from "../../../../src/adapters/db/postgres/open-postgres.js";
import type { ColumnValue } from "../../../../src/ports/db-client.js";
import { readPages } from "../../../ports/db-client.contract.js";
import { createTestDatabase, type TestDatabase } from "../../../support/postgres.js";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** The values of SQL expressions, as a view's columns. */
async function valuesOf(...expressions: string[]): Promise<readonly ColumnValue[]> {
  const columns = expressions.map((_, index) => `c${index}`);
  await database.query("DROP VIEW IF EXISTS expressions");
  await database.query(
    `CREATE VIEW expressions AS SELECT 1 AS id, ${expressions.map((sql, index) => `${sql} AS c${index}`).join(", ")}`,
  );
  const client = await openPostgres(database.url);
  const [[row = []] = []] = await readPages(client, { table: "expressions", columns, orderBy: "id", pageSize: 10 });
  return row;
}

describe("values from PostgreSQL", () => {
  it("gives whole numbers of every size as bigint, and never through a float", async () => {
    expect(
      await valuesOf("7::int2", "-7::int4", "9223372036854775807::int8", "(-9223372036854775807 - 1)::int8"),
    ).toEqual([7n, -7n, 9223372036854775807n, -9223372036854775808n]);
  });

  it("gives numeric as the server's text, every digit of it", async () => {
    const digits = "170141183460469231731687303715884105727.0000001";
    expect(await valuesOf(`${digits}::numeric`, "1.50::numeric(10,2)", "'NaN'::numeric", "1e3::numeric")).toEqual([
      digits,
      "1.50",
      "NaN",
      "1000",
    ]);
  });

  it("gives floating-point types as number, so that nobody takes them for exact", async () => {
    expect(await valuesOf("0.1::float8", "1e21::float8", "1.5::real", "'NaN'::float8", "'-Infinity'::float4")).toEqual([
      0.1,
      1e21,
      1.5,
      Number.NaN,
      Number.NEGATIVE_INFINITY,
    ]);
    // The shortest text that gives the same double, from servers before version 12 too.
    expect(await valuesOf("0.30000000000000004::float8")).toEqual([0.30000000000000004]);
  });

  it("gives booleans, bytes, and instants in UTC whatever the session's settings", async () => {
    await database.query(
      `ALTER ROLE postgres SET DateStyle = 'German'; ALTER ROLE postgres SET TimeZone = 'Asia/Tokyo';
       ALTER ROLE postgres SET bytea_output = 'escape'; ALTER ROLE postgres SET extra_float_digits = -10`,
    );
    try {
      expect(
        await valuesOf(
          "true",
          "'\\x00ff'::bytea",
          "''::bytea",
          "'2025-06-01 12:00:00+02'::timestamptz",
          "'2025-06-01'::date",
          "0.1::float8 + 0.2::float8",
        ),
      ).toEqual([true, new Uint8Array([0, 255]), new Uint8Array(), "2025-06-01 10:00:00+00", "2025-06-01", 0.1 + 0.2]);
    } finally {
      await database.query("ALTER ROLE postgres RESET ALL");
    }
  });

  it("gives every other type as text", async () => {
    await database.query("CREATE TYPE mood AS ENUM ('ok'); CREATE DOMAIN amount AS numeric CHECK (VALUE >= 0)");
    await database.query("CREATE DOMAIN ledger AS bigint");
    expect(
      await valuesOf(
        "'ok'::mood",
        "'12.30'::amount",
        "5::ledger",
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
        `'{"a": 1}'::json`,
        "ARRAY[1, 2]",
        "'x'::char(3)",
        "NULL::int8",
      ),
    ).toEqual(["ok", "12.30", 5n, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", '{"a": 1}', "{1,2}", "x  ", null]);
  });
});

describe("order in PostgreSQL", () => {
  async function idsOf(type: string, ids: readonly (string | null)[]): Promise<readonly ColumnValue[]> {
    await database.query("DROP TABLE IF EXISTS ordered");
    await database.query(`CREATE TABLE ordered (id ${type})`);
    for (const id of ids) await database.query("INSERT INTO ordered VALUES ($1)", [id]);
    const client = await openPostgres(database.url);
    const pages = await readPages(client, { table: "ordered", columns: ["id"], orderBy: "id", pageSize: 2 });
    return pages.flat().map(([id]) => id ?? null);
  }

  it.each(["numeric", "numeric(30,0)", "varchar(40)", "char(20)", "text"])("is by number for %s", async (type) => {
    const ids = await idsOf(type, ["10", "9", null, "18446744073709551615", "100"]);
    expect(ids.map((id) => (id === null ? null : String(id).trim()))).toEqual([
      "9",
      "10",
      "100",
      "18446744073709551615",
      null,
    ]);
  });

  it.each([
    ["uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
    ["jsonb", '{"a": 1}'],
    ["boolean", "true"],
    ["timestamptz", "2025-06-01 10:00:00+00"],
    ["point", "(1,2)"],
    ["real", "1.5"],
    ["bytea", "\\x01"],
  ])("holds for ids of type %s", async (type, id) => {
    expect(await idsOf(type, [id, null])).toHaveLength(2);
  });
});

it("reads partitioned tables and materialized views", async () => {
  await database.query(
    `CREATE TABLE parts (id bigint) PARTITION BY RANGE (id);
     CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (10);
     CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (10) TO (20);
     INSERT INTO parts VALUES (15), (5);
     CREATE MATERIALIZED VIEW kept AS SELECT id FROM parts`,
  );
  const client = await openPostgres(database.url);
  for (const table of ["parts", "kept"]) {
    const pages = await readPages(client, { table, columns: ["id"], orderBy: "id", pageSize: 10 });
    expect(pages).toEqual([[[5n], [15n]]]);
  }
});
