import { ConfigurationError } from "../../../core/errors.js";
import { parseTableName, quoteIdentifier, quoteTable, type TableName } from "../identifier.js";
import { missingColumns, missingTable } from "../missing-names.js";
import type { PostgresSession } from "./session/session.js";

export interface CatalogColumn {
  readonly name: string;
  /** Sorted as a number, otherwise as text. */
  readonly isNumeric: boolean;
  readonly isReadable: boolean;
}

export interface CatalogTable {
  /** Quoted, with its schema, so that statements read exactly the table that was checked. */
  readonly sql: string;
  readonly columns: readonly CatalogColumn[];
}

const RELATIONS = "('r', 'p', 'v', 'm', 'f')";
const TABLES_KNOWN = 1_000;

/** Finds the table as the connection would; null if there is none. */
export async function findTable(session: PostgresSession, table: TableName): Promise<CatalogTable | null> {
  const [found] = await session.query(
    `SELECT c.oid::text, n.nspname::text FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.oid = pg_catalog.to_regclass($1) AND c.relname::text = $2 AND c.relkind IN ${RELATIONS}`,
    // The second condition rejects names over 63 bytes, which the first would truncate.
    [quoteTable(table), table.name],
  );
  if (found === undefined) return null;
  const [oid, schema] = found.map(String) as [string, string];
  const columns = await session.query(
    `SELECT a.attname::text, t.typcategory = 'N', pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT')
     FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
     WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [oid],
  );
  return {
    sql: quoteTable({ schema, name: table.name }),
    columns: columns.map(([name, isNumeric, isReadable]) => ({
      name: String(name),
      isNumeric: isNumeric === true,
      isReadable: isReadable === true,
    })),
  };
}

/**
 * Finds a table and checks that it can be read.
 * @throws ConfigurationError if the table or a column is missing or unreadable, or if rows would be hidden.
 */
export async function readableTable(
  session: PostgresSession,
  name: string,
  columns: readonly string[],
  namedBy?: ReadonlyMap<string, string>,
): Promise<CatalogTable> {
  const table = await findTable(session, parseTableName(name));
  if (table === null) throw missingTable(name, await placeOf(session), await listTables(session));
  const known = new Map(table.columns.map((column) => [column.name, column]));
  const missing = columns.filter((column) => !known.has(column));
  if (missing.length > 0) throw missingColumns(table.sql, [...new Set(missing)], [...known.keys()], namedBy);
  const refused = columns.filter((column) => known.get(column)?.isReadable === false);
  if (refused.length > 0) throw await notReadable(session, table, [...new Set(refused)]);
  await refuseHiddenRows(session, table);
  return table;
}

/** Policies would silently hide rows, and their streams would be reported as missing. */
async function refuseHiddenRows(session: PostgresSession, table: CatalogTable): Promise<void> {
  const [hidden] = await session.query("SELECT pg_catalog.row_security_active($1), current_user::text", [table.sql]);
  if (hidden?.[0] !== true) return;
  throw new ConfigurationError(
    "database_rows_hidden",
    `Row-level security hides rows of ${table.sql} from this user.`,
    {
      hints: [
        `As a superuser: ALTER ROLE ${quoteIdentifier(String(hidden[1]))} BYPASSRLS;`,
        "Or set database.table in the configuration file to a view that the table's owner owns.",
      ],
    },
  );
}

async function notReadable(session: PostgresSession, table: CatalogTable, refused: readonly string[]) {
  const [user] = await session.query("SELECT current_user::text");
  const name = String(user?.[0]);
  return new ConfigurationError("database_permission", `The database user ${name} may not read ${table.sql}.`, {
    details: [`Columns it may not read: ${refused.join(", ")}`],
    hints: [`As the table's owner: GRANT SELECT ON ${table.sql} TO ${quoteIdentifier(name)};`],
  });
}

async function placeOf(session: PostgresSession): Promise<string> {
  const [database] = await session.query("SELECT current_database()::text");
  return `the database ${String(database?.[0])} at ${session.place}`;
}

/** As they can be written in the configuration: with the schema where the connection would not find them without. */
async function listTables(session: PostgresSession): Promise<string[]> {
  const rows = await session.query(
    `SELECT CASE WHEN pg_catalog.pg_table_is_visible(c.oid) THEN NULL ELSE n.nspname::text END, c.relname::text
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ${RELATIONS} AND NOT c.relispartition
       AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     ORDER BY 1 NULLS FIRST, 2 LIMIT ${TABLES_KNOWN}`,
  );
  const written = (part: string) => (/[".]/.test(part) ? quoteIdentifier(part) : part);
  return rows.map(([schema, name]) => (schema === null ? "" : `${written(String(schema))}.`) + written(String(name)));
}
