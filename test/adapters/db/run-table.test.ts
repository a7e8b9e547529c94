import { POSTGRES } from "../../../src/adapters/db/postgres/dialect.js";
import { runTableSql } from "../../../src/adapters/db/run-table.js";
import { SQLITE } from "../../../src/adapters/db/sqlite/dialect.js";

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
  record_hmac text,
  journal_note text
);
CREATE TABLE IF NOT EXISTS reconciliation_chain_heads (
  contract_id text NOT NULL PRIMARY KEY,
  sequence bigint NOT NULL,
  record_digest text NOT NULL,
  record_key text,
  head_hmac text,
  contracts text
);
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS service text;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS key_id text;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS sequence bigint;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS previous_digest text;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS report_digest text;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS record_key text;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS record_digest text;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS record_hmac text;
ALTER TABLE reconciliation_runs ADD COLUMN IF NOT EXISTS journal_note text;
ALTER TABLE reconciliation_chain_heads ADD COLUMN IF NOT EXISTS contracts text;
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
  record_hmac TEXT,
  journal_note TEXT
);
CREATE TABLE IF NOT EXISTS reconciliation_chain_heads (
  contract_id TEXT NOT NULL PRIMARY KEY,
  sequence INTEGER NOT NULL,
  record_digest TEXT NOT NULL,
  record_key TEXT,
  head_hmac TEXT,
  contracts TEXT
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
-- ALTER TABLE reconciliation_runs ADD COLUMN journal_note TEXT;
-- ALTER TABLE reconciliation_chain_heads ADD COLUMN contracts TEXT;
"
`);
  });
});
