import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io } from "../../src/cli/process/io.js";
import { ManualClock } from "../support/manual-clock.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { SeededRandom } from "../support/simulation/seeded-random.js";
import { makeSecret } from "./secrets.js";
import { captureIo, loadProgram } from "./subject.js";

/** A PostgreSQL database of a worker, and the role that the program connects as. */
export interface LabPostgres {
  readonly admin: TestDatabase;
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly role: string;
  readonly password: string;
  /** Empties the database, and gives the role all rights on a new schema with the tables of records. */
  reset(): Promise<void>;
  /** Puts the role's settings back. */
  resetRole(): Promise<void>;
}

/** What the cases of a worker share: whatever takes long to make. */
export interface Lab {
  readonly runCli: (argv: readonly string[], io: Io) => Promise<number>;
  readonly folder: string;
  /** A SQLite file with the tables of records and nothing else. */
  readonly migratedSqlite: () => Promise<Buffer>;
  readonly postgres: () => Promise<LabPostgres>;
  /** Whatever else a class makes once for all its cases; closed with the lab. */
  shared<T extends { close(): Promise<void> }>(name: string, make: () => Promise<T>): Promise<T>;
  /** Says what is about to happen, in case that nobody lives to tell. */
  readonly note: (planted: string) => void;
  close(): Promise<void>;
}

export async function openLab(note: (planted: string) => void): Promise<Lab> {
  const runCli = await loadProgram();
  const folder = mkdtempSync(join(tmpdir(), "reconcile-streams-break-"));
  const things = new Map<string, Promise<{ close(): Promise<void> }>>();
  let migrated: Promise<Buffer> | undefined;
  let postgres: Promise<LabPostgres> | undefined;
  const print = async (argv: readonly string[]): Promise<string> => {
    const io = captureIo({ cwd: folder }, new ManualClock());
    const code = await runCli(argv, io);
    if (code !== 0) throw new Error(`${argv.join(" ")}: ${io.written.stderr}`);
    return io.written.stdout;
  };
  return {
    runCli,
    folder,
    note,
    migratedSqlite() {
      migrated ??= migrateSqlite(print, join(folder, "migrated.db"));
      return migrated;
    },
    postgres() {
      postgres ??= openPostgres(print);
      return postgres;
    },
    shared<T extends { close(): Promise<void> }>(name: string, make: () => Promise<T>): Promise<T> {
      const thing = (things.get(name) as Promise<T> | undefined) ?? make();
      things.set(name, thing);
      return thing;
    },
    async close() {
      for (const thing of things.values()) await (await thing).close();
      if (postgres !== undefined) {
        const { admin, role } = await postgres;
        await admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
        await admin.drop();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Print = (argv: readonly string[]) => Promise<string>;

async function migrateSqlite(print: Print, path: string): Promise<Buffer> {
  const { default: Database } = await import("libsql");
  const connection = new Database(path);
  connection.exec(await print(["migrate", "--print", "--db", `sqlite:${path}`]));
  connection.close();
  return readFileSync(path);
}

async function openPostgres(print: Print): Promise<LabPostgres> {
  const admin = await createTestDatabase();
  const { hostname, port, pathname } = new URL(admin.url);
  const name = pathname.slice(1);
  const role = `app_${name}`;
  const password = makeSecret(new SeededRandom(Date.now()), "db");
  const tables = await print(["migrate", "--print", "--db", "postgres://localhost/x"]);
  await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password.replaceAll("'", "''")}'`);
  return {
    admin,
    host: hostname,
    port: Number(port),
    name,
    role,
    password,
    async reset() {
      await admin.query(`SET client_min_messages = error; DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;
        ${tables}; GRANT ALL ON SCHEMA public TO ${role}; GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`);
    },
    async resetRole() {
      await admin.query(`ALTER ROLE ${role} RESET ALL; ALTER ROLE ${role} CONNECTION LIMIT -1`);
    },
  };
}
