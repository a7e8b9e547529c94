import type { Clock } from "../../src/ports/clock.js";
import { type CliWorld, createWorld, insertSql, rowOf, WORLD_CONTRACT } from "../support/cli-world.js";
import { clockOf, doctor } from "../support/doctor.js";
import { createTestDatabase, type TestDatabase, type TestRole, withParts } from "../support/postgres.js";
import { accountId, streamStruct } from "../support/streampay-contract.js";

let world: CliWorld;
let postgres: TestDatabase;
let reader: TestRole;

const COLUMNS = `id varchar(64) PRIMARY KEY, on_chain_id bigint NOT NULL UNIQUE, recipient_address text,
  total_amount numeric(38, 0), released_amount numeric(38, 0), status text, last_sync_ledger integer`;

beforeAll(async () => {
  postgres = await createTestDatabase();
  world = await createWorld();
  await postgres.query(`CREATE TABLE streams (${COLUMNS})`);
  const rows = [1n, 2n, 3n].map((id) => rowOf(streamStruct({ id, sender: accountId(Number(id) + 100) }), 990));
  await postgres.query(insertSql("streams", rows));
  reader = await postgres.createRole("reader");
  await postgres.query(`GRANT SELECT ON streams TO ${reader.name}`);
});
afterAll(async () => {
  await world.close();
  await postgres.drop();
});

async function ask(url: string, database: object = {}, recording = false) {
  const config = await world.write("c.json", { database, contract: { network: "testnet" } });
  const args = ["--db", url, "--chain", world.server.url, "--contract", WORLD_CONTRACT, "--config", config];
  return doctor(args, { clock: clockOf(world), recording });
}

describe("a database fit for it", () => {
  it("has nothing to warn of, and shows what it is", async () => {
    const answer = await ask(reader.url);
    expect([...answer.says].filter(([, text]) => !text.startsWith("ok"))).toEqual([]);
    expect(answer.code).toBe(0);
    expect(answer.says.get("database")).toMatch(
      /^ok PostgreSQL \d+\.\d+, database test_\w+ at [\w.:]+, as reader_\w+$/,
    );
    expect(answer.says.get("database role")).toBe(`ok ${reader.name} may read the table and not write to it`);
    expect(answer.says.get("indexes")).toBe("ok on on_chain_id and on id");
    expect(answer.says.get("cursor")).toMatch(
      /^ok newest ledger seen: 990, 10 ledgers behind the chain's; did not move/,
    );
  });

  it("needs the table of run records, unless runs are dry", async () => {
    const without = await ask(reader.url, {}, true);
    expect(without.code).toBe(2);
    expect(without.says.get("run table")).toMatch(/^fail The table reconciliation_runs.*does not exist.*migrate/s);
    expect((await ask(reader.url)).says.get("run table")).toBe("ok not needed: a dry run writes no record");
  });
});

describe("the role", () => {
  it("is a superuser", async () => {
    const { says, code } = await ask(postgres.url);
    expect(code).toBe(0);
    const text = says.get("database role")!;
    expect(text).toMatch(/^warn \S+ is a superuser, whose .* read and write the server's files\. /);
    expect(text).toContain("CREATE ROLE reconcile LOGIN PASSWORD '...';");
    expect(text).toMatch(/GRANT CONNECT ON DATABASE "test_\w+" TO reconcile;/);
    expect(text).toContain('GRANT USAGE ON SCHEMA "public" TO reconcile;');
    expect(text).toContain('GRANT SELECT ON "public"."streams" TO reconcile;');
  });

  it("gets statements that make a role which is warned of no more", async () => {
    const text = (await ask(postgres.url)).says.get("database role")!;
    const name = `reconcile_${process.pid}`;
    const statements = text.split("\n").filter((line) => line.endsWith(";"));
    try {
      await postgres.query(
        statements
          .join("\n")
          .replaceAll(/\breconcile\b/g, name)
          .replace("'...'", "'secret-word'"),
      );
      const answer = await ask(withParts(postgres.url, { username: name, password: "secret-word" }));
      expect(answer.says.get("database role")).toBe(`ok ${name} may read the table and not write to it`);
      expect(answer.stdout).not.toContain("secret-word");
    } finally {
      await postgres.query(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
    }
  });

  it("needs to read the table of the one cursor, too, and nothing else of it", async () => {
    await postgres.query(`CREATE TABLE "Indexer" ("lastLedger" integer); INSERT INTO "Indexer" VALUES (1000)`);
    const reader = await postgres.createRole("reader");
    await postgres.query(
      `GRANT SELECT ON streams, "Indexer" TO ${reader.name}; GRANT UPDATE ON "Indexer" TO ${reader.name}`,
    );
    const cursor = { table: "Indexer", column: "lastLedger" };
    const text = (await ask(reader.url, { cursor })).says.get("database role")!;
    expect(text).toMatch(/^warn reader_\w+ may UPDATE \(Indexer\)\. /);
    expect(text).toContain('GRANT SELECT ON "public"."streams" TO reconcile;');
    expect(text).toContain('GRANT SELECT ON "public"."Indexer" TO reconcile;');
    expect(text.match(/CREATE ROLE/g)).toHaveLength(1);
    await postgres.query(`REVOKE UPDATE ON "Indexer" FROM ${reader.name}`);
    expect((await ask(reader.url, { cursor })).says.get("database role")).toBe(
      `ok ${reader.name} may read streams and Indexer, and not write to them`,
    );
  });

  it("may write, to single columns too, or owns the table", async () => {
    const writer = await postgres.createRole("writer");
    await postgres.query(`GRANT SELECT, DELETE, INSERT (id) ON streams TO ${writer.name}`);
    expect((await ask(writer.url)).says.get("database role")).toMatch(/^warn writer_\w+ may INSERT, DELETE\. /);
    const owner = await postgres.createRole("owner");
    await postgres.query(`CREATE TABLE owned AS TABLE streams; ALTER TABLE owned OWNER TO ${owner.name}`);
    const text = (await ask(owner.url, { table: "owned" })).says.get("database role");
    expect(text).toMatch(/owns the table, and may INSERT, UPDATE, DELETE, TRUNCATE/);
  });

  it("has BYPASSRLS, needed or not", async () => {
    const free = await postgres.createRole("free");
    await postgres.query(`ALTER ROLE ${free.name} BYPASSRLS; GRANT SELECT ON streams TO ${free.name}`);
    expect((await ask(free.url)).says.get("database role")).toMatch(/has BYPASSRLS, which this table does not need/);
    await postgres.query(`CREATE TABLE guarded AS TABLE streams; ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
      GRANT SELECT ON guarded TO ${free.name}, ${reader.name}`);
    expect((await ask(free.url, { table: "guarded" })).says.get("database role")).toMatch(/^ok /);
    const hidden = await ask(reader.url, { table: "guarded" });
    expect(hidden.code).toBe(2);
    expect(hidden.says.get("table")).toMatch(/^fail Row-level security hides rows/);
    expect(hidden.says.get("rows")).toBe("skipped not checked, because of: table");
    expect(hidden.says.get("chain")).toMatch(/^ok/);
  });

  it("may not read the table", async () => {
    const stranger = await postgres.createRole("stranger");
    const { code, says } = await ask(stranger.url);
    expect(code).toBe(2);
    expect(says.get("table")).toMatch(/may not read.*GRANT SELECT ON "public"\."streams" TO "stranger/s);
  });
});

describe("the indexes", () => {
  it("are missing, partial or on an expression: with statements that are quoted rightly and work", async () => {
    await postgres.query(`CREATE SCHEMA "My.Books"; CREATE TABLE "My.Books"."Stream ""1""" ("Id" text, "ChainId" bigint,
      recipient_address text, total_amount text, released_amount text, status text, last_sync_ledger integer);
      CREATE INDEX ON "My.Books"."Stream ""1""" ("ChainId") WHERE "ChainId" > 1;
      CREATE INDEX ON "My.Books"."Stream ""1""" (lower("Id"), "Id");
      CREATE INDEX ON "My.Books"."Stream ""1""" (status, "ChainId")`);
    const database = { table: '"My.Books"."Stream ""1"""', streamId: "Id", onChainId: "ChainId" };
    const before = (await ask(postgres.url, database)).says.get("indexes")!;
    const statements = before.split("\n").filter((line) => line.startsWith("CREATE"));
    expect(statements).toEqual([
      'CREATE INDEX CONCURRENTLY ON "My.Books"."Stream ""1""" ("ChainId");',
      'CREATE INDEX CONCURRENTLY ON "My.Books"."Stream ""1""" ("Id");',
    ]);
    for (const statement of statements) await postgres.query(statement);
    expect((await ask(postgres.url, database)).says.get("indexes")).toBe("ok on ChainId and on Id");
  });

  it("of a partitioned table are made without CONCURRENTLY, which it does not have", async () => {
    await postgres.query(`CREATE TABLE parted (${COLUMNS.replace("PRIMARY KEY", "").replace("UNIQUE", "")})
      PARTITION BY RANGE (on_chain_id); CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000)`);
    const text = (await ask(postgres.url, { table: "parted" })).says.get("indexes")!;
    expect(text).toContain('CREATE INDEX ON "public"."parted" ("on_chain_id");');
    await postgres.query('CREATE INDEX ON "public"."parted" ("on_chain_id"); CREATE INDEX ON parted (id)');
    expect((await ask(postgres.url, { table: "parted" })).says.get("indexes")).toMatch(/^ok/);
  });

  it("of a view cannot be told", async () => {
    await postgres.query("CREATE VIEW seen AS TABLE streams");
    expect((await ask(postgres.url, { table: "seen" })).says.get("indexes")).toMatch(/^ok a view: .*unknown/);
  });
});

describe("the columns' types", () => {
  const types = async (name: string, columns: string, database: object = {}) => {
    await postgres.query(`CREATE TABLE ${name} (${columns})`);
    return (await ask(postgres.url, { table: name, ...database })).says.get("column types")!;
  };

  it("are floating point for money, and that is said loudly", async () => {
    const text = await types("floats", COLUMNS.replace("total_amount numeric(38, 0)", "total_amount double precision"));
    expect(text).toMatch(
      /^warn total_amount \(database\.fields\.total_amount\.column\) is double precision: FLOATING POINT/,
    );
  });

  it("have other decimals than the amounts", async () => {
    const numeric = (scale: string) => COLUMNS.replace(/(total_amount) numeric\(38, 0\)/, `$1 ${scale}`);
    expect(await types("scale_a", numeric("numeric(38, 7)"))).toMatch(/set database\.amountDecimals to 7/);
    expect(await types("scale_b", numeric("bigint"), { amountDecimals: 7 })).toMatch(/can only hold whole tokens/);
    expect(await types("scale_c", numeric("numeric(38, 2)"), { amountDecimals: 7 })).toMatch(
      /cannot hold the smallest/,
    );
    expect(await types("scale_d", numeric("numeric"))).toMatch(/^ok/);
    expect(await types("scale_e", numeric("money_amount"), {}).catch(String)).toMatch(/does not exist/);
    await postgres.query("CREATE DOMAIN money_amount AS numeric(30, 7) NOT NULL");
    expect(await types("scale_f", numeric("money_amount"))).toMatch(/is money_amount.*amountDecimals to 7/s);
  });

  it("are of another kind than the field, or may leave the row without a name", async () => {
    const text = await types(
      "kinds",
      `id uuid, on_chain_id real, recipient_address boolean, total_amount timestamptz,
       released_amount bytea, status integer, last_sync_ledger date`,
    );
    expect(text).toMatch(/id \(database\.streamId\) is uuid and may be NULL/);
    expect(text).toMatch(/on_chain_id \(database\.onChainId\) is real, which may lose digits/);
    expect(text).toMatch(/recipient_address .* is boolean, but a value of type address is expected/);
    expect(text).toMatch(/total_amount .* is timestamp with time zone, but an amount is expected/);
    expect(text).toMatch(/released_amount .* is bytea/);
    expect(text).toMatch(/status .* is integer, but a value of type status is expected/);
    expect(text).toMatch(/last_sync_ledger \(database\.cursor\.column\) is date, but a value of type cursor/);
  });

  it("fit: enums, and an on-chain id that may be NULL is mentioned", async () => {
    await postgres.query("CREATE TYPE stream_status AS ENUM ('active', 'paused')");
    const columns = COLUMNS.replace("status text", "status stream_status").replace("NOT NULL", "");
    expect(await types("enums", columns)).toBe(
      "ok all fit the fields that they are compared with; on_chain_id may be NULL",
    );
  });
});

describe("a database that cannot be reached", () => {
  it("does not keep doctor from looking at the chain, and its password from being kept", async () => {
    const { code, says, stdout } = await ask("postgres://user:pass-word@127.0.0.1:9/streams");
    expect(code).toBe(2);
    expect(says.get("database")).toMatch(/^fail/);
    expect(says.get("run table")).toMatch(/^ok not needed/);
    expect(says.get("chain")).toMatch(/^ok/);
    expect(says.get("layout")).toMatch(/^ok "streampay" fits 3 streams/);
    expect(says.get("sample rows")).toBe("skipped not checked, because of: database");
    expect(stdout).not.toContain("pass-word");
  });
});

describe("a cursor for all rows", () => {
  it("moves, or does not", async () => {
    await postgres.query("CREATE TABLE indexer (name text, ledger integer); INSERT INTO indexer VALUES ('a', 700)");
    const database = { cursor: { table: "indexer", column: "ledger", where: "name = 'a'" } };
    expect((await ask(postgres.url, database)).says.get("cursor")).toMatch(
      /^warn newest ledger seen: 700, 300 ledgers behind .*allowed lag of 120; did not move within 6 s\nCheck that the indexer is running/,
    );
    const clock = clockOf(world);
    const busy: Clock = {
      now: () => clock.now(),
      async sleep(milliseconds) {
        await postgres.query("UPDATE indexer SET ledger = 850");
        await clock.sleep(milliseconds);
      },
    };
    const config = await world.write("c.json", { database });
    const args = ["--db", postgres.url, "--chain", world.server.url, "--contract", WORLD_CONTRACT, "--config", config];
    const text = (await doctor(args, { clock: busy })).says.get("cursor");
    expect(text).toMatch(
      /^warn newest ledger seen: 850, 150 ledgers behind .*; advanced by 150 within 6 s\nThe indexer is catching up/,
    );
  });
});
