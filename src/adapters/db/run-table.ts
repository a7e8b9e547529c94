import type { RunRecord } from "../../core/run-record.js";
import type { Dialect } from "./dialect.js";

/** One row a run. It lives where the connection finds it by default: PostgreSQL's search path, SQLite's file. */
export const RUN_TABLE = "reconciliation_runs";

type RunValue = string | number | null;

interface RunColumn {
  readonly name: string;
  readonly postgres: string;
  readonly sqlite: string;
  readonly value: (record: RunRecord) => RunValue;
}

function text(name: string, value: RunColumn["value"], more = ""): RunColumn {
  return { name, postgres: `text${more}`, sqlite: `TEXT${more}`, value };
}

/** ISO 8601 in SQLite, which has no type for it. */
function instant(name: string, value: RunColumn["value"], more = ""): RunColumn {
  return { name, postgres: `timestamptz${more}`, sqlite: `TEXT${more}`, value };
}

function count(name: string, value: RunColumn["value"]): RunColumn {
  return { name, postgres: "bigint", sqlite: "INTEGER", value };
}

const RUN_COLUMNS: readonly RunColumn[] = [
  text("run_id", (run) => run.runId, " NOT NULL PRIMARY KEY"),
  instant("started_at", (run) => run.startedAt, " NOT NULL"),
  instant("finished_at", (run) => run.finishedAt),
  text("status", (run) => run.status, " NOT NULL"),
  { name: "exit_code", postgres: "integer", sqlite: "INTEGER", value: (run) => run.exitCode },
  text("scope", (run) => run.scope, " NOT NULL"),
  text("requested_by", (run) => run.requestedBy, " NOT NULL"),
  text("tool_version", (run) => run.toolVersion, " NOT NULL"),
  text("contract_id", (run) => run.contractId, " NOT NULL"),
  text("network", (run) => run.network),
  count("ledger_first", (run) => run.ledgerFirst),
  count("ledger_last", (run) => run.ledgerLast),
  count("streams_checked", (run) => run.summary?.streamsChecked ?? null),
  count("in_sync", (run) => run.summary?.inSync ?? null),
  count("drifted", (run) => run.summary?.drifted ?? null),
  count("lagging", (run) => run.summary?.lagging ?? null),
  count("missing_on_chain", (run) => run.summary?.missingOnChain ?? null),
  count("missing_in_db", (run) => run.summary?.missingInDb ?? null),
  count("violations", (run) => run.summary?.violations ?? null),
  count("unchecked", (run) => run.summary?.unchecked ?? null),
  // json and not jsonb: jsonb would reorder the keys, and the report could no longer be compared byte for byte.
  { name: "report", postgres: "json", sqlite: "TEXT", value: (run) => run.report },
];

export const RUN_COLUMN_NAMES: readonly string[] = RUN_COLUMNS.map((column) => column.name);

/** The statement that makes the table where it is missing; what `migrate --print` shows. */
export function runTableSql(dialect: Dialect): string {
  const columns = RUN_COLUMNS.map((column) => `  ${column.name} ${column[dialect]}`).join(",\n");
  return `CREATE TABLE IF NOT EXISTS ${RUN_TABLE} (\n${columns}\n);\n`;
}

/** Inserts a record, or replaces the one of the same run; parameters are `runValues` in order. */
export function runUpsertSql(dialect: Dialect): string {
  const parameters = RUN_COLUMNS.map((_, index) => (dialect === "postgres" ? `$${index + 1}` : `?${index + 1}`));
  const updates = RUN_COLUMN_NAMES.slice(1).map((name) => `${name} = excluded.${name}`);
  return (
    `INSERT INTO ${RUN_TABLE} (${RUN_COLUMN_NAMES.join(", ")}) ` +
    `VALUES (${parameters.join(", ")}) ON CONFLICT (run_id) DO UPDATE SET ${updates.join(", ")}`
  );
}

export function runValues(record: RunRecord): RunValue[] {
  return RUN_COLUMNS.map((column) => column.value(record));
}

/** A record that fits the table and stands for no run: inserted and rolled back to prove that writing works. */
export const PROBE_RECORD: RunRecord = {
  runId: "probe-of-reconcile-streams",
  startedAt: "2000-01-01T00:00:00.000Z",
  finishedAt: null,
  status: "RUNNING",
  exitCode: null,
  scope: "all-streams",
  requestedBy: "probe",
  toolVersion: "0",
  contractId: "probe",
  network: null,
  ledgerFirst: null,
  ledgerLast: null,
  summary: null,
  report: null,
};
