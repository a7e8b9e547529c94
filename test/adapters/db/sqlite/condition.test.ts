import { access, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openSqlite, probeSqlite } from "../../../../src/adapters/db/sqlite/open-sqlite.js";
import type { DbClient, StreamQuery } from "../../../../src/ports/db-client.js";
import { readPages } from "../../../ports/db-client.contract.js";
import { createTestSqlite, type TestSqlite } from "../../../support/sqlite.js";

const QUERY: StreamQuery = { table: "streams", columns: ["id"], orderBy: "id", pageSize: 2 };

let file: TestSqlite;
let client: DbClient;
let secret: string;
let planted: string;

beforeEach(async () => {
  file = await createTestSqlite();
  file.run("CREATE TABLE streams (id integer primary key, note text); INSERT INTO streams VALUES (1, 'a'), (2, 'b')");
  file.run("CREATE TABLE cursors (ledger integer); INSERT INTO cursors VALUES (5)");
  client = await openSqlite(file.path);
  secret = join(dirname(file.path), "secret");
  planted = join(dirname(file.path), "planted");
  await writeFile(secret, "x");
});
afterEach(async () => {
  await client.close();
  await file.drop();
});

const refusal = (name: string) => ({
  kind: "usage",
  code: "database_function_refused",
  message: expect.stringMatching(new RegExp(` calls ${name}, which reaches outside the database\\.$`)),
});

describe("a condition that reaches outside the database is refused, with the function's name", () => {
  it.each([
    ["writefile", "writefile('PLANTED', 'x') > 0"],
    ["writefile", "id IN (SELECT WriteFile ('PLANTED', note) FROM streams)"],
    ["writefile", "CASE WHEN id > 1 THEN \"writefile\"('PLANTED', 1) ELSE 1 END"],
    ["readfile", "readfile('SECRET') = CAST('x' AS BLOB)"],
    ["readfile", "[readfile]/* ( */('SECRET') IS NOT NULL AND id > 0"],
    ["readfile", "note LIKE readfile('SECRET') || '%'"],
    ["readfile", "EXISTS (WITH f AS (SELECT readfile('SECRET') AS x) SELECT 1 FROM f WHERE x > 0)"],
    ["readfile", "id IN (SELECT first_value(readfile('SECRET')) OVER () FROM streams)"],
    ["readfile", "id IN (SELECT value FROM json_each(readfile('SECRET')))"],
    ["fsdir", "EXISTS (SELECT name FROM fsdir('/') WHERE name = '/etc')"],
    ["fsdir", "EXISTS (SELECT 1 FROM 'fsdir'('/'))"],
    ["fsdir", "(SELECT max(x.name) FROM main.fsdir('/') AS x) IS NOT NULL"],
    ["load_extension", "load_extension('SECRET') IS NULL"],
    ["fts3_tokenizer", "fts3_tokenizer('simple') IS NULL"],
    ["sha3_query", "sha3_query('SELECT 1') IS NOT NULL"],
  ])("%s: %s", async (name, condition) => {
    const where = condition.replaceAll("PLANTED", planted).replaceAll("SECRET", secret);
    const greatest = { column: "id", atMost: 10 };
    await expect(readPages(client, { ...QUERY, where, greatest })).rejects.toMatchObject({
      ...refusal(name),
      details: [`database.where: ${where}`],
    });
    const globalCursor = { table: "cursors", column: "ledger", where };
    await expect(readPages(client, { ...QUERY, globalCursor })).rejects.toMatchObject({ kind: "usage" });
    const probe = probeSqlite(file.path);
    await expect(probe.count({ ...QUERY, where })).rejects.toMatchObject(refusal(name));
    await expect(probe.greatest({ ...QUERY, where }, 1)).rejects.toMatchObject(refusal(name));
    await expect(access(planted)).rejects.toThrow("ENOENT");
  });

  it("names the cursor's condition", async () => {
    const globalCursor = { table: "cursors", column: "ledger", where: `ledger > 0 OR readfile('${secret}') IS NULL` };
    await expect(readPages(client, { ...QUERY, globalCursor })).rejects.toMatchObject({
      ...refusal("readfile"),
      message: expect.stringMatching(/^database\.cursor\.where calls readfile/),
    });
  });

  it("attaches no other file, whatever SQL the condition is", async () => {
    for (const sql of ["ATTACH", "1); ATTACH", "1) UNION SELECT 1; VACUUM INTO"]) {
      await expect(readPages(client, { ...QUERY, where: `${sql} '${planted}'` })).rejects.toMatchObject({
        code: "database_where_invalid",
      });
    }
    expect(await readdir(dirname(file.path))).toEqual(["secret", "streams.db"]);
  });
});

it.each([
  ["readfile", "CREATE VIEW outside AS SELECT id FROM streams WHERE readfile('/etc/hostname') IS NOT NULL"],
  ["fsdir", "CREATE VIEW outside AS SELECT id FROM streams WHERE EXISTS (SELECT 1 FROM fsdir('/'))"],
])("a view that calls %s is refused, too", async (name, sql) => {
  file.run(sql);
  await expect(readPages(client, { ...QUERY, table: "outside" })).rejects.toMatchObject({
    ...refusal(name),
    message: `The table or view calls ${name}, which reaches outside the database.`,
  });
});

it.each([
  "note <> 'myreadfile' AND note <> 'readfile2' AND note <> CAST(x'ff' AS TEXT)",
  "id IN (SELECT value FROM json_each('[1, 2]')) AND lower(note) <> 'x' AND id <= (SELECT count(*) FROM streams)",
  "id IN (SELECT value FROM generate_series(1, 2)) AND date('now') > '2000-01-01' AND regexp('^[ab]$', note)",
])("functions of values stay: %s", async (where) => {
  expect((await readPages(client, { ...QUERY, where })).flat()).toHaveLength(2);
});

it("the driver offers no other virtual table that could reach outside", async () => {
  const modules = file.rows("SELECT name FROM pragma_module_list WHERE name NOT GLOB 'pragma_*' ORDER BY name").flat();
  const inside =
    "carray dbstat fts3 fts3tokenize fts4 fts4aux fts5 fts5vocab generate_series geopoly json_each json_tree";
  const more = "rtree rtree_i32 sqlite_dbpage sqlite_stmt vector_top_k";
  expect(modules.filter((name) => !`${inside} ${more}`.split(" ").includes(String(name)))).toEqual(["fsdir"]);
});
