import type { JournalHead, JournalState } from "../../../core/records/journal.js";
import type { RunColumns } from "../../../core/records/run-columns.js";
import type { RunRecord } from "../../../core/records/run-record.js";
import type { Sealing, StreamRow } from "../../../ports/db-client.js";
import { HEAD_COLUMN_NAMES, HEAD_TABLE, headOf, RUN_COLUMNS, RUN_TABLE } from "../run-table.js";
import type { PostgresSession } from "./session.js";

/** For this transaction alone: texts become unambiguous, and rows that a policy would hide are an error. */
export const TEXT_FORMS = `SELECT ${Object.entries({
  DateStyle: "ISO, YMD",
  TimeZone: "UTC",
  client_encoding: "UTF8",
  row_security: "off",
})
  .map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`)
  .join(", ")}`;

/** A record's number in an ORDER BY: without the table's name, PostgreSQL sorts by what is selected, a text, 10 before 2. */
export const NUMBER = `${RUN_TABLE}.sequence`;

export const RUN_SELECT = `SELECT ${RUN_COLUMNS.map(({ name }) => `${name}::text`).join(", ")} FROM ${RUN_TABLE}`;
const HEAD_SELECT = `SELECT ${HEAD_COLUMN_NAMES.map((name) => `${name}::text`).join(", ")} FROM ${HEAD_TABLE}`;

export function runOf(row: StreamRow): RunColumns {
  const values = RUN_COLUMNS.map(({ name, kind }, index) => {
    const text = (row[index] ?? null) as string | null;
    return [name, text !== null && kind === "instant" ? instantOf(text) : text];
  });
  return Object.fromEntries(values);
}

/** `2026-11-22 03:15:00.5+00` is `2026-11-22T03:15:00.500Z`; with microseconds it stays another time than without. */
function instantOf(text: string): string {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text);
  return match === null ? text : `${match[1]}T${match[2]}.${(match[3] ?? "").padEnd(3, "0")}Z`;
}

export async function readHeads(session: PostgresSession, contractId: string | null): Promise<JournalHead[]> {
  const rows =
    contractId === null
      ? await session.query(HEAD_SELECT)
      : await session.query(`${HEAD_SELECT} WHERE contract_id = $1`, [contractId]);
  return rows.map((row) => headOf(row as (string | null)[]));
}

/** Keeps two writers of one contract's journal apart; the lock of a run is another. */
const WRITE_LOCK = "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))";

/** Until the transaction ends, nobody else extends this contract's journal. */
export async function journalState(
  session: PostgresSession,
  record: RunRecord,
  sealing: Sealing,
): Promise<JournalState> {
  const { contractId, runId } = record;
  await session.query(WRITE_LOCK, [`reconcile-streams: chain of ${contractId}`]);
  const [head] = await readHeads(session, contractId);
  const one = async (condition: string, value: string) => {
    const [row] = await session.query(`${RUN_SELECT} WHERE ${condition}`, [value]);
    return row === undefined ? null : runOf(row);
  };
  const newest = await one(`contract_id = $1 AND sequence IS NOT NULL ORDER BY ${NUMBER} DESC LIMIT 1`, contractId);
  const own = await one("run_id = $1", runId);
  const isFirst = head === undefined && newest === null && own === null;
  return {
    head: head ?? null,
    newest,
    own,
    unsealed: isFirst ? await unsealedDigests(session, contractId, sealing) : [],
    hasSealedBefore: head !== undefined && (await hasSealed(session, head, sealing)),
  };
}

async function hasSealed(session: PostgresSession, { contractId, recordKey }: JournalHead, { keyId }: Sealing) {
  if (keyId === null || keyId === recordKey) return false;
  const sealed = `SELECT 1 FROM ${RUN_TABLE} WHERE contract_id = $1 AND record_key = $2 LIMIT 1`;
  return (await session.query(sealed, [contractId, keyId])).length > 0;
}

/** One at a time: reports may be large. */
async function unsealedDigests(session: PostgresSession, contractId: string, sealing: Sealing): Promise<string[]> {
  const ids = await session.query(`SELECT run_id::text FROM ${RUN_TABLE} WHERE contract_id = $1 AND sequence IS NULL`, [
    contractId,
  ]);
  const digests: string[] = [];
  for (const [id] of ids) {
    const [row] = await session.query(`${RUN_SELECT} WHERE run_id = $1`, [String(id)]);
    if (row !== undefined) digests.push(sealing.digestOf(runOf(row)));
  }
  return digests;
}
