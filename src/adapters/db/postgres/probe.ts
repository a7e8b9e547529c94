import type {
  AccessDescription,
  DatabaseDescription,
  DatabaseProbe,
  TableDescription,
} from "../../../ports/database-probe.js";
import type { StreamQuery, StreamRow } from "../../../ports/db-client.js";
import { parseTableName, quoteIdentifier } from "../identifier.js";
import { conditionTest, streamsClause } from "../operator-clause.js";
import { columnsNamed } from "../row-filter.js";
import { type CatalogTable, findTable, readableTable } from "./catalog.js";
import { columnKind, numericScale } from "./column-kind.js";
import { orderOf, rowsOf, SETTINGS } from "./read-streams.js";
import { PostgresSession } from "./session/session.js";
import type { PostgresTarget } from "./session/target.js";

/** Inspects a PostgreSQL database; every call uses its own connection and one read-only transaction. */
export class PostgresProbe implements DatabaseProbe {
  readonly #target: PostgresTarget;

  constructor(target: PostgresTarget) {
    this.#target = target;
  }

  describe(signal?: AbortSignal): Promise<DatabaseDescription> {
    return this.#reading(signal, async (session) => {
      const [row = []] = await session.query(
        "SELECT pg_catalog.current_setting('server_version'), current_database()::text, current_user::text",
      );
      const [version, database, user] = row.map(String);
      return { product: `PostgreSQL ${version}`, place: `database ${database} at ${session.place}, as ${user}` };
    });
  }

  table(name: string, signal?: AbortSignal): Promise<TableDescription | null> {
    return this.#reading(signal, async (session) => {
      const table = await findTable(session, parseTableName(name));
      return table === null ? null : describeTable(session, table);
    });
  }

  access(name: string, signal?: AbortSignal): Promise<AccessDescription | null> {
    return this.#reading(signal, async (session) => {
      const table = await findTable(session, parseTableName(name));
      return table === null ? null : describeAccess(session, table);
    });
  }

  count(query: StreamQuery, signal?: AbortSignal): Promise<number> {
    return this.#ofQuery(query, signal, async (session, from, parameters) => {
      const [row] = await session.query(`SELECT count(*) ${from}`, parameters);
      return Number(row?.[0]);
    });
  }

  greatest(query: StreamQuery, rows: number, signal?: AbortSignal): Promise<readonly StreamRow[]> {
    return this.#ofQuery(query, signal, (session, from, parameters, table) => {
      const columns = query.columns.map(quoteIdentifier).join(", ");
      const order = orderOf(table, query.orderBy, "DESC");
      return session.query(`SELECT ${columns} ${from} ORDER BY ${order} LIMIT ${rows}`, parameters);
    });
  }

  #ofQuery<T>(
    query: StreamQuery,
    signal: AbortSignal | undefined,
    work: (
      session: PostgresSession,
      from: string,
      parameters: (readonly string[])[],
      table: CatalogTable,
    ) => Promise<T>,
  ): Promise<T> {
    return this.#reading(signal, async (session) => {
      const table = await readableTable(session, query.table, columnsNamed(query));
      const clause = streamsClause(query.where);
      const { from, parameters } = rowsOf(table, query, clause);
      try {
        if (clause !== undefined) await session.query(conditionTest(table.sql, clause));
        return await work(session, from, parameters, table);
      } catch (fault) {
        throw session.explain(fault, clause);
      }
    });
  }

  async #reading<T>(signal: AbortSignal | undefined, work: (session: PostgresSession) => Promise<T>): Promise<T> {
    const session = await PostgresSession.open(this.#target, signal);
    try {
      await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      await session.query(SETTINGS);
      return await work(session);
    } catch (fault) {
      throw session.explain(fault);
    } finally {
      await session.close();
    }
  }
}

async function describeTable(session: PostgresSession, { sql }: CatalogTable): Promise<TableDescription> {
  const [relation] = await session.query(
    "SELECT relkind::text FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1)",
    [sql],
  );
  const columns = await session.query(
    `SELECT a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), b.typname::text, b.typcategory::text,
       NOT (a.attnotnull OR t.typnotnull), CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END
     FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
     JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
     WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [sql],
  );
  // Partial and invalid indexes are of no use to a run.
  const indexed = await session.query(
    `SELECT a.attname::text FROM pg_catalog.pg_index x
     JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_am m ON m.oid = i.relam
     JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
     WHERE x.indrelid = pg_catalog.to_regclass($1) AND x.indisvalid AND x.indisready AND x.indpred IS NULL
       AND m.amname = 'btree'`,
    [sql],
  );
  const relkind = String(relation?.[0]);
  // On a partitioned table, an index cannot be created without blocking writers.
  const create = relkind === "p" ? "CREATE INDEX" : "CREATE INDEX CONCURRENTLY";
  return {
    sql,
    isView: relkind !== "r" && relkind !== "p",
    indexed: new Set(indexed.map(([name]) => String(name))),
    columns: columns.map(([name, type, base, category, isNullable, modifier]) => {
      const kind = columnKind(String(base), String(category));
      return {
        name: String(name),
        type: String(type),
        kind,
        scale: kind === "decimal" ? numericScale(Number(modifier)) : null,
        losesDigits: kind === "float",
        isNullable: isNullable === true,
        createIndex: `${create} ON ${sql} (${quoteIdentifier(String(name))});`,
      };
    }),
  };
}

async function describeAccess(session: PostgresSession, { sql }: CatalogTable): Promise<AccessDescription> {
  const [row = []] = await session.query(
    `SELECT current_user::text, r.rolsuper, r.rolbypassrls, c.relrowsecurity, pg_catalog.pg_has_role(c.relowner, 'USAGE'),
       pg_catalog.has_any_column_privilege(c.oid, 'INSERT'), pg_catalog.has_any_column_privilege(c.oid, 'UPDATE'),
       pg_catalog.has_table_privilege(c.oid, 'DELETE'), pg_catalog.has_table_privilege(c.oid, 'TRUNCATE'),
       current_database()::text, n.nspname::text
     FROM pg_catalog.pg_roles r, pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE r.rolname = current_user AND c.oid = pg_catalog.to_regclass($1)`,
    [sql],
  );
  const [user, isSuperuser, bypasses, hasRowSecurity, isOwner] = row;
  const [database, schema] = row.slice(9).map((name) => quoteIdentifier(String(name)));
  return {
    kind: "role",
    user: String(user),
    isSuperuser: isSuperuser === true,
    isOwner: isOwner === true,
    bypassesRowSecurity: bypasses === true,
    hasRowSecurity: hasRowSecurity === true,
    writes: ["INSERT", "UPDATE", "DELETE", "TRUNCATE"].filter((_, i) => row[5 + i] === true),
    grants: [
      "CREATE ROLE reconcile LOGIN PASSWORD '...';",
      `GRANT CONNECT ON DATABASE ${database} TO reconcile;`,
      `GRANT USAGE ON SCHEMA ${schema} TO reconcile;`,
      `GRANT SELECT ON ${sql} TO reconcile;`,
      ...(hasRowSecurity === true ? ["ALTER ROLE reconcile BYPASSRLS;"] : []),
    ],
  };
}
