import type { JournalHead, JournalStep } from "../../core/records/journal.js";
import { factsOf, type RunColumns, SEAL_COLUMNS } from "../../core/records/run-columns.js";
import type { RunRecord } from "../../core/records/run-record.js";

/** One row a run. It lives where the connection finds it by default: PostgreSQL's search path, SQLite's file. */
export const RUN_TABLE = "reconciliation_runs";
/** One row a contract: where its chain of records ends. */
export const HEAD_TABLE = "reconciliation_chain_heads";

/** Instants and numbers have other texts in a database than in a record. */
type ColumnType = "text" | "instant" | "bigint" | "integer" | "json";

export interface RunColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** What else its declaration says. */
  readonly constraint: string;
}

/** How one database's SQL differs in what concerns run records. */
export interface RunTableDialect {
  readonly types: Readonly<Record<ColumnType, string>>;
  /** What stands before a parameter's number. */
  readonly parameter: "$" | "?";
  /** Whether a column can be added only where it is missing, by one statement. */
  readonly addsIfMissing: boolean;
  /** The table of the lock of runs; null: the database has locks of its own. */
  readonly lockTable: { readonly name: string; readonly sql: string } | null;
}

const column =
  (type: ColumnType) =>
  (name: string, constraint = ""): RunColumn => ({ name, type, constraint });
const text = column("text");
const instant = column("instant");
const count = column("bigint");

const FIRST_COLUMNS: readonly RunColumn[] = [
  text("run_id", " NOT NULL PRIMARY KEY"),
  instant("started_at", " NOT NULL"),
  instant("finished_at"),
  text("status", " NOT NULL"),
  column("integer")("exit_code"),
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
  column("json")("report"),
];

/** What tables from before sealing do not have. */
const LATER_COLUMNS: readonly RunColumn[] = [
  text("service"),
  text("key_id"),
  count("sequence"),
  text("previous_digest"),
  text("report_digest"),
  text("record_key"),
  text("record_digest"),
  text("record_hmac"),
];

const HEAD_COLUMNS: readonly RunColumn[] = [
  text("contract_id", " NOT NULL PRIMARY KEY"),
  count("sequence", " NOT NULL"),
  text("record_digest", " NOT NULL"),
  text("record_key"),
  text("head_hmac"),
];

export const RUN_COLUMNS: readonly RunColumn[] = [...FIRST_COLUMNS, ...LATER_COLUMNS];
const namesOf = (columns: readonly RunColumn[]) => columns.map(({ name }) => name);
export const RUN_COLUMN_NAMES: readonly string[] = namesOf(RUN_COLUMNS);
export const HEAD_COLUMN_NAMES: readonly string[] = namesOf(HEAD_COLUMNS);

/** What a table of that name lacks: `own` says whether it is a table of this program at all. */
export function missingRunColumns(present: ReadonlySet<string>): { readonly names: string[]; readonly own: boolean } {
  const lacks = ({ name }: RunColumn) => !present.has(name);
  return { names: namesOf(RUN_COLUMNS.filter(lacks)), own: !FIRST_COLUMNS.some(lacks) };
}

/** The statements that make what is missing; what `migrate --print` shows. */
export function runTableSql(dialect: RunTableDialect): string {
  const created = [RUN_TABLE, HEAD_TABLE].map((name) => `${createTableSql(name, dialect)}\n`).join("");
  const upgrade = LATER_COLUMNS.map(({ name }) => addColumnSql(dialect, name));
  const upgraded = dialect.addsIfMissing
    ? upgrade
    : ["-- For a table of an earlier version, also:", ...upgrade.map((statement) => `-- ${statement}`)];
  return `${created}${dialect.lockTable?.sql ?? ""}${upgraded.map((line) => `${line}\n`).join("")}`;
}

export function createTableSql(name: string, { types }: RunTableDialect): string {
  const columns = (name === RUN_TABLE ? RUN_COLUMNS : HEAD_COLUMNS).map(
    (column) => `  ${column.name} ${types[column.type]}${column.constraint}`,
  );
  return `CREATE TABLE IF NOT EXISTS ${name} (\n${columns.join(",\n")}\n);`;
}

export function addColumnSql({ types, addsIfMissing }: RunTableDialect, name: string): string {
  const { type } = LATER_COLUMNS.find((later) => later.name === name)!;
  return `ALTER TABLE ${RUN_TABLE} ADD COLUMN ${addsIfMissing ? "IF NOT EXISTS " : ""}${name} ${types[type]};`;
}

/** Inserts a record, or replaces the one of the same run; parameters are `runValues` in order. */
export function runUpsertSql(dialect: RunTableDialect): string {
  return upsertSql(RUN_TABLE, RUN_COLUMN_NAMES, dialect);
}

export function runValues(run: RunColumns): (string | null)[] {
  return RUN_COLUMN_NAMES.map((name) => run[name] ?? null);
}

export function headUpsertSql(dialect: RunTableDialect): string {
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
function upsertSql(table: string, names: readonly string[], dialect: RunTableDialect): string {
  const parameters = names.map((_, index) => `${dialect.parameter}${index + 1}`);
  const updates = names.slice(1).map((name) => `${name} = excluded.${name}`);
  return (
    `INSERT INTO ${table} (${names.join(", ")}) VALUES (${parameters.join(", ")}) ` +
    `ON CONFLICT (${names[0]}) DO UPDATE SET ${updates.join(", ")}`
  );
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
  service: null,
  keyId: null,
  toolVersion: "0",
  contractId: "probe",
  network: null,
  ledgerFirst: null,
  ledgerLast: null,
  summary: null,
  report: null,
};

const PROBE_SEAL = Object.fromEntries(SEAL_COLUMNS.map((name) => [name, name === "sequence" ? "1" : "probe"]));

export const PROBE_STEP: JournalStep = {
  run: { ...factsOf(PROBE_RECORD), ...PROBE_SEAL },
  head: { contractId: "probe", sequence: "1", recordDigest: "probe", recordKey: "probe", headHmac: "probe" },
};
