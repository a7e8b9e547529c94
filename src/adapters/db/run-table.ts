import type { JournalHead, JournalStep } from "../../core/records/journal.js";
import { factsOf, type RunColumns, SEAL_COLUMNS } from "../../core/records/run-columns.js";
import type { RunRecord } from "../../core/records/run-record.js";
import type { Dialect } from "./dialect.js";

/** One row a run. It lives where the connection finds it by default: PostgreSQL's search path, SQLite's file. */
export const RUN_TABLE = "reconciliation_runs";
/** One row a contract: where its journal ends. */
export const HEAD_TABLE = "reconciliation_chain_heads";

interface Column {
  readonly name: string;
  readonly postgres: string;
  readonly sqlite: string;
  /** `instant` and `integer` have other texts in a database than in a record; SQLite has no type for the first. */
  readonly kind: "text" | "instant" | "integer";
}

const text = (name: string, more = ""): Column => ({
  name,
  postgres: `text${more}`,
  sqlite: `TEXT${more}`,
  kind: "text",
});
const instant = (name: string, more = ""): Column => ({
  name,
  postgres: `timestamptz${more}`,
  sqlite: `TEXT${more}`,
  kind: "instant",
});
const count = (name: string, more = ""): Column => ({
  name,
  postgres: `bigint${more}`,
  sqlite: `INTEGER${more}`,
  kind: "integer",
});

const FIRST_COLUMNS: readonly Column[] = [
  text("run_id", " NOT NULL PRIMARY KEY"),
  instant("started_at", " NOT NULL"),
  instant("finished_at"),
  text("status", " NOT NULL"),
  { name: "exit_code", postgres: "integer", sqlite: "INTEGER", kind: "integer" },
  text("scope", " NOT NULL"),
  text("requested_by", " NOT NULL"),
  text("tool_version", " NOT NULL"),
  text("contract_id", " NOT NULL"),
  text("network"),
  count("ledger_first"),
  count("ledger_last"),
  count("streams_checked"),
  count("in_sync"),
  count("drifted"),
  count("lagging"),
  count("missing_on_chain"),
  count("missing_in_db"),
  count("violations"),
  count("unchecked"),
  // json and not jsonb: jsonb would reorder the keys, and the report could no longer be compared byte for byte.
  { name: "report", postgres: "json", sqlite: "TEXT", kind: "text" },
];

/** What tables from before sealing do not have. */
const LATER_COLUMNS: readonly Column[] = [
  text("service"),
  text("key_id"),
  count("sequence"),
  text("previous_digest"),
  text("report_digest"),
  text("record_key"),
  text("record_digest"),
  text("record_hmac"),
];

const HEAD_COLUMNS: readonly Column[] = [
  text("contract_id", " NOT NULL PRIMARY KEY"),
  count("sequence", " NOT NULL"),
  text("record_digest", " NOT NULL"),
  text("record_key"),
  text("head_hmac"),
];

export const RUN_COLUMNS: readonly Column[] = [...FIRST_COLUMNS, ...LATER_COLUMNS];
const namesOf = (columns: readonly Column[]) => columns.map(({ name }) => name);
export const RUN_COLUMN_NAMES: readonly string[] = namesOf(RUN_COLUMNS);
export const HEAD_COLUMN_NAMES: readonly string[] = namesOf(HEAD_COLUMNS);

/** What a table of that name lacks: `own` says whether it is a table of this program at all. */
export function missingRunColumns(present: ReadonlySet<string>): { readonly names: string[]; readonly own: boolean } {
  const lacks = ({ name }: Column) => !present.has(name);
  return { names: namesOf(RUN_COLUMNS.filter(lacks)), own: !FIRST_COLUMNS.some(lacks) };
}

/** The statements that make what is missing; what `migrate --print` shows. */
export function runTableSql(dialect: Dialect): string {
  const upgrade = LATER_COLUMNS.map((column) => addColumnSql(dialect, column.name));
  const created = [RUN_TABLE, HEAD_TABLE].map((name) => `${createTableSql(name, dialect)}\n`).join("");
  const upgraded =
    dialect === "postgres"
      ? upgrade.map((statement) => `${statement}\n`).join("")
      : // SQLite cannot add a column only where it is missing.
        `-- For a table of an earlier version, also:\n${upgrade.map((statement) => `-- ${statement}\n`).join("")}`;
  return `${created}${dialect === "sqlite" ? LOCK_TABLE_SQL : ""}${upgraded}`;
}

export function createTableSql(name: string, dialect: Dialect): string {
  const columns = (name === RUN_TABLE ? RUN_COLUMNS : HEAD_COLUMNS).map(
    (column) => `  ${column.name} ${column[dialect]}`,
  );
  return `CREATE TABLE IF NOT EXISTS ${name} (\n${columns.join(",\n")}\n);`;
}

export function addColumnSql(dialect: Dialect, name: string): string {
  const column = LATER_COLUMNS.find((later) => later.name === name)!;
  return `ALTER TABLE ${RUN_TABLE} ADD COLUMN ${dialect === "postgres" ? "IF NOT EXISTS " : ""}${name} ${column[dialect]};`;
}

/** SQLite's lock of runs: PostgreSQL has one of its own. Times in milliseconds since the epoch. */
export const LOCK_TABLE = "reconciliation_locks";
export const LOCK_TABLE_SQL = `CREATE TABLE IF NOT EXISTS ${LOCK_TABLE} (
  contract_id TEXT NOT NULL PRIMARY KEY,
  run_id TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  process TEXT NOT NULL,
  since INTEGER NOT NULL,
  expires INTEGER NOT NULL
);
`;

/** Inserts a record, or replaces the one of the same run; parameters are `runValues` in order. */
export function runUpsertSql(dialect: Dialect): string {
  return upsertSql(RUN_TABLE, RUN_COLUMN_NAMES, dialect);
}

export function runValues(run: RunColumns): (string | null)[] {
  return RUN_COLUMN_NAMES.map((name) => run[name] ?? null);
}

export function headUpsertSql(dialect: Dialect): string {
  return upsertSql(HEAD_TABLE, HEAD_COLUMN_NAMES, dialect);
}

export function headValues(head: JournalHead): (string | null)[] {
  return [head.contractId, head.sequence, head.recordDigest, head.recordKey, head.headHmac];
}

/** `values` are those of HEAD_COLUMN_NAMES. */
export function headOf(values: readonly (string | null)[]): JournalHead {
  const [contractId, sequence, recordDigest, recordKey, headHmac] = values;
  return {
    contractId: contractId ?? "",
    sequence: sequence ?? "",
    recordDigest: recordDigest ?? "",
    recordKey: recordKey ?? null,
    headHmac: headHmac ?? null,
  };
}

/** The first column is the key. Values are texts, which columns of other types take as what they spell. */
function upsertSql(table: string, names: readonly string[], dialect: Dialect): string {
  const parameters = names.map((_, index) => (dialect === "postgres" ? `$${index + 1}` : `?${index + 1}`));
  const updates = names.slice(1).map((name) => `${name} = excluded.${name}`);
  return (
    `INSERT INTO ${table} (${names.join(", ")}) VALUES (${parameters.join(", ")}) ` +
    `ON CONFLICT (${names[0]}) DO UPDATE SET ${updates.join(", ")}`
  );
}

/** A record that fits the table and stands for no run: inserted and rolled back to prove that writing works. */
export const TRIAL_RECORD: RunRecord = {
  runId: "trial-of-reconcile-streams",
  startedAt: "2000-01-01T00:00:00.000Z",
  finishedAt: null,
  status: "RUNNING",
  exitCode: null,
  scope: "all-streams",
  requestedBy: "trial",
  service: null,
  keyId: null,
  toolVersion: "0",
  contractId: "trial",
  network: null,
  ledgerFirst: null,
  ledgerLast: null,
  summary: null,
  report: null,
};

const TRIAL_SEAL = Object.fromEntries(SEAL_COLUMNS.map((name) => [name, name === "sequence" ? "1" : "trial"]));

export const TRIAL_STEP: JournalStep = {
  run: { ...factsOf(TRIAL_RECORD), ...TRIAL_SEAL },
  head: { contractId: "trial", sequence: "1", recordDigest: "trial", recordKey: "trial", headHmac: "trial" },
};
