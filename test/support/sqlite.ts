import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";

export interface TestSqlite {
  readonly path: string;
  readonly url: string;
  /** Runs statements on a connection of its own, one that lives as long as the file. */
  run(sql: string): void;
  /** Rows as arrays, integers as number. */
  rows(sql: string): unknown[][];
  drop(): Promise<void>;
}

/** A fresh SQLite file in a folder of its own. */
export async function createTestSqlite(name = "streams.db"): Promise<TestSqlite> {
  const folder = await mkdtemp(join(tmpdir(), "reconcile-streams-sqlite-"));
  const path = join(folder, name);
  const connection = new Database(path);
  connection.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF");
  return {
    path,
    url: `sqlite:${path}`,
    run(sql) {
      connection.exec(sql);
    },
    rows(sql) {
      const rows = connection.prepare(sql).raw(true).all() as unknown[][];
      return rows.map((row) => Array.from(row));
    },
    async drop() {
      connection.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
