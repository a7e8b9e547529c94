import { chmod, copyFile, mkdir, open, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import Database from "libsql";
import { SqliteConnection } from "../../../../src/adapters/db/sqlite/connection.js";
import { openSqlite } from "../../../../src/adapters/db/sqlite/open-sqlite.js";
import type { StreamQuery } from "../../../../src/ports/db-client.js";
import { readPages } from "../../../ports/db-client.contract.js";
import { appending } from "../../../support/sealing.js";
import { createTestSqlite, type TestSqlite } from "../../../support/sqlite.js";

const QUERY: StreamQuery = { table: "streams", columns: ["id"], orderBy: "id", pageSize: 2 };

let file: TestSqlite;

beforeEach(async () => {
  // A name that would mean something else in a URI.
  file = await createTestSqlite("streams #1?mode=rwc&x=%41 ü.db");
  file.run("CREATE TABLE streams (id integer, note text)");
  file.run("INSERT INTO streams VALUES (1, 'a'), (2, 'b'), (3, 'c')");
});
afterEach(() => file.drop());

describe("the file", () => {
  it("is not made when it is missing", async () => {
    const path = join(dirname(file.path), "missing.db");
    await expect(openSqlite(path)).rejects.toMatchObject({
      kind: "usage",
      code: "database_file_unusable",
      message: `The SQLite file ${path} does not exist.`,
    });
    await expect(openSqlite(join(path, "deeper.db"))).rejects.toMatchObject({ code: "database_file_unusable" });
    // Taken away after the check, and asked for directly.
    await expect(SqliteConnection.open(path, "ro")).rejects.toThrow("Unable to open");
    await expect(SqliteConnection.open(path, "rw")).rejects.toThrow("Unable to open");
    expect(await readdir(dirname(path))).toEqual([expect.stringContaining("streams #1")]);
  });

  it("must be a file, and a database", async () => {
    const folder = dirname(file.path);
    await expect(openSqlite(folder)).rejects.toMatchObject({ message: `The SQLite file ${folder} is a folder.` });
    const loop = join(folder, "loop.db");
    await symlink(loop, loop);
    await expect(openSqlite(loop)).rejects.toMatchObject({ message: expect.stringContaining("cannot be accessed") });
    const text = join(folder, "text.db");
    await writeFile(text, "id,amount\n".repeat(200));
    const client = await openSqlite(text);
    await expect(client.getStreams(QUERY)).rejects.toMatchObject({
      kind: "usage",
      code: "database_file_unusable",
      message: `The file ${text} is not an SQLite database.`,
    });
    await expect(client.canRecordRuns()).rejects.toMatchObject({ code: "database_file_unusable" });
    await writeFile(text, "");
    await expect(client.getStreams(QUERY)).rejects.toMatchObject({ code: "database_table_missing" });
  });

  it("is an unavailable one when it is damaged", async () => {
    const broken = join(dirname(file.path), "broken.db");
    file.run(
      `INSERT INTO streams SELECT value, hex(randomblob(400)) FROM generate_series(10, 400)`.replace(
        "generate_series(10, 400)",
        "(WITH RECURSIVE n(value) AS (SELECT 10 UNION ALL SELECT value + 1 FROM n WHERE value < 400) SELECT value FROM n)",
      ),
    );
    await copyFile(file.path, broken);
    const handle = await open(broken, "r+");
    await handle.write(Buffer.alloc(40_960, 0xa5), 0, 40_960, 8_192);
    await handle.close();
    const client = await openSqlite(broken);
    await expect(readPages(client, QUERY)).rejects.toMatchObject({ kind: "unavailable", code: "database_read_failed" });
  });

  it("cannot be written through the reading connection", async () => {
    const connection = await SqliteConnection.open(file.path, "ro");
    for (const sql of [
      "INSERT INTO streams VALUES (9, '')",
      "DROP TABLE streams",
      "PRAGMA user_version = 7",
      "VACUUM",
    ]) {
      expect(() => connection.exec(sql)).toThrow(/readonly|read-only/);
    }
    connection.exec("PRAGMA query_only = OFF");
    expect(() => connection.exec("DELETE FROM streams")).toThrow("readonly");
    connection.close();
    connection.close();
    expect(file.rows("SELECT count(*) FROM streams")).toEqual([[3]]);
  });

  it("has the same bytes after it was read, in WAL mode too", async () => {
    for (const journal of ["DELETE", "WAL"]) {
      file.run(`PRAGMA journal_mode = ${journal}`);
      const before = await readFile(file.path);
      const client = await openSqlite(file.path);
      expect(
        (await readPages(client, { ...QUERY, where: "id > 0); DELETE FROM streams; --" }).catch(() => [])).length,
      ).toBeLessThan(3);
      expect((await readPages(client, QUERY)).flat()).toHaveLength(3);
      expect(await readFile(file.path)).toEqual(before);
    }
  });
});

describe("another program's lock", () => {
  it("is named", async () => {
    const client = await openSqlite(file.path, { busyTimeout_ms: 0 });
    file.run("BEGIN EXCLUSIVE");
    await expect(client.getStreams(QUERY)).rejects.toMatchObject({
      kind: "unavailable",
      code: "database_busy",
      hints: [expect.stringContaining("WAL")],
    });
    file.run("COMMIT");
    expect((await readPages(client, QUERY)).flat()).toHaveLength(3);
  });

  it("is given up by a reader that fails, leaves or ends", async () => {
    const client = await openSqlite(file.path);
    await expect(client.getStreams({ ...QUERY, columns: ["nope"] })).rejects.toMatchObject({ kind: "usage" });
    file.run("INSERT INTO streams VALUES (4, 'd')");
    await readPages(client, QUERY);
    file.run("INSERT INTO streams VALUES (5, 'e')");
    await client.getStreams({ ...QUERY, pageSize: 1 });
    await client.close();
    file.run("INSERT INTO streams VALUES (6, 'f')");
  });
});

describe("run records", () => {
  it("need a file that can be written", async () => {
    const client = await openSqlite(file.path);
    await client.createRunTable();
    await makeReadOnly(file.path);
    await expect(client.canRecordRuns()).rejects.toMatchObject({
      kind: "usage",
      code: "run_table_permission",
      hints: [expect.stringContaining("writable"), expect.stringContaining("--dry-run")],
    });
    await expect(client.updateLastRunStatus(RECORD, appending(RECORD))).rejects.toMatchObject({
      kind: "unavailable",
      code: "run_record_failed",
      hints: expect.arrayContaining([expect.stringContaining("writable")]),
    });
    // Nothing is to be done, so nothing stands in the way.
    await client.createRunTable();
    expect((await readPages(client, QUERY)).flat()).toHaveLength(3);
  });

  it("cannot get a table in a file that cannot be written", async () => {
    await makeReadOnly(file.path);
    const client = await openSqlite(file.path);
    expect(await client.canRecordRuns()).toBe(false);
    await expect(client.createRunTable()).rejects.toMatchObject({ kind: "usage", code: "run_table_permission" });
  });

  it("wait for another program's lock, then say so", async () => {
    const client = await openSqlite(file.path, { busyTimeout_ms: 0 });
    await client.createRunTable();
    file.run("BEGIN IMMEDIATE");
    await expect(client.updateLastRunStatus(RECORD, appending(RECORD))).rejects.toMatchObject({
      kind: "unavailable",
      code: "run_record_failed",
      details: expect.arrayContaining([expect.stringContaining("locked")]),
    });
    file.run("COMMIT");
  });

  it("are kept in a file made for them, with its folders, when that was asked for", async () => {
    const path = join(dirname(file.path), "state", "deep", "runs.db");
    const store = await openSqlite(path, { create: true });
    expect(await store.canRecordRuns()).toBe(false);
    await expect(readdir(join(dirname(file.path), "state"))).rejects.toThrow("ENOENT");
    await store.createRunTable();
    expect(await store.canRecordRuns()).toBe(true);
    await store.updateLastRunStatus(RECORD, appending(RECORD));
    const kept = new Database(path);
    expect(kept.prepare("SELECT run_id FROM reconciliation_runs").raw(true).all()).toEqual([["run-1"]]);
    kept.close();
  });

  it("say why the file could not be made", async () => {
    const blocked = join(dirname(file.path), "blocked");
    await writeFile(blocked, "");
    const store = await openSqlite(join(blocked, "runs.db"), { create: true });
    await expect(store.createRunTable()).rejects.toMatchObject({ kind: "usage", code: "database_file_unusable" });
    await mkdir(join(dirname(file.path), "folder.db"));
    const folder = await openSqlite(join(dirname(file.path), "folder.db"), { create: true });
    await expect(folder.createRunTable()).rejects.toMatchObject({ kind: "unavailable", code: "database_read_failed" });
  });
});

const RECORD = {
  runId: "run-1",
  startedAt: "2025-06-01T10:00:00.000Z",
  finishedAt: null,
  status: "RUNNING",
  exitCode: 0,
  scope: "all-streams",
  requestedBy: "test",
  service: null,
  keyId: null,
  toolVersion: "0",
  contractId: "C",
  network: null,
  ledgerFirst: null,
  ledgerLast: null,
  summary: null,
  report: null,
} as const;

/**
 * Read-only for root too: a file whose header asks for a writer of a later version may only be read
 * (https://www.sqlite.org/fileformat.html, "file format version numbers").
 */
async function makeReadOnly(path: string): Promise<void> {
  const handle = await open(path, "r+");
  await handle.write(Uint8Array.of(3), 0, 1, 18);
  await handle.close();
  await chmod(path, 0o444);
}
