// The world's database: the table that the tool expects by default, in SQLite or PostgreSQL.
import { join } from "node:path";
import { dbRow } from "./world.mjs";

const TABLE = `CREATE TABLE streams (id text, on_chain_id bigint PRIMARY KEY, recipient_address text,
  total_amount text, released_amount text, status text, last_sync_ledger bigint)`;
const ROWS_AT_A_TIME = 10_000;

/** @returns the URL, for the tool, of a new SQLite file with `count` rows */
export async function fillSqlite(folder, count, differEvery) {
  const { default: Database } = await import("libsql");
  const path = join(folder, `streams-${count}.db`);
  const db = new Database(path);
  db.exec(TABLE);
  const insert = db.prepare("INSERT INTO streams VALUES (?, ?, ?, ?, ?, ?, ?)");
  db.exec("BEGIN");
  for (let id = 1; id <= count; id++) insert.run(...dbRow(id, differEvery));
  db.exec("COMMIT");
  db.close();
  return `sqlite:${path}`;
}

/** Creates and fills the table in PostgreSQL. */
export async function fillPostgres(url, count, differEvery) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`DROP TABLE IF EXISTS streams; ${TABLE}`);
  const insert =
    "INSERT INTO streams SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])";
  for (let first = 1; first <= count; first += ROWS_AT_A_TIME) {
    const columns = Array.from({ length: 7 }, () => []);
    for (let id = first; id < first + ROWS_AT_A_TIME && id <= count; id++) {
      dbRow(id, differEvery).forEach((value, column) => {
        columns[column].push(value);
      });
    }
    await client.query(insert, columns);
  }
  await client.query("ANALYZE streams");
  await client.end();
  return url;
}
