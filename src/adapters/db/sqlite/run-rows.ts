import type { JournalHead, JournalState } from "../../../core/records/journal.js";
import type { RunColumns } from "../../../core/records/run-columns.js";
import type { RunRecord } from "../../../core/records/run-record.js";
import type { Sealing } from "../../../ports/db-client.js";
import { HEAD_COLUMN_NAMES, HEAD_TABLE, headOf, RUN_COLUMN_NAMES, RUN_TABLE } from "../run-table.js";
import { cellSql, readCell } from "./cells.js";
import type { SqliteConnection } from "./connection.js";

const cells = (names: readonly string[]) => names.map((name) => cellSql(name)).join(", ");
export const RUN_SELECT = `SELECT ${cells(RUN_COLUMN_NAMES)} FROM main.${RUN_TABLE}`;
const HEAD_SELECT = `SELECT ${cells(HEAD_COLUMN_NAMES)} FROM main.${HEAD_TABLE}`;

export function runOf(row: readonly unknown[]): RunColumns {
  return Object.fromEntries(RUN_COLUMN_NAMES.map((name, index) => [name, textOf(row[index])]));
}

/** Whatever is no text or integer equals nothing that was sealed: no sealed text has a NUL in front. */
function textOf(cell: unknown): string | null {
  const value = readCell(cell);
  if (value === null || typeof value === "string") return value;
  return value instanceof Uint8Array ? `\0bytes ${Buffer.from(value).toString("hex")}` : String(value);
}

export function readHeads(connection: SqliteConnection, contractId: string | null): JournalHead[] {
  const rows =
    contractId === null
      ? connection.all(HEAD_SELECT)
      : connection.all(`${HEAD_SELECT} WHERE contract_id = ?1`, [contractId]);
  return rows.map((row) => headOf(row.map(textOf)));
}

/** Inside of a transaction that writes, so that nobody else extends the journal. */
export function journalState(connection: SqliteConnection, record: RunRecord, sealing: Sealing): JournalState {
  const { contractId, runId } = record;
  const [head] = readHeads(connection, contractId);
  const one = (condition: string, value: string) => {
    const [row] = connection.all(`${RUN_SELECT} WHERE ${condition}`, [value]);
    return row === undefined ? null : runOf(row);
  };
  const newest = one("contract_id = ?1 AND sequence IS NOT NULL ORDER BY sequence DESC LIMIT 1", contractId);
  const own = one("run_id = ?1", runId);
  const isFirst = head === undefined && newest === null && own === null;
  return {
    head: head ?? null,
    newest,
    own,
    unsealed: isFirst ? unsealedDigests(connection, contractId, sealing) : [],
    hasSealedBefore: head !== undefined && hasSealed(connection, head, sealing),
  };
}

function hasSealed(connection: SqliteConnection, { contractId, recordKey }: JournalHead, { keyId }: Sealing) {
  if (keyId === null || keyId === recordKey) return false;
  const sealed = `SELECT 1 FROM main.${RUN_TABLE} WHERE contract_id = ?1 AND record_key = ?2 LIMIT 1`;
  return connection.all(sealed, [contractId, keyId]).length > 0;
}

/** One at a time: reports may be large. */
function unsealedDigests(connection: SqliteConnection, contractId: string, sealing: Sealing): string[] {
  const rowids = connection.all(`SELECT rowid FROM main.${RUN_TABLE} WHERE contract_id = ?1 AND sequence IS NULL`, [
    contractId,
  ]);
  return rowids.flatMap(([rowid]) =>
    connection.all(`${RUN_SELECT} WHERE rowid = ?1`, [rowid as bigint]).map((row) => sealing.digestOf(runOf(row))),
  );
}
