import { createHash, createHmac } from "node:crypto";

/** Run records as somebody sees them who may write to the database, whatever kind it is. */
export interface RecordStore {
  rows(sql: string): Promise<unknown[][]>;
  run(sql: string): Promise<void>;
}

/** As in docs/run-records.md, written again here: a forger does not use the program. */
const SEALED = `run_id started_at finished_at status exit_code scope requested_by tool_version contract_id network
  ledger_first ledger_last streams_checked in_sync drifted lagging missing_on_chain missing_in_db violations unchecked
  service key_id sequence previous_digest report_digest record_key`.split(/\s+/);

type Row = Record<string, string | null>;

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string, text: string) => createHmac("sha256", key).update(text).digest("hex");
const idOf = (key: string | null) => (key === null ? null : hmac(key, "reconcile-streams-record-key-v1").slice(0, 16));
const line = (name: string, value: string | null) =>
  value === null ? `${name}:-\n` : `${name}:${Buffer.byteLength(value)}:${value}\n`;
const literal = (value: string | null) => (value === null ? "NULL" : `'${value.replaceAll("'", "''")}'`);

/** Makes a record green: its columns and its report. */
export function madeGreen(row: Row): Row {
  const report = JSON.parse(row.report ?? "{}") as object;
  const green = { ...report, status: "IN_SYNC", exitCode: 0, discrepancies: [] };
  return { ...row, status: "IN_SYNC", exit_code: "0", drifted: "0", report: JSON.stringify(green) };
}

/**
 * Writes the journal's records from a number on anew, and the head with them: linked, and sealed with the key, or by
 * their digests alone.
 */
export async function forgeJournal(
  store: RecordStore,
  { contract, from, key, change }: { contract: string; from: number; key: string | null; change: (row: Row) => Row },
): Promise<void> {
  const names = [...SEALED, "report", "record_digest"];
  const selected = names.map((name) => (name.endsWith("_at") ? name : `CAST(${name} AS text)`)).join(", ");
  const rows = await store.rows(`SELECT ${selected} FROM reconciliation_runs WHERE contract_id = '${contract}'
    AND sequence IS NOT NULL ORDER BY reconciliation_runs.sequence`);
  let last: Row = { record_digest: null };
  for (const values of rows) {
    const row: Row = Object.fromEntries(names.map((name, index) => [name, textOf(name, values[index])]));
    last = Number(row.sequence) < from ? row : await forgeRow(store, change(row), last, key);
  }
  const { sequence = null, record_digest = null } = last;
  const text = `reconcile-streams-head-v1\n${line("contract_id", contract)}${line("sequence", sequence)}${line("record_digest", record_digest)}${line("record_key", idOf(key))}`;
  const sealed = [sequence, record_digest, idOf(key), key === null ? null : hmac(key, text)].map(literal).join(", ");
  await store.run(`DELETE FROM reconciliation_chain_heads WHERE contract_id = '${contract}';
    INSERT INTO reconciliation_chain_heads (contract_id, sequence, record_digest, record_key, head_hmac)
    VALUES ('${contract}', ${sealed})`);
}

async function forgeRow(store: RecordStore, row: Row, last: Row, key: string | null): Promise<Row> {
  const facts: Row = {
    ...row,
    previous_digest: last.record_digest ?? null,
    report_digest: row.report == null ? null : sha256(row.report),
    record_key: idOf(key),
  };
  const text = `reconcile-streams-record-v1\n${SEALED.map((name) => line(name, facts[name] ?? null)).join("")}`;
  const forged: Row = { ...facts, record_digest: sha256(text), record_hmac: key === null ? null : hmac(key, text) };
  const changed = "status exit_code drifted report previous_digest report_digest record_key record_digest record_hmac";
  const sets = changed.split(" ").map((name) => `${name} = ${literal(forged[name] ?? null)}`);
  await store.run(
    `UPDATE reconciliation_runs SET ${sets.join(", ")}, journal_note = NULL WHERE run_id = '${row.run_id}'`,
  );
  return forged;
}

function textOf(name: string, value: unknown): string | null {
  if (value == null) return null;
  return name.endsWith("_at") ? new Date(value as string).toISOString() : String(value);
}
