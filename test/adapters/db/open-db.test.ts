import { execFileSync } from "node:child_process";
import { dialectOf, openDatabase, runTableSql } from "../../../src/adapters/db/open-db.js";
import { POSTGRES } from "../../../src/adapters/db/postgres/dialect.js";
import { readPostgresUrl } from "../../../src/adapters/db/postgres/target.js";
import { SQLITE } from "../../../src/adapters/db/sqlite/dialect.js";
import { sqlitePathOf } from "../../../src/adapters/db/sqlite/open-sqlite.js";
import { readPages } from "../../ports/db-client.contract.js";
import { createTestDatabase } from "../../support/postgres.js";
import { createTestSqlite } from "../../support/sqlite.js";

const QUERY = { table: "streams", columns: ["id"], orderBy: "id", pageSize: 10 };

describe("openDatabase", () => {
  it("chooses by the scheme", async () => {
    const postgres = await createTestDatabase();
    await postgres.query("CREATE TABLE streams (id bigint); INSERT INTO streams VALUES (1)");
    for (const url of [postgres.url, postgres.url.replace("postgres:", "postgresql:")]) {
      const client = await openDatabase(url, { connectTimeout_ms: 5_000 });
      expect(await readPages(client, QUERY)).toEqual([[[1n]]]);
      await client.close();
    }
    await postgres.drop();
    const sqlite = await createTestSqlite();
    sqlite.run("CREATE TABLE streams (id integer); INSERT INTO streams VALUES (2)");
    for (const url of [sqlite.url, `sqlite://${sqlite.path}`, `SQLite:${sqlite.path}`]) {
      const client = await openDatabase(url);
      expect(await readPages(client, QUERY)).toEqual([[[2n]]]);
      await client.close();
    }
    await sqlite.drop();
  });

  it("refuses other schemes without repeating the URL", async () => {
    for (const url of ["mysql://root:s3cret@host/db", "host=db password=s3cret", "./streams.db", ""]) {
      const fault = await openDatabase(url).catch((error: unknown) => error);
      expect(fault).toMatchObject({ kind: "usage", code: "database_url_invalid" });
      expect(JSON.stringify([(fault as Error).message, fault])).not.toContain("s3cret");
    }
  });
});

describe("dialectOf", () => {
  it.each([
    ["postgres://h/d", "postgres"],
    ["POSTGRESQL://h/d", "postgres"],
    ["sqlite:x.db", "sqlite"],
  ])("%s: %s", (url, dialect) => {
    expect(dialectOf(url)).toBe(dialect);
  });
});

describe("sqlitePathOf", () => {
  it.each([
    ["sqlite:streams.db", "streams.db"],
    ["sqlite:./a/streams.db", "./a/streams.db"],
    ["sqlite:/abs/streams.db", "/abs/streams.db"],
    ["sqlite://a/streams.db", "a/streams.db"],
    ["sqlite:///abs/streams.db", "/abs/streams.db"],
    ["sqlite:a%20b#c?.db", "a%20b#c?.db"],
  ])("%s names %s", (url, path) => {
    expect(sqlitePathOf(url)).toBe(path);
  });

  it("refuses a URL that names no file", () => {
    for (const url of ["sqlite:", "sqlite://", "sqlite:a\0b"]) {
      expect(() => sqlitePathOf(url)).toThrow("names no SQLite file");
    }
  });
});

describe("readPostgresUrl", () => {
  it("refuses what it cannot read, and does not repeat it", async () => {
    const urls = [
      "postgres://user:s3cret#1@host/db",
      "postgres://user:s3cret%zz@host/db",
      "postgres://user:s3cret@one,two/db",
      "postgres://user:s3cret@host:99999/db",
      "postgres://user:s3cret@host/db?connect_timeout=soon",
    ];
    for (const url of urls) {
      const fault = await readPostgresUrl(url).catch((error: unknown) => error);
      expect(fault).toMatchObject({ kind: "usage", code: "database_url_invalid" });
      expect(JSON.stringify([(fault as Error).message, fault])).not.toContain("s3cret");
      expect(fault).not.toHaveProperty("cause");
    }
  });

  it("takes what it reads itself out of the URL", async () => {
    const target = await readPostgresUrl(
      "postgres://u:p%23@h/db?sslmode=require&connect_timeout=3&application_name=x#y",
    );
    expect(target).toMatchObject({
      connectionString: "postgres://u:p%23@h/db?application_name=x",
      connectTimeout_ms: 3_000,
      tls: { plainAllowed: false },
    });
    expect(await readPostgresUrl("postgres://h/db?connect_timeout=0")).toMatchObject({
      connectionString: "postgres://h/db",
      connectTimeout_ms: 10_000,
    });
    expect(await readPostgresUrl("postgres://u@/db?host=/run/postgresql", 50)).toMatchObject({ connectTimeout_ms: 50 });
  });

  it("says that the driver does not take a parameter", async () => {
    const client = await openDatabase("postgres://u:s3cret@localhost/db?sslnegotiation=never");
    await expect(client.getStreams(QUERY)).rejects.toMatchObject({
      kind: "usage",
      code: "database_url_invalid",
      details: [expect.stringContaining("sslnegotiation")],
    });
  });

  it("looks for a Unix socket where the URL names one", async () => {
    const client = await openDatabase("postgres://u@/db?host=/nowhere&sslmode=disable");
    await expect(client.getStreams(QUERY)).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("/nowhere"),
    });
  });
});

describe("runTableSql", () => {
  it("shows the table in the database's own types", () => {
    expect(runTableSql(POSTGRES)).toMatchInlineSnapshot(`
"CREATE TABLE IF NOT EXISTS reconciliation_runs (
  run_id text NOT NULL PRIMARY KEY,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  status text NOT NULL,
  exit_code integer,
  scope text NOT NULL,
  requested_by text NOT NULL,
  tool_version text NOT NULL,
  contract_id text NOT NULL,
  network text,
  ledger_first bigint,
  ledger_last bigint,
  streams_checked bigint,
  in_sync bigint,
  drifted bigint,
  lagging bigint,
  missing_on_chain bigint,
  missing_in_db bigint,
  violations bigint,
  unchecked bigint,
  report json,
  service text,
  key_id text,
  sequence bigint,
  previous_digest text,
  report_digest text,
  record_key text,
  record_digest text,
  record_hmac text
);
CREATE TABLE IF NOT EXISTS reconciliation_chain_heads (
  contract_id text NOT NULL PRIMARY KEY,
  sequence bigint NOT NULL,
  record_digest text NOT NULL,
  record_key text,
  head_hmac text
);
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS service text;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS key_id text;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS sequence bigint;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS previous_digest text;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS report_digest text;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS record_key text;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS record_digest text;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS record_hmac text;
"
`);
    expect(runTableSql(SQLITE)).toMatchInlineSnapshot(`
"CREATE TABLE IF NOT EXISTS reconciliation_runs (
  run_id TEXT NOT NULL PRIMARY KEY,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  status TEXT NOT NULL,
  exit_code INTEGER,
  scope TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  tool_version TEXT NOT NULL,
  contract_id TEXT NOT NULL,
  network TEXT,
  ledger_first INTEGER,
  ledger_last INTEGER,
  streams_checked INTEGER,
  in_sync INTEGER,
  drifted INTEGER,
  lagging INTEGER,
  missing_on_chain INTEGER,
  missing_in_db INTEGER,
  violations INTEGER,
  unchecked INTEGER,
  report TEXT,
  service TEXT,
  key_id TEXT,
  sequence INTEGER,
  previous_digest TEXT,
  report_digest TEXT,
  record_key TEXT,
  record_digest TEXT,
  record_hmac TEXT
);
CREATE TABLE IF NOT EXISTS reconciliation_chain_heads (
  contract_id TEXT NOT NULL PRIMARY KEY,
  sequence INTEGER NOT NULL,
  record_digest TEXT NOT NULL,
  record_key TEXT,
  head_hmac TEXT
);
CREATE TABLE IF NOT EXISTS reconciliation_locks (
  contract_id TEXT NOT NULL PRIMARY KEY,
  run_id TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  process TEXT NOT NULL,
  since INTEGER NOT NULL,
  expires INTEGER NOT NULL
);
-- For a table of an earlier version, also:
-- ALTER TABLE reconciliation_runs ADD COLUMN service TEXT;
-- ALTER TABLE reconciliation_runs ADD COLUMN key_id TEXT;
-- ALTER TABLE reconciliation_runs ADD COLUMN sequence INTEGER;
-- ALTER TABLE reconciliation_runs ADD COLUMN previous_digest TEXT;
-- ALTER TABLE reconciliation_runs ADD COLUMN report_digest TEXT;
-- ALTER TABLE reconciliation_runs ADD COLUMN record_key TEXT;
-- ALTER TABLE reconciliation_runs ADD COLUMN record_digest TEXT;
-- ALTER TABLE reconciliation_runs ADD COLUMN record_hmac TEXT;
"
`);
  });
});

it("needs no driver to be loaded for choosing and printing", () => {
  // Which modules a plain process would load: the static imports, followed.
  const script = `
    import { readFileSync } from "node:fs";
    const seen = new Set();
    const follow = (file) => {
      if (seen.has(file)) return;
      seen.add(file);
      const text = readFileSync(file, "utf8");
      for (const [, name] of text.matchAll(/^(?:import|export) (?!type)[^;]*? from "([^"]+)";/gm)) {
        if (name.startsWith(".")) follow(new URL(name.replace(/\\.js$/, ".ts"), file));
        else seen.add(name);
      }
    };
    follow(new URL("src/adapters/db/open-db.ts", "file://" + process.cwd() + "/"));
    console.log([...seen].map(String).filter((name) => !name.startsWith("file:")).join());`;
  expect(execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }).trim()).toBe("");
});
