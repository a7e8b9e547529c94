import type { JournalHead, JournalState, JournalStep } from "../../core/records/journal.js";
import type { RunColumns } from "../../core/records/run-columns.js";
import type { RunRecord } from "../../core/records/run-record.js";
import type { Sealing } from "../../ports/db-client.js";
import { HEAD_COLUMNS, HEAD_TABLE, type RecordDialect, RUN_COLUMNS, RUN_TABLE, type RunColumn } from "./run-table.js";

/** A connection as run records use it. Statement parameters are `$1`, `$2`, …, in this order. */
export interface RecordSession {
  readonly dialect: RecordDialect;
  /** The columns of a table, found by its name alone; null if there is no such table. */
  columnsOf(table: string): Promise<ReadonlySet<string> | null>;
  query(sql: string, parameters?: readonly string[]): Promise<readonly (readonly unknown[])[]>;
}

/** A connection that writes. */
export interface RecordWriter extends RecordSession {
  run(sql: string, parameters?: readonly (string | null)[]): Promise<unknown>;
  /** If the work fails, closing the connection rolls the transaction back. */
  inTransaction<T>(end: "COMMIT" | "ROLLBACK", work: () => Promise<T>): Promise<T>;
  /** Takes a lock for `purpose`, waiting for other holders, until the transaction ends. */
  alone(purpose: string): Promise<unknown>;
}

/** Qualified to sort by number: the select list has a text column of the same name. */
export const SEQUENCE = `${RUN_TABLE}.sequence`;

export function selectRuns(dialect: RecordDialect): string {
  return select(RUN_TABLE, RUN_COLUMNS, dialect);
}

export function runOf(row: readonly unknown[], dialect: RecordDialect): RunColumns {
  return Object.fromEntries(RUN_COLUMNS.map(({ name, type }, index) => [name, dialect.textOf(row[index], type)]));
}

export async function readHeads(session: RecordSession, contractId: string | null): Promise<JournalHead[]> {
  const { dialect } = session;
  const where = contractId === null ? "" : " WHERE contract_id = $1";
  const rows = await session.query(
    `${select(HEAD_TABLE, HEAD_COLUMNS, dialect)}${where}`,
    contractId === null ? [] : [contractId],
  );
  return rows.map((row) => {
    const [id, sequence, digest, key, hmac] = HEAD_COLUMNS.map(({ type }, index) => dialect.textOf(row[index], type));
    return {
      ...{ contractId: id ?? "", sequence: sequence ?? "", recordDigest: digest ?? "" },
      ...{ recordKey: key ?? null, headHmac: hmac ?? null },
    };
  });
}

/** The state of a contract's chain; no other transaction can extend it until this one ends. */
export async function journalState(
  session: RecordWriter,
  { contractId, runId }: RunRecord,
  sealing: Sealing,
): Promise<JournalState> {
  await session.alone(`chain of ${contractId}`);
  const [head] = await readHeads(session, contractId);
  const newest = await oneRun(
    session,
    `contract_id = $1 AND sequence IS NOT NULL ORDER BY ${SEQUENCE} DESC`,
    contractId,
  );
  const own = await oneRun(session, "run_id = $1", runId);
  const isFirst = head === undefined && newest === null && own === null;
  return {
    ...{ head: head ?? null, newest, own },
    unsealed: isFirst ? await unsealedDigests(session, contractId, sealing) : [],
    hasSealedBefore: head !== undefined && (await hasSealed(session, head, sealing)),
  };
}

async function oneRun(session: RecordSession, condition: string, value: string): Promise<RunColumns | null> {
  const [row] = await session.query(`${selectRuns(session.dialect)} WHERE ${condition} LIMIT 1`, [value]);
  return row === undefined ? null : runOf(row, session.dialect);
}

async function hasSealed(session: RecordSession, { contractId, recordKey }: JournalHead, { keyId }: Sealing) {
  if (keyId === null || keyId === recordKey) return false;
  const sealed = `SELECT 1 FROM ${RUN_TABLE} WHERE contract_id = $1 AND record_key = $2 LIMIT 1`;
  return (await session.query(sealed, [contractId, keyId])).length > 0;
}

/** Reads one record at a time: reports may be large. */
async function unsealedDigests(session: RecordSession, contractId: string, sealing: Sealing): Promise<string[]> {
  const { rowKey } = session.dialect;
  const keys = await session.query(
    `SELECT CAST(${rowKey} AS text) FROM ${RUN_TABLE} WHERE contract_id = $1 AND sequence IS NULL`,
    [contractId],
  );
  const digests: string[] = [];
  for (const [key] of keys) {
    const run = await oneRun(session, `${rowKey} = $1`, String(key));
    if (run !== null) digests.push(sealing.digestOf(run));
  }
  return digests;
}

/** Inserts or replaces a record and its contract's head. */
export async function writeStep(session: RecordWriter, { run, head }: JournalStep): Promise<void> {
  const { contractId, sequence, recordDigest, recordKey, headHmac } = head;
  await session.run(
    upsert(RUN_TABLE, RUN_COLUMNS),
    RUN_COLUMNS.map(({ name }) => run[name] ?? null),
  );
  await session.run(upsert(HEAD_TABLE, HEAD_COLUMNS), [contractId, sequence, recordDigest, recordKey, headHmac]);
}

function select(table: string, columns: readonly RunColumn[], dialect: RecordDialect): string {
  return `SELECT ${columns.map(({ name }) => dialect.selected(name)).join(", ")} FROM ${table}`;
}

/** The first column is the key. All values are text, which columns of other types convert. */
function upsert(table: string, columns: readonly RunColumn[]): string {
  const names = columns.map(({ name }) => name);
  const updates = names.slice(1).map((name) => `${name} = excluded.${name}`);
  return (
    `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map((_, index) => `$${index + 1}`).join(", ")}) ` +
    `ON CONFLICT (${names[0]}) DO UPDATE SET ${updates.join(", ")}`
  );
}
