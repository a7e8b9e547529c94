import type { ColumnValue, StreamQuery } from "../../../ports/db-client.js";
import { quoteIdentifier } from "../identifier.js";
import type { SqliteTable } from "./catalog.js";
import { cellSql, readCell } from "./cells.js";
import type { SqliteConnection, SqliteParameter } from "./connection.js";
import { jsonRowSql, readJsonRows } from "./json-cells.js";

/** Names that no operator's clause means. */
const ROW = '"a row of reconcile-streams"';
const PAGE = '"a page of reconcile-streams"';

/**
 * Reads a page of rows as one value: what the driver costs, it costs by the step and by the value. A page with a value
 * that does not survive this is read cell by cell.
 */
export class WholePages {
  readonly #connection: SqliteConnection;
  readonly #asOne: string;
  readonly #byCell: string;

  /** @param table one whose rows have a rowid */
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
   * @param from which rows, in which order: the statement from FROM on
   * @returns the query's columns of each row, and its rowid behind them
   */
  read(from: string, parameters: readonly SqliteParameter[]): ColumnValue[][] {
    return this.#readAsOne(from, parameters) ?? this.#readByCell(from, parameters);
  }

  /** Null when the rows have to be read cell by cell: that then tells, too, what is wrong with the file. */
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
