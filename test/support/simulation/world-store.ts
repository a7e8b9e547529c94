import type { TestDatabase } from "../postgres.js";
import { createTestSqlite } from "../sqlite.js";
import type { StreamRow, TableModel } from "./table-model.js";
import { ESCROW } from "./world.js";

/** The real database of a world. */
export interface WorldStore {
  readonly url: string;
  /** Writes everything that the table's model has and the database does not, in one transaction. */
  flush(table: TableModel): Promise<void>;
  close(): Promise<void>;
}

/** Another contract whose streams share the table. */
const OTHER_CONTRACT = "COTHER";

export async function openSqliteStore(table: TableModel, isShared: boolean): Promise<WorldStore> {
  const sqlite = await createTestSqlite();
  // The indexer goes on writing while the tool reads.
  sqlite.run(`PRAGMA journal_mode = WAL; ${schema("TEXT")} ${otherRows(isShared)}`);
  const store: WorldStore = {
    url: sqlite.url,
    async flush(model) {
      const sql = changesSql(model);
      if (sql !== "") sqlite.run(`BEGIN; ${sql} COMMIT;`);
    },
    close: () => sqlite.drop(),
  };
  await store.flush(table);
  return store;
}

/** The worlds of a test file take turns in one database. */
export async function openPostgresStore(
  database: TestDatabase,
  table: TableModel,
  isShared: boolean,
): Promise<WorldStore> {
  await database.query(`${schema("NUMERIC(60, 0)")} ${otherRows(isShared)}`);
  const store: WorldStore = {
    url: database.url,
    async flush(model) {
      const sql = changesSql(model);
      if (sql !== "") await database.query(`BEGIN; ${sql} COMMIT;`);
    },
    close: async () => {},
  };
  await store.flush(table);
  return store;
}

const schema = (amount: string): string => `
DROP TABLE IF EXISTS streams; DROP TABLE IF EXISTS indexer_state;
CREATE TABLE streams (
  id VARCHAR(64) PRIMARY KEY, on_chain_id BIGINT, sender_address VARCHAR(80), recipient_address VARCHAR(80),
  total_amount ${amount}, released_amount ${amount}, status VARCHAR(20), end_time BIGINT, last_sync_ledger BIGINT,
  contract_id VARCHAR(80));
CREATE TABLE indexer_state (name VARCHAR(20), last_ledger BIGINT);
INSERT INTO indexer_state VALUES ('streams', NULL), ('prices', 999999999);`;

/** Rows that the tool must leave alone: wrong in everything, and far ahead. */
function otherRows(isShared: boolean): string {
  if (!isShared) return "";
  const rows = [1, 2, 3].map(
    (id) => `('other_${id}', ${id}, 'GX', 'GY', '1', '2', 'active', 0, 4000000000, '${OTHER_CONTRACT}')`,
  );
  return `INSERT INTO streams VALUES ${rows.join(", ")};`;
}

function changesSql(table: TableModel): string {
  const { rows, cursor } = table.takeChanges();
  const statements: string[] = [];
  if (rows.size > 0) {
    const ids = [...rows.keys()].map((id) => `'${id}'`);
    statements.push(`DELETE FROM streams WHERE id IN (${ids.join(", ")});`);
    const tuples = [...rows.values()].flatMap((row) => (row === null ? [] : tupleOf(row, table)));
    if (tuples.length > 0) statements.push(`INSERT INTO streams VALUES ${tuples.join(",\n")};`);
  }
  if (cursor !== null && (table.kind === "every-row" || table.kind === "global")) {
    statements.push(
      table.kind === "every-row"
        ? `UPDATE streams SET last_sync_ledger = ${cursor} WHERE contract_id = '${ESCROW}';`
        : `UPDATE indexer_state SET last_ledger = ${cursor} WHERE name = 'streams';`,
    );
  }
  return statements.join(" ");
}

function tupleOf(row: StreamRow, table: TableModel): string {
  const hasOwn = table.kind === "touched-row" || table.kind === "checked-row";
  const synced = hasOwn ? row.synced : table.kind === "every-row" ? (table.cursor.last ?? null) : null;
  return `('${row.id}', ${row.onChainId}, '${row.sender}', '${row.recipient}', '${row.total}', '${row.released}', \
'${row.status}', ${row.end}, ${synced}, '${ESCROW}')`;
}
