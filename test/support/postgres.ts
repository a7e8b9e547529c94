import { randomBytes } from "node:crypto";
import { Client } from "pg";

export interface TestDatabase {
  /** Connection URL of a superuser, for this database alone. */
  readonly url: string;
  /** Runs SQL as that superuser; several statements at once where there are no parameters. */
  query(sql: string, params?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Makes a role that may log in, with no rights yet, and returns a URL that uses it. Dropped with the database. */
  createRole(prefix: string): Promise<TestRole>;
  drop(): Promise<void>;
}

export interface TestRole {
  readonly name: string;
  readonly url: string;
}

/** A fresh database on the tests' one PostgreSQL server. Ask once a test file and drop it in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = await postgresUrl();
  const name = `test_${randomBytes(6).toString("hex")}`;
  await runOnce(serverUrl, `CREATE DATABASE ${name}`);
  const url = withParts(serverUrl, { pathname: `/${name}` });
  const client = new Client({ connectionString: url });
  await client.connect();
  const roles: string[] = [];
  return {
    url,
    async query(sql, params) {
      const result = await client.query<Record<string, unknown>>(sql, params === undefined ? undefined : [...params]);
      return result.rows;
    },
    async createRole(prefix) {
      const role = `${prefix}_${randomBytes(6).toString("hex")}`;
      await client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'role-password'`);
      roles.push(role);
      return { name: role, url: withParts(url, { username: role, password: "role-password" }) };
    },
    async drop() {
      await client.end();
      await runOnce(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      for (const role of roles) await runOnce(serverUrl, `DROP ROLE IF EXISTS ${role}`);
    },
  };
}

/** The URL with some of its parts replaced. */
export function withParts(
  url: string,
  parts: Partial<Record<"pathname" | "username" | "password" | "hostname" | "search", string>>,
): string {
  return Object.assign(new URL(url), parts).href;
}

/** The URL of a superuser of that server, which is started with the first question. */
export async function postgresUrl(): Promise<string> {
  const broker = process.env.RECONCILE_TEST_POSTGRES_BROKER;
  if (broker === undefined) throw new Error("test/support/global-setup.ts did not run: start the tests with npm test");
  const answer = await fetch(broker);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

async function runOnce(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
