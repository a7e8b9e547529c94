import type { ColumnValue, StreamQuery } from "../../../../ports/db-client.js";
import { quoteIdentifier } from "../../identifier.js";
import type { SqliteTable } from "../catalog.js";
import { cellSql, readCell } from "../cells.js";
import type { SqliteConnection, SqliteParameter } from "../connection.js";
import { jsonRowSql, readJsonRows } from "../json-cells.js";

/** Names that no operator's clause uses. */
const ROW = '"a row of reconcile-streams"';
const PAGE = '"a page of reconcile-streams"';

/**
 * Reads a page of rows as one value, because the driver's cost is per step and per value. A page with a value that does
 * not survive this is read cell by cell.
 */
export class WholePages {
  readonly #connection: SqliteConnection;
  readonly #asOne: string;
  readonly #byCell: string;

  /** @param table must have rowids */
  constructor(connection: SqliteConnection, table: SqliteTable, query: StreamQuery) {
    this.#connection = connection;
    const columns = query.columns.map((column) => ({
      sql: `${table.sql}.${quoteIdentifier(column)}`,
      mayBeReal: table.columns.get(column)?.isText !== true,
    }));
    columns.push({ sql: `${table.sql}.rowid`, mayBeReal: false });
    this.#asOne = jsonRowSql(columns);
    this.#byCell = columns.map(({ sql }) => cellSql(sql)).join(", ");
  }

  /**
   * @param from the statement from FROM on
   * @returns each row's columns, followed by its rowid
   */
  read(from: string, parameters: readonly SqliteParameter[]): ColumnValue[][] {
    return this.#readAsOne(from, parameters) ?? this.#readByCell(from, parameters);
  }

  /** Null if the rows must be read cell by cell, which then also reports what is wrong with the file. */
  #readAsOne(from: string, parameters: readonly SqliteParameter[]): ColumnValue[][] | null {
    const rows = `SELECT ${this.#asOne} AS ${ROW} ${from}`;
    try {
      const sql = `SELECT CAST(group_concat(${ROW}, ',') AS BLOB) FROM (${rows}) AS ${PAGE}`;
      const [[bytes] = []] = this.#connection.all(sql, parameters);
      return bytes instanceof Uint8Array ? readJsonRows(bytes) : null;
    } catch {
      return null;
    }
  }

  #readByCell(from: string, parameters: readonly SqliteParameter[]): ColumnValue[][] {
    return this.#connection.all(`SELECT ${this.#byCell} ${from}`, parameters).map((cells) => cells.map(readCell));
  }
}
