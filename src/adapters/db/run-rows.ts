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

/** The rows whose number can be one; `numberOf` in the core says the same. */
export const IS_NUMBERED = `${SEQUENCE} BETWEEN 1 AND 999999999999999`;

/** @param present the table's columns, where some may be missing; default: all */
export function selectRuns(dialect: RecordDialect, present?: ReadonlySet<string>): string {
  return select(RUN_TABLE, RUN_COLUMNS, dialect, present);
}

export function runOf(row: readonly unknown[], dialect: RecordDialect): RunColumns {
  return Object.fromEntries(RUN_COLUMNS.map(({ name, type }, index) => [name, dialect.textOf(row[index], type)]));
}

/** The heads of all contracts. @param present as for `selectRuns` */
export async function readHeads(session: RecordSession, present?: ReadonlySet<string>): Promise<JournalHead[]> {
  const { dialect } = session;
  const rows = await session.query(select(HEAD_TABLE, HEAD_COLUMNS, dialect, present));
  return rows.map((row) => {
    const [id, sequence, digest, key = null, hmac = null, contracts = null] = HEAD_COLUMNS.map(({ type }, index) =>
      dialect.textOf(row[index], type),
    );
    return {
      ...{ contractId: id ?? "", sequence: sequence ?? "", recordDigest: digest ?? "" },
      ...{ recordKey: key, headHmac: hmac, contracts },
    };
  });
}

/** The state of a contract's journal; no other transaction can extend any journal until this one ends. */
export async function journalState(
  session: RecordWriter,
  { contractId, runId }: RunRecord,
  sealing: Sealing,
): Promise<JournalState> {
  // A contract's first record changes the heads of the others.
  await session.alone("journals of the store");
  const heads = await readHeads(session);
  const head = heads.find((one) => one.contractId === contractId);
  const newest = await oneRun(session, `contract_id = $1 AND ${IS_NUMBERED} ORDER BY ${SEQUENCE} DESC`, contractId);
  const own = await oneRun(session, "run_id = $1", runId);
  const isFirst = head === undefined && newest === null && own === null;
  return {
    ...{ head: head ?? null, others: heads.filter((one) => one !== head), newest, own },
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

/** Inserts or replaces a record and the heads that go with it. */
export async function writeStep(session: RecordWriter, { run, head, others }: JournalStep): Promise<void> {
  await session.run(
    upsert(RUN_TABLE, RUN_COLUMNS),
    RUN_COLUMNS.map(({ name }) => run[name] ?? null),
  );
  await expectWritten(session, RUN_TABLE, RUN_COLUMNS[0]!.name, run.run_id ?? "", run.record_digest ?? null);
  for (const { contractId, sequence, recordDigest, recordKey, headHmac, contracts } of [head, ...others]) {
    const values = [contractId, sequence, recordDigest, recordKey, headHmac, contracts];
    await session.run(upsert(HEAD_TABLE, HEAD_COLUMNS), values);
    await expectWritten(session, HEAD_TABLE, HEAD_COLUMNS[0]!.name, contractId, recordDigest);
  }
}

/** A trigger, a rule or a policy may let a statement pass that then writes nothing. */
async function expectWritten(
  session: RecordWriter,
  table: string,
  key: string,
  value: string,
  digest: string | null,
): Promise<void> {
  const [row] = await session.query(`SELECT record_digest FROM ${table} WHERE ${key} = $1`, [value]);
  if ((row?.[0] ?? null) === digest && row !== undefined) return;
  throw new Error(`${table} did not keep what was written: look for a trigger, rule or policy on it`);
}

function select(
  table: string,
  columns: readonly RunColumn[],
  dialect: RecordDialect,
  present?: ReadonlySet<string>,
): string {
  const selected = columns.map(({ name }) => (present?.has(name) === false ? "NULL" : dialect.selected(name)));
  return `SELECT ${selected.join(", ")} FROM ${table}`;
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
