/** One row per run, in the connection's default place: PostgreSQL's search path, SQLite's file. */
export const RUN_TABLE = "reconciliation_runs";
/** One row per contract: where its chain of records ends. */
export const HEAD_TABLE = "reconciliation_chain_heads";

/** Databases spell instants and numbers differently from records. */
export type ColumnType = "text" | "instant" | "bigint" | "integer" | "json";

export interface RunColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** The rest of its declaration. */
  readonly constraint: string;
}

/** Where the databases' SQL for run records differs. */
export interface RecordDialect {
  readonly types: Readonly<Record<ColumnType, string>>;
  /** Whether the SQL has ADD COLUMN IF NOT EXISTS. */
  readonly addsIfMissing: boolean;
  /** The table for the run lock; null if the database has locks of its own. */
  readonly lockTable: Table | null;
  /** Identifies a row, whatever its columns contain. */
  readonly rowKey: string;
  /** The collation that sorts by bytes. */
  readonly byBytes: string;
  /** Selects a column in a form that `textOf` can read without loss. */
  selected(column: string): string;
  /** The column's value as records spell it (RunColumns). */
  textOf(value: unknown, type: ColumnType): string | null;
}

export interface Table {
  readonly name: string;
  /** Creates the table if it is missing. */
  readonly sql: string;
  /** Columns that tables of earlier versions lack. */
  readonly later: readonly RunColumn[];
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

/** Missing from tables created before sealing existed. */
const LATER_COLUMNS: readonly RunColumn[] = [
  text("service"),
  text("key_id"),
  count("sequence"),
  text("previous_digest"),
  text("report_digest"),
  text("record_key"),
  text("record_digest"),
  text("record_hmac"),
  text("journal_note"),
];

/** Sealed journals were without them at first, and can be read without them. */
const SINCE_SEALING = ["journal_note", "contracts"];

const LATER_HEAD_COLUMNS: readonly RunColumn[] = [text("contracts")];

export const HEAD_COLUMNS: readonly RunColumn[] = [
  text("contract_id", " NOT NULL PRIMARY KEY"),
  count("sequence", " NOT NULL"),
  text("record_digest", " NOT NULL"),
  text("record_key"),
  text("head_hmac"),
  ...LATER_HEAD_COLUMNS,
];

export const RUN_COLUMNS: readonly RunColumn[] = [...FIRST_COLUMNS, ...LATER_COLUMNS];
const namesOf = (columns: readonly RunColumn[]) => columns.map(({ name }) => name);

/** The columns that the table lacks; `own` says whether it is this program's table at all. */
export function missingRunColumns(present: ReadonlySet<string>): { readonly names: string[]; readonly own: boolean } {
  const lacks = ({ name }: RunColumn) => !present.has(name);
  return { names: namesOf(RUN_COLUMNS.filter(lacks)), own: !FIRST_COLUMNS.some(lacks) };
}

/** The columns without which sealed records cannot be read. */
export function unreadableWithout(present: ReadonlySet<string>): string[] {
  return missingRunColumns(present).names.filter((name) => !SINCE_SEALING.includes(name));
}

/** The tables that run records need, starting with the record table. */
export function recordTables({ types, lockTable }: RecordDialect): Table[] {
  const table = (name: string, columns: readonly RunColumn[], later: readonly RunColumn[]): Table => {
    const lines = columns.map(({ name, type, constraint }) => `  ${name} ${types[type]}${constraint}`);
    return { name, later, sql: `CREATE TABLE IF NOT EXISTS ${name} (\n${lines.join(",\n")}\n);\n` };
  };
  const tables = [table(RUN_TABLE, RUN_COLUMNS, LATER_COLUMNS), table(HEAD_TABLE, HEAD_COLUMNS, LATER_HEAD_COLUMNS)];
  return lockTable === null ? tables : [...tables, lockTable];
}

/** The statements that create whatever is missing, as `migrate --print` shows them. */
export function runTableSql(dialect: RecordDialect): string {
  const upgrade = recordTables(dialect).flatMap(({ name, later }) =>
    later.map((column) => addColumnSql(dialect, name, column)),
  );
  const upgraded = dialect.addsIfMissing
    ? upgrade
    : ["-- For a table of an earlier version, also:", ...upgrade.map((statement) => `-- ${statement}`)];
  return [...recordTables(dialect).map(({ sql }) => sql), ...upgraded.map((line) => `${line}\n`)].join("");
}

export function addColumnSql(
  { types, addsIfMissing }: RecordDialect,
  table: string,
  { name, type }: RunColumn,
): string {
  return `ALTER TABLE ${table} ADD COLUMN ${addsIfMissing ? "IF NOT EXISTS " : ""}${name} ${types[type]};`;
}
