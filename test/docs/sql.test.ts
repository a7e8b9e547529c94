import { POSTGRES } from "../../src/adapters/db/postgres/dialect.js";
import { RUN_TABLE, runTableSql } from "../../src/adapters/db/run-table.js";
import { SQLITE } from "../../src/adapters/db/sqlite/dialect.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { createTestSqlite } from "../support/sqlite.js";
import { blocksOf, placeOf } from "./markdown.js";

const STREAMS = `CREATE TABLE streams (id text PRIMARY KEY, on_chain_id bigint, recipient_address text,
  total_amount text, released_amount text, status text, last_sync_ledger bigint)`;
const ROWS =
  "INSERT INTO streams VALUES ('a', 1, 'G', '10', '20', 'active', 5), ('b', 4, 'G', '10', '0', 'active', NULL)";
const RUN = `INSERT INTO ${RUN_TABLE} (run_id, started_at, status, scope, requested_by, tool_version, contract_id, report)
  VALUES ('1', '2026-11-22T03:15:00Z', 'RUNNING', 'all-streams', 'nightly', '0', 'C',
  '{"discrepancies":[{"streamId":"stream_2","field":"released_amount","classification":"drift","dbValue":"1"}]}')`;

describe("documented SQL", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query(`${STREAMS}; ${runTableSql(POSTGRES)}; ${ROWS}; ${RUN}`);
  });

  afterAll(() => database?.drop());

  it.each(blocksOf("sql", "").map((block) => [placeOf(block), block.text] as const))(
    "%s runs on PostgreSQL",
    async (_place, sql) => {
      // Roles belong to the whole server: what a document creates is taken back.
      await database.query("BEGIN");
      try {
        const needsRole = /\bTO reconcile\b/.test(sql) && !/CREATE ROLE/.test(sql);
        if (needsRole) await database.query("CREATE ROLE reconcile");
        await database.query(sql);
      } finally {
        await database.query("ROLLBACK");
      }
    },
  );

  it.each(blocksOf("sql", "sqlite").map((block) => [placeOf(block), block.text] as const))(
    "%s runs on SQLite, and finds the run",
    async (_place, sql) => {
      const file = await createTestSqlite();
      try {
        file.run(`${STREAMS}; ${runTableSql(SQLITE)}; ${ROWS}; ${RUN}`);
        expect(file.rows(sql)).toEqual([["2026-11-22T03:15:00Z", "1", "released_amount", "drift", "1", null]]);
      } finally {
        await file.drop();
      }
    },
  );

  it("finds the gaps between on-chain ids as the runbook says", async () => {
    const [gaps] = blocksOf("sql", "").filter(({ text }) => text.includes("first_missing"));
    expect(await database.query(gaps!.text)).toEqual([{ first_missing: "2", last_missing: "3" }]);
  });
});
