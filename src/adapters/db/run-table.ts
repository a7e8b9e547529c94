/** One row a run. It lives where the connection finds it by default: PostgreSQL's search path, SQLite's file. */
export const RUN_TABLE = "reconciliation_runs";
/** One row a contract: where its chain of records ends. */
export const HEAD_TABLE = "reconciliation_chain_heads";

/** Instants and numbers have other texts in a database than in a record. */
export type ColumnType = "text" | "instant" | "bigint" | "integer" | "json";

export interface RunColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** What else its declaration says. */
  readonly constraint: string;
}

/** How one database's SQL differs from another's in what concerns run records; the rest of it is the same. */
export interface RecordDialect {
  readonly types: Readonly<Record<ColumnType, string>>;
  /** Whether one statement can add a column only where it is missing. */
  readonly addsIfMissing: boolean;
  /** The table of the lock of runs; null: the database has locks of its own. */
  readonly lockTable: Table | null;
  /** What tells rows of one table apart, whatever was written into them. */
  readonly rowKey: string;
  /** The collation that sorts by bytes. */
  readonly byBytes: string;
  /** Selects a column so that `textOf` has all of it. */
  selected(column: string): string;
  /** The value of a column as a record has it (RunColumns). */
  textOf(value: unknown, type: ColumnType): string | null;
}

interface Table {
  readonly name: string;
  /** Creates the table where it is missing. */
  readonly sql: string;
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

export const HEAD_COLUMNS: readonly RunColumn[] = [
  text("contract_id", " NOT NULL PRIMARY KEY"),
  count("sequence", " NOT NULL"),
  text("record_digest", " NOT NULL"),
  text("record_key"),
  text("head_hmac"),
];

export const RUN_COLUMNS: readonly RunColumn[] = [...FIRST_COLUMNS, ...LATER_COLUMNS];
const namesOf = (columns: readonly RunColumn[]) => columns.map(({ name }) => name);

/** What a table of that name lacks: `own` says whether it is a table of this program at all. */
export function missingRunColumns(present: ReadonlySet<string>): { readonly names: string[]; readonly own: boolean } {
  const lacks = ({ name }: RunColumn) => !present.has(name);
  return { names: namesOf(RUN_COLUMNS.filter(lacks)), own: !FIRST_COLUMNS.some(lacks) };
}

/** The tables that the run records need, that of the records first. */
export function recordTables({ types, lockTable }: RecordDialect): Table[] {
  const table = (name: string, columns: readonly RunColumn[]): Table => {
    const lines = columns.map(({ name, type, constraint }) => `  ${name} ${types[type]}${constraint}`);
    return { name, sql: `CREATE TABLE IF NOT EXISTS ${name} (\n${lines.join(",\n")}\n);\n` };
  };
  return [table(RUN_TABLE, RUN_COLUMNS), table(HEAD_TABLE, HEAD_COLUMNS), ...(lockTable === null ? [] : [lockTable])];
}

/** The statements that make what is missing; what `migrate --print` shows. */
export function runTableSql(dialect: RecordDialect): string {
  const upgrade = LATER_COLUMNS.map(({ name }) => addColumnSql(dialect, name));
  const upgraded = dialect.addsIfMissing
    ? upgrade
    : ["-- For a table of an earlier version, also:", ...upgrade.map((statement) => `-- ${statement}`)];
  return [...recordTables(dialect).map(({ sql }) => sql), ...upgraded.map((line) => `${line}\n`)].join("");
}

export function addColumnSql({ types, addsIfMissing }: RecordDialect, name: string): string {
  const { type } = LATER_COLUMNS.find((later) => later.name === name)!;
  return `ALTER TABLE ${RUN_TABLE} ADD COLUMN ${addsIfMissing ? "IF NOT EXISTS " : ""}${name} ${types[type]};`;
}
