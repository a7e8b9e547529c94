import fc from "fast-check";
import { findTable } from "../../../../src/adapters/db/sqlite/catalog.js";
import { SqliteConnection } from "../../../../src/adapters/db/sqlite/connection.js";
import { openSqlite } from "../../../../src/adapters/db/sqlite/open-sqlite.js";
import { keysetPages } from "../../../../src/adapters/db/sqlite/pages/keyset-pages.js";
import type { StreamQuery, StreamRow } from "../../../../src/ports/db-client.js";
import { readPages } from "../../../ports/db-client.contract.js";
import { createTestSqlite, type TestSqlite } from "../../../support/sqlite.js";

let file: TestSqlite;

beforeEach(async () => {
  file = await createTestSqlite();
});
afterEach(() => file.drop());

const queryOf = (more: Partial<StreamQuery> = {}): StreamQuery => ({
  table: "streams",
  columns: ["id", "note"],
  orderBy: "id",
  pageSize: 3,
  ...more,
});

async function pagesOf(query: StreamQuery): Promise<(readonly StreamRow[])[]> {
  const client = await openSqlite(file.path);
  return readPages(client, query);
}

/** What the reader of pages makes of a query; null where it leaves the query to the cursor. */
async function takenBy<T>(query: StreamQuery, use: (take: ReturnType<typeof keysetPages>) => T): Promise<T> {
  const connection = await SqliteConnection.open(file.path, "ro");
  try {
    const table = findTable(connection, { schema: null, name: query.table });
    if (table === null) throw new Error("no table");
    const clause = query.where === undefined ? undefined : { key: "database.where", sql: query.where };
    return use(keysetPages(connection, table, query, clause));
  } finally {
    connection.close();
  }
}

const isPaged = (query: StreamQuery) => takenBy(query, (take) => take !== null);

// As SQL literals: everything that a cell may hold, whatever its column's type.
const cell = fc.oneof(
  fc.constantFrom("NULL", "''", "'abc'", "'\"'", "x'00ff'", "x''", "1.5", "5.0", "1e300", "9e999", "'{}'", "'[1]'"),
  fc.constantFrom("9007199254740991", "9007199254740992", "-9007199254740993", "9223372036854775807", "-1"),
  fc.constantFrom("CAST(x'ff' AS TEXT)", "CAST(x'c328' AS TEXT)", "CAST(x'610062' AS TEXT)", "CAST(x'eda080' AS TEXT)"),
  fc.integer().map(String),
  fc.string({ unit: "grapheme" }).map((text) => `CAST(x'${Buffer.from(text).toString("hex")}' AS TEXT)`),
);
const id = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 12 }).map(String) },
  fc.constantFrom("NULL", "'abc'", "7.5", "9007199254740993", "x'01'", "'ABC'"),
);

it("reads what the cursor reads, whatever the cells hold, in the same order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(id, cell, fc.constantFrom("'a'", "'b'", "NULL")), { maxLength: 25 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(undefined, "id > 2 OR id IS NULL -- all but a few"),
      fc.constantFrom(undefined, { column: "owner", value: "a" }),
      async (rows, pageSize, where, equals) => {
        file.run("DROP VIEW IF EXISTS same; DROP TABLE IF EXISTS streams");
        file.run(
          "CREATE TABLE streams (id integer, note, owner text, said varchar(9)); CREATE INDEX ids ON streams (id)",
        );
        for (const [id, cell, owner] of rows)
          file.run(`INSERT INTO streams VALUES (${id}, ${cell}, ${owner}, ${cell})`);
        // A view has no rowid.
        file.run("CREATE VIEW same AS SELECT * FROM streams");
        // Nothing to have the order from.
        file.run(
          "DROP TABLE IF EXISTS unsorted; CREATE TABLE unsorted (id integer, note, owner text, said varchar(9))",
        );
        file.run("INSERT INTO unsorted SELECT * FROM streams");
        const query = queryOf({
          columns: ["id", "note", "said", "id"],
          pageSize,
          ...(where && { where }),
          ...(equals && { equals }),
        });
        expect(await isPaged(query)).toBe(true);
        expect(await isPaged({ ...query, table: "same" })).toBe(false);
        const byCursor = await pagesOf({ ...query, table: "same" });
        expect(await pagesOf(query)).toEqual(byCursor);
        expect(await pagesOf({ ...query, table: "unsorted" })).toEqual(byCursor);
      },
    ),
    { numRuns: 150 },
  );
});

it("goes on after the last rowid where many rows have one id, up to the ends of rowids", async () => {
  file.run("CREATE TABLE streams (id bigint, note text); CREATE INDEX ids ON streams (id)");
  for (const rowid of ["-9223372036854775808", "-5", "0", "8", "9007199254740993", "9223372036854775807"]) {
    file.run(`INSERT INTO streams (rowid, id, note) VALUES (${rowid}, 4, 'at ${rowid}')`);
  }
  const pages = await pagesOf(queryOf({ columns: ["note"], pageSize: 2 }));
  expect(pages.map((page) => page.map(([note]) => note))).toEqual([
    ["at -9223372036854775808", "at -5"],
    ["at 0", "at 8"],
    ["at 9007199254740993", "at 9223372036854775807"],
  ]);
});

it("leaves rows without an id to the end, over as many pages as they need", async () => {
  file.run("CREATE TABLE streams (id integer, note text); CREATE INDEX ids ON streams (id)");
  file.run(
    "INSERT INTO streams VALUES (NULL, 'a'), (1, 'b'), (NULL, 'c'), (2, 'd'), (NULL, 'e'), (NULL, 'f'), (NULL, 'g')",
  );
  const pages = await pagesOf(queryOf());
  expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
  expect(pages.flat().map(([, note]) => note)).toEqual(["b", "d", "a", "c", "e", "f", "g"]);
});

it("takes a page with one statement, and with two where a cell needs it", async () => {
  file.run("CREATE TABLE streams (id integer PRIMARY KEY, note)");
  file.run("INSERT INTO streams VALUES (1, 'a'), (2, 'b'), (3, 5.0), (4, 'd')");
  const connection = await SqliteConnection.open(file.path, "ro");
  const table = findTable(connection, { schema: null, name: "streams" });
  const take = table === null ? null : keysetPages(connection, table, queryOf(), undefined);
  let statements = 0;
  const all = connection.all.bind(connection);
  connection.all = (...args) => {
    statements += 1;
    return all(...args);
  };
  expect(take?.(2)).toEqual([
    [1n, "a"],
    [2n, "b"],
  ]);
  expect(statements).toBe(1);
  expect(take?.(2)).toEqual([
    [3n, 5],
    [4n, "d"],
  ]);
  expect(statements).toBe(3);
  connection.close();
});

it.each([
  ["by a rowid", "(id integer PRIMARY KEY, note text)"],
  ["by an index", "(id bigint PRIMARY KEY, note text)"],
])("goes straight to where the last page ended, %s: no page costs more than the one before", async (_, columns) => {
  file.run(`CREATE TABLE streams ${columns}`);
  file.run("INSERT INTO streams VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')");
  const connection = await SqliteConnection.open(file.path, "ro");
  const table = findTable(connection, { schema: null, name: "streams" });
  const take = table === null ? null : keysetPages(connection, table, queryOf(), undefined);
  take?.(2);
  const plan: string[] = [];
  const all = connection.all.bind(connection);
  connection.all = (sql, parameters) => {
    plan.push(...all(`EXPLAIN QUERY PLAN ${sql}`, parameters).map(([, , , detail]) => String(detail)));
    return all(sql, parameters);
  };
  expect(take?.(2)).toHaveLength(2);
  connection.close();
  expect(plan.filter((step) => step.startsWith("SEARCH main.streams")).length).toBeGreaterThan(0);
  expect(plan.filter((step) => step.startsWith("SCAN main.streams"))).toEqual([]);
});

describe("pages are taken by id", () => {
  it.each([
    ["an integer primary key", "(id integer PRIMARY KEY, note text)", {}],
    ["a primary key of another integer type", "(id bigint PRIMARY KEY, note text)", {}],
    ["a condition that no other index serves", "(id integer PRIMARY KEY, note text)", { where: "note <> 'x'" }],
  ])("with %s", async (_, columns, more) => {
    file.run(`CREATE TABLE streams ${columns}`);
    expect(await isPaged(queryOf(more))).toBe(true);
  });

  it.each([
    ["without an index", "(id integer, note text)", {}],
    ["with a primary key that is no rowid, and downwards", "(id integer PRIMARY KEY DESC, note text)", {}],
    ["with a primary key of two columns", "(id integer, note text, PRIMARY KEY (note, id))", {}],
    ["with an id that is text", "(id text PRIMARY KEY, note text)", {}],
    ["without a rowid", "(id integer PRIMARY KEY, note text) WITHOUT ROWID", {}],
    ["with a rowid that is the table's own", "(id integer PRIMARY KEY, note text, RowID text)", {}],
    ["for some ids only", "(id integer PRIMARY KEY, note text)", { only: { column: "id", values: ["1"] } }],
    [
      "with a condition that goes through another table",
      "(id integer PRIMARY KEY, note text)",
      { where: "note IN (SELECT name FROM other)" },
    ],
  ])("never %s", async (_, columns, more) => {
    file.run(`CREATE TABLE streams ${columns}; CREATE TABLE other (name text)`);
    expect(await isPaged(queryOf(more))).toBe(false);
  });

  it.each([
    ["on some rows", "(id) WHERE id > 5"],
    ["in the other direction", "(id DESC)"],
    ["that starts with another column", "(note, id)"],
    ["of an expression", "(abs(id))"],
  ])("never by an index %s", async (_, index) => {
    file.run(`CREATE TABLE streams (id integer, note text UNIQUE); CREATE INDEX ids ON streams ${index}`);
    expect(await isPaged(queryOf())).toBe(false);
  });

  it("where an index starts with the id and goes on, in that index's order", async () => {
    file.run('CREATE TABLE streams (id integer, note text); CREATE INDEX "the ""ids""" ON streams (id, note)');
    file.run("INSERT INTO streams VALUES (2, 'b'), (1, 'c'), (2, 'a'), (1, 'd')");
    expect(await isPaged(queryOf())).toBe(true);
    expect((await pagesOf(queryOf())).flat().map(([id]) => id)).toEqual([1n, 1n, 2n, 2n]);
  });
});

it("does not hand its own numbers to a condition's parameters", async () => {
  file.run("CREATE TABLE streams (id integer PRIMARY KEY, note text)");
  file.run("INSERT INTO streams VALUES (1, 'a'), (2, 'b'), (3, 'c')");
  const query = queryOf({ pageSize: 1, where: "?1 IS NULL" });
  expect((await pagesOf(query)).flat()).toHaveLength(3);
});
