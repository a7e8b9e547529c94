import { openSqlite } from "../../../../src/adapters/db/sqlite/open-sqlite.js";
import type { ColumnValue, StreamQuery } from "../../../../src/ports/db-client.js";
import { readPages } from "../../../ports/db-client.contract.js";
import { createTestSqlite, type TestSqlite } from "../../../support/sqlite.js";

let file: TestSqlite;

beforeAll(async () => {
  file = await createTestSqlite();
});
afterAll(() => file.drop());

async function read(more: Partial<StreamQuery> & { table: string }): Promise<(readonly ColumnValue[])[]> {
  const client = await openSqlite(file.path);
  return (await readPages(client, { columns: ["id"], orderBy: "id", pageSize: 10, ...more })).flat();
}

/** The values of SQL expressions, as a view's columns. */
async function valuesOf(...expressions: string[]): Promise<readonly ColumnValue[] | undefined> {
  const columns = expressions.map((_, index) => `c${index}`);
  file.run("DROP VIEW IF EXISTS expressions");
  file.run(
    `CREATE VIEW expressions AS SELECT 1 AS id, ${expressions.map((sql, index) => `${sql} AS c${index}`).join(", ")}`,
  );
  return (await read({ table: "expressions", columns }))[0];
}

describe("values from SQLite", () => {
  it("gives integers as bigint, REAL as number, BLOB as bytes", async () => {
    expect(await valuesOf("9223372036854775807", "-1", "1.0", "1e21", "-9e999", "x'00ff62'", "x''", "NULL")).toEqual([
      9223372036854775807n,
      -1n,
      1,
      1e21,
      Number.NEGATIVE_INFINITY,
      new Uint8Array([0, 255, 98]),
      new Uint8Array(),
      null,
    ]);
  });

  it("finds rows by whole numbers, however a column without a type holds them, and the greatest of them", async () => {
    file.run(
      "CREATE TABLE untyped (id, ledger); INSERT INTO untyped VALUES (1.0, 990.0), (2, 991), ('3', '992'), (3.5, 7e9)",
    );
    const found = async (...values: string[]) =>
      (await read({ table: "untyped", only: { column: "id", values } })).map(([id]) => String(id));
    expect(await found("1")).toEqual(["1"]);
    expect((await found("1", "2", "3")).sort()).toEqual(["1", "2", "3"]);
    expect(await found("3.5")).toEqual(["3.5"]);
    const client = await openSqlite(file.path);
    const greatest = { column: "ledger", atMost: 990 };
    const query = { table: "untyped", columns: ["id"], orderBy: "id", pageSize: 10, greatest };
    const snapshot = await client.getStreams(query);
    expect(snapshot.greatest).toBe(990n);
    await snapshot.pages[Symbol.asyncIterator]().return?.();
    await client.close();
  });

  it("gives text whole, with NULs, and as bytes where it is no text; the driver would end the process", async () => {
    expect(
      await valuesOf(
        "CAST(x'3130300037' AS TEXT)",
        "CAST(x'4a6f73e9' AS TEXT)",
        "CAST(x'ff' AS TEXT)",
        "'t' || char(233)",
        "'bytes'",
      ),
    ).toEqual(["100\u00007", new Uint8Array([0x4a, 0x6f, 0x73, 0xe9]), new Uint8Array([0xff]), "té", "bytes"]);
  });

  it.each(["UTF-16le", "UTF-16be"])("gives the same from a file whose text is kept in %s", async (encoding) => {
    const other = await createTestSqlite();
    try {
      other.run(
        `PRAGMA encoding = '${encoding}'; CREATE TABLE streams (id integer PRIMARY KEY, plain text, odd text, b blob)`,
      );
      other.run("INSERT INTO streams VALUES (1, '1000000', 't\u00e9\ud83d\ude00' || char(0) || 'x', x'6262')");
      other.run("CREATE VIEW streams_view AS SELECT * FROM streams");
      for (const table of ["streams", "streams_view"]) {
        const columns = ["id", "plain", "odd", "b"];
        const pages = await readPages(await openSqlite(other.path), { table, columns, orderBy: "id", pageSize: 10 });
        expect(pages.flat()).toEqual([[1n, "1000000", "t\u00e9\ud83d\ude00\0x", new Uint8Array([0x62, 0x62])]]);
      }
    } finally {
      await other.drop();
    }
  });

  it("gives what the column's type made of the value", async () => {
    file.run("CREATE TABLE affinities (id integer, n numeric, d decimal(39, 0), b boolean, t text, f float)");
    file.run("INSERT INTO affinities VALUES (1, '12.50', '170141183460469231731687303715884105727', true, 100, 3)");
    expect(await read({ table: "affinities", columns: ["n", "d", "b", "t", "f"] })).toEqual([
      // SQLite keeps 15 digits of such a decimal, and a number says so.
      [12.5, 1.7014118346046923e38, 1n, "100", 3],
    ]);
  });

  it("reads generated columns, and no hidden ones", async () => {
    file.run("CREATE TABLE made (id integer, twice integer AS (id * 2) VIRTUAL, thrice integer AS (id * 3) STORED)");
    file.run("INSERT INTO made (id) VALUES (1)");
    expect(await read({ table: "made", columns: ["twice", "thrice"] })).toEqual([[2n, 3n]]);
  });
});

describe("order in SQLite", () => {
  it.each(["integer", "bigint", "numeric", "varchar(40)", "text", "", "blob", "STRING"])(
    "is by number for %j",
    async (type) => {
      file.run("DROP TABLE IF EXISTS ordered");
      file.run(`CREATE TABLE ordered (id ${type})`);
      file.run("INSERT INTO ordered VALUES (10), (9), (NULL), (100)");
      expect((await read({ table: "ordered" })).map(([id]) => (id === null ? null : String(id)))).toEqual([
        "9",
        "10",
        "100",
        null,
      ]);
    },
  );

  it("is by number for text in a strict table's column of any type", async () => {
    file.run("CREATE TABLE strict_any (id ANY) STRICT");
    file.run("INSERT INTO strict_any VALUES ('10'), ('9'), (8)");
    expect(await read({ table: "strict_any" })).toEqual([[8n], ["9"], ["10"]]);
  });
});

it("says that a condition fails while rows are read", async () => {
  file.run("CREATE TABLE streams (id integer, note text)");
  file.run("INSERT INTO streams VALUES (1, '{}'), (2, 'no json')");
  await expect(
    read({ table: "streams", pageSize: 1, where: "json_extract(note, '$.x') IS NULL" }),
  ).rejects.toMatchObject({
    kind: "usage",
    code: "database_where_invalid",
    details: [expect.stringContaining("malformed JSON"), expect.stringContaining("database.where")],
  });
});

it("says that a view is broken", async () => {
  file.run("CREATE TABLE gone (id integer)");
  file.run("CREATE VIEW broken AS SELECT id FROM gone");
  file.run("DROP TABLE gone");
  await expect(read({ table: "broken" })).rejects.toMatchObject({ kind: "unavailable", code: "database_read_failed" });
});
