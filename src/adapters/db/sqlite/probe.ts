import { access, constants, stat } from "node:fs/promises";
import type {
  AccessDescription,
  DatabaseDescription,
  DatabaseProbe,
  TableDescription,
} from "../../../ports/database-probe.js";
import type { StreamQuery, StreamRow } from "../../../ports/db-client.js";
import { parseTableName, quoteIdentifier } from "../identifier.js";
import { streamsClause } from "../operator-clause.js";
import { columnsNamed } from "../row-filter.js";
import { findTable, readableTable, type SqliteTable } from "./catalog.js";
import { readCell } from "./cells.js";
import { columnKind, declaredScale } from "./column-kind.js";
import { testCondition } from "./condition.js";
import { SqliteConnection, type SqliteParameter, whileBusy } from "./connection.js";
import { checkFile } from "./database-file.js";
import { cellsOf, orderOf, rowsOf } from "./select.js";
import { sqliteFault } from "./sqlite-fault.js";

/** Inspects an SQLite file; every call uses its own read-only connection. */
export class SqliteProbe implements DatabaseProbe {
  readonly #path: string;
  readonly #busyTimeout_ms: number;

  constructor(path: string, busyTimeout_ms: number) {
    this.#path = path;
    this.#busyTimeout_ms = busyTimeout_ms;
  }

  describe(signal?: AbortSignal): Promise<DatabaseDescription> {
    return this.#reading(signal, (connection) => {
      const [row] = connection.all("SELECT sqlite_version() FROM (SELECT count(*) FROM main.sqlite_schema)");
      return { product: `SQLite ${String(row?.[0])}`, place: this.#path };
    });
  }

  table(name: string, signal?: AbortSignal): Promise<TableDescription | null> {
    return this.#reading(signal, (connection) => {
      const table = parseTableName(name);
      return findTable(connection, table) === null ? null : describeTable(connection, table.name);
    });
  }

  async access(name: string, signal?: AbortSignal): Promise<AccessDescription | null> {
    const mode = await this.#reading(signal, (connection) => {
      if (findTable(connection, parseTableName(name)) === null) return null;
      return String(connection.all("PRAGMA main.journal_mode")[0]?.[0]);
    });
    if (mode === null) return null;
    const path = this.#path;
    const isWritable = await access(path, constants.W_OK).then(
      () => true,
      () => false,
    );
    const isWritableByAll = process.platform !== "win32" && ((await stat(path)).mode & 0o002) !== 0;
    return { kind: "file", path, isWritable, isWritableByAll, isWal: mode.toLowerCase() === "wal" };
  }

  count(query: StreamQuery, signal?: AbortSignal): Promise<number> {
    return this.#ofQuery(query, signal, (connection, from, parameters) =>
      Number(connection.all(`SELECT count(*) ${from}`, parameters)[0]?.[0]),
    );
  }

  greatest(query: StreamQuery, rows: number, signal?: AbortSignal): Promise<readonly StreamRow[]> {
    return this.#ofQuery(query, signal, (connection, from, parameters, table) => {
      const order = orderOf(table, query.orderBy, "DESC");
      const found = connection.all(`SELECT ${cellsOf(query)} ${from} ORDER BY ${order} LIMIT ${rows}`, parameters);
      return found.map((row) => Array.from(row, readCell));
    });
  }

  #ofQuery<T>(
    query: StreamQuery,
    signal: AbortSignal | undefined,
    work: (connection: SqliteConnection, from: string, parameters: SqliteParameter[], table: SqliteTable) => T,
  ): Promise<T> {
    return this.#reading(signal, (connection) => {
      const table = readableTable(connection, query.table, columnsNamed(query));
      const clause = streamsClause(query.where);
      const { from, parameters } = rowsOf(table, query, clause);
      try {
        if (clause !== undefined) testCondition(connection, table.sql, clause);
        return work(connection, from, parameters, table);
      } catch (fault) {
        throw sqliteFault(fault, connection.path, clause);
      }
    });
  }

  async #reading<T>(signal: AbortSignal | undefined, work: (connection: SqliteConnection) => T): Promise<T> {
    signal?.throwIfAborted();
    await checkFile(this.#path);
    let connection: SqliteConnection | undefined;
    try {
      const opened = await SqliteConnection.open(this.#path, "ro");
      connection = opened;
      return await whileBusy(this.#busyTimeout_ms, () => work(opened), signal);
    } catch (fault) {
      signal?.throwIfAborted();
      throw sqliteFault(fault, this.#path);
    } finally {
      connection?.close();
    }
  }
}

function describeTable(connection: SqliteConnection, name: string): TableDescription {
  const [found] = connection.all("SELECT type FROM main.sqlite_schema WHERE type IN ('table', 'view') AND name = ?1", [
    name,
  ]);
  const columns = connection.all(
    `SELECT name, type, "notnull", pk FROM pragma_table_xinfo(?1, 'main') WHERE hidden <> 1`,
    [name],
  );
  const indexed = connection.all(
    `SELECT i.name FROM pragma_index_list(?1, 'main') l, pragma_index_info(l.name, 'main') i
     WHERE i.seqno = 0 AND l.partial = 0 AND i.name IS NOT NULL`,
    [name],
  );
  const key = columns.filter(([, , , place]) => Number(place) > 0);
  // An INTEGER PRIMARY KEY is the table's own order, so no index is listed for it.
  const own = key.filter(([, type]) => key.length === 1 && String(type).toUpperCase() === "INTEGER");
  return {
    sql: quoteIdentifier(name),
    isView: String(found?.[0]) === "view",
    indexed: new Set([...indexed, ...own].map(([column]) => String(column))),
    columns: columns.map(([column, declared, notNull, place]) => {
      const type = String(declared);
      const kind = columnKind(type);
      return {
        name: String(column),
        type: type === "" ? "no declared type" : type,
        kind,
        scale: kind === "decimal" ? declaredScale(type) : null,
        // Types that are exact elsewhere are floating-point here, once a value has a fraction or many digits.
        losesDigits: kind === "float" || kind === "decimal",
        isNullable: Number(notNull) === 0 && Number(place) === 0,
        createIndex: createIndexSql(name, String(column)),
      };
    }),
  };
}

function createIndexSql(table: string, column: string): string {
  const name = quoteIdentifier(`${table}_${column}`);
  return `CREATE INDEX ${name} ON ${quoteIdentifier(table)} (${quoteIdentifier(column)});`;
}
