import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import type { Lab, LabPostgres } from "./lab.js";

export interface RecordRow {
  readonly runId: string;
  readonly status: string;
  readonly exitCode: number | null;
  readonly report: string | null;
}

/** The real database of a case. */
export interface Store {
  readonly kind: "sqlite" | "postgres";
  readonly url: string;
  readonly secrets: Readonly<Record<string, string>>;
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<Record<string, unknown>[]>;
  records(): Promise<RecordRow[]>;
  close(): Promise<void>;
}

export interface SqliteStore extends Store {
  readonly kind: "sqlite";
  readonly path: string;
  /** Another connection, of whoever writes beside the program. */
  readonly connection: Database.Database;
}

export interface PostgresStore extends Store {
  readonly kind: "postgres";
  readonly lab: LabPostgres;
  /** The URL of the same database by another port, for what stands in between. */
  urlBy(port: number): string;
}

const RECORDS = `SELECT run_id, status, exit_code, CAST(report AS text) AS report FROM reconciliation_runs`;

const recordsOf = (rows: readonly Record<string, unknown>[]): RecordRow[] =>
  rows.map(({ run_id, status, exit_code, report }) => ({
    runId: String(run_id),
    status: String(status),
    exitCode: exit_code === null ? null : Number(exit_code),
    report: report === null ? null : String(report),
  }));

export async function openSqliteStore(lab: Lab, folder: string): Promise<SqliteStore> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "streams.db");
  writeFileSync(path, await lab.migratedSqlite());
  const connection = new Database(path);
  connection.exec("PRAGMA synchronous = OFF");
  const rows = async (sql: string) => connection.prepare(sql).all() as Record<string, unknown>[];
  return {
    kind: "sqlite",
    url: `sqlite:${path}`,
    secrets: {},
    path,
    connection,
    async run(sql) {
      connection.exec(sql);
    },
    rows,
    records: async () => recordsOf(await rows(RECORDS)),
    async close() {
      connection.close();
    },
  };
}

/** The cases of a worker take turns in its one database. */
export async function openPostgresStore(lab: Lab): Promise<PostgresStore> {
  const postgres = await lab.postgres();
  await postgres.reset();
  const { admin, role, password, host, name } = postgres;
  const urlBy = (port: number) =>
    `postgres://${role}:${encodeURIComponent(password)}@${host}:${port}/${name}?sslmode=disable`;
  return {
    kind: "postgres",
    url: urlBy(postgres.port),
    secrets: { "the database's password": password },
    lab: postgres,
    urlBy,
    async run(sql) {
      await admin.query(sql);
      // Tables that a case makes are the role's to read, as a backend's are.
      if (/CREATE (TABLE|VIEW)/i.test(sql)) await admin.query(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`);
    },
    rows: (sql) => admin.query(sql),
    records: async () => recordsOf(await admin.query(RECORDS)),
    close: () => postgres.resetRole(),
  };
}
