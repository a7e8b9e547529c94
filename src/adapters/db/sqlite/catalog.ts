import { parseTableName, quoteIdentifier, quoteTable, type TableName } from "../identifier.js";
import { missingColumns, missingTable } from "../missing-names.js";
import type { SqliteConnection } from "./connection.js";

interface SqliteColumn {
  /** Text that looks like a number is stored as one. */
  readonly isNumeric: boolean;
  /** Numbers are stored as text. False for view columns, whose values need not match their declared type. */
  readonly isText: boolean;
}

export interface SqliteTable {
  readonly sql: string;
  readonly columns: ReadonlyMap<string, SqliteColumn>;
}

/** The table or view of exactly this name; null if there is none. */
export function findTable(connection: SqliteConnection, table: TableName): SqliteTable | null {
  if (table.schema !== null && table.schema !== "main") return null;
  const [found] = connection.all("SELECT type FROM main.sqlite_schema WHERE type IN ('table', 'view') AND name = ?1", [
    table.name,
  ]);
  if (found === undefined) return null;
  // 1 marks hidden columns of virtual tables; generated columns are 2 and 3.
  const columns = connection.all("SELECT name, type FROM pragma_table_xinfo(?1, 'main') WHERE hidden <> 1", [
    table.name,
  ]);
  return {
    sql: quoteTable({ schema: "main", name: table.name }),
    columns: new Map(
      columns.map(([name, type]) => [
        String(name),
        { isNumeric: isNumericType(String(type)), isText: found[0] === "table" && isTextType(String(type)) },
      ]),
    ),
  };
}

/** @throws ConfigurationError if the table or one of the columns is missing. */
export function readableTable(
  connection: SqliteConnection,
  name: string,
  columns: readonly string[],
  namedBy?: ReadonlyMap<string, string>,
): SqliteTable {
  const table = findTable(connection, parseTableName(name));
  if (table === null) {
    const existing = connection.all(
      "SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite^_%' ESCAPE '^' ORDER BY name",
    );
    throw missingTable(
      name,
      `the SQLite file ${connection.path}`,
      existing.map(([found]) => String(found)),
    );
  }
  const missing = columns.filter((column) => !table.columns.has(column));
  // SQLite would read the quoted name of a missing column as a string.
  if (missing.length > 0) throw missingColumns(name, [...new Set(missing)], [...table.columns.keys()], namedBy);
  return table;
}

// https://www.sqlite.org/datatype3.html#determination_of_column_affinity
function isNumericType(declared: string): boolean {
  const type = declared.toUpperCase();
  if (type.includes("INT")) return true;
  // ANY is for strict tables, which store such values unchanged.
  return type !== "" && type !== "ANY" && !/CHAR|CLOB|TEXT|BLOB/.test(type);
}

function isTextType(declared: string): boolean {
  const type = declared.toUpperCase();
  return !type.includes("INT") && /CHAR|CLOB|TEXT/.test(type);
}

/** Whether the table has rowids: views have none, and a column of that name hides them. */
export function hasRowids(connection: SqliteConnection, name: string): boolean {
  const [plain] = connection.all(
    "SELECT 1 FROM pragma_table_list WHERE schema = 'main' AND name = ?1 AND type = 'table' AND wr = 0 AND NOT EXISTS (SELECT 1 FROM pragma_table_xinfo(?1, 'main') AS own WHERE lower(own.name) = 'rowid')",
    [parseTableName(name).name],
  );
  return plain !== undefined;
}

/**
 * What to append to a table's name to get its rows ordered by this column, then rowid, without sorting. Null if that
 * is impossible: no index, or no rowids.
 */
export function orderOfRowids(connection: SqliteConnection, name: string, column: string): string | null {
  if (!hasRowids(connection, name)) return null;
  const table = parseTableName(name).name;
  const [alias] = connection.all(
    `SELECT 1 FROM pragma_table_xinfo(?1, 'main') WHERE name = ?2 AND pk = 1 AND upper(type) = 'INTEGER'
       AND (SELECT max(pk) FROM pragma_table_xinfo(?1, 'main')) = 1
       AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?1, 'main') WHERE origin = 'pk')`,
    [table, column],
  );
  // Such a column is the rowid: https://www.sqlite.org/lang_createtable.html#rowid
  if (alias !== undefined) return "NOT INDEXED";
  const [index] = connection.all(
    `SELECT known.name FROM pragma_index_list(?1, 'main') AS known, pragma_index_xinfo(known.name, 'main') AS part
       WHERE known.partial = 0 AND part.seqno = 0 AND part.name = ?2 AND part.desc = 0 AND part.coll = 'BINARY' LIMIT 1`,
    [table, column],
  );
  return index === undefined ? null : `INDEXED BY ${quoteIdentifier(String(index[0]))}`;
}
