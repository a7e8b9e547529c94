import { type CheckResult, ok, warn } from "../../../../core/doctor/check.js";
import { columnRemarks, columnUses } from "../../../../core/doctor/column-fit.js";
import { ConfigurationError, ReconcileError } from "../../../../core/errors.js";
import { nearestName } from "../../../../core/values/suggest.js";
import type { AccessDescription, DatabaseProbe, TableDescription } from "../../../../ports/database-probe.js";
import type { DbClient, StreamSnapshot } from "../../../../ports/db-client.js";
import { databaseOf, openDb } from "../../../sources/databases.js";
import type { Context } from "../context.js";
import { CHECKS } from "./names.js";

/** The database as far as it could be opened. */
export interface DatabaseSide {
  readonly db: DbClient | null;
  readonly probe: DatabaseProbe | null;
  readonly table: TableDescription | null;
  /** The rows, not yet read; null: the table cannot be read. */
  readonly snapshot: StreamSnapshot | null;
}

/** Is the database reachable, does it have the table, and is it fit for regular runs? */
export async function checkDatabase(context: Context, needs: readonly string[]): Promise<DatabaseSide> {
  const { settings, checkup, query, signal } = context;
  let db: DbClient | null = null;
  let probe: DatabaseProbe | null = null;
  let table: TableDescription | null = null;
  let snapshot: StreamSnapshot | null = null;

  await checkup.needed(CHECKS.database, needs, async () => {
    db = await openDb(settings.database.url);
    probe = await databaseOf(settings.database.url).probe(settings.database.url);
    const { product, place } = await probe.describe(signal);
    return ok(`${product}, ${settings.isDemo ? "the bundled file" : place}`);
  });
  await checkup.needed(CHECKS.table, [CHECKS.database], async () => {
    table = await describedTable(probe!, context);
    try {
      snapshot = await db!.getStreams(query, signal);
    } catch (error) {
      throw table === null ? error : await withKeys(error, table, probe!, context);
    }
    const kind = table?.isView ? "view" : "table";
    const found = `${kind} ${table?.sql ?? query.table}, with all ${query.columns.length} columns that a run reads`;
    const without = settings.database.missingColumns.map(({ field, column }) => `${field}: no column ${column}`);
    return ok(without.length === 0 ? found : `${found}; not compared: ${without.join(", ")}`);
  });
  await checkup.advised(CHECKS.access, [CHECKS.table], async () => {
    const cursors = settings.database.globalCursor?.table;
    const tables = cursors === undefined || cursors === query.table ? [query.table] : [query.table, cursors];
    const accesses: AccessDescription[] = [];
    for (const name of tables) {
      const access = await probe!.access(name, signal);
      if (access !== null) accesses.push(access);
    }
    return judgeAccess(accesses, tables, settings.isDemo);
  });
  await checkup.advised(CHECKS.columns, [CHECKS.table], async () => judgeColumns(table, context));
  await checkup.advised(CHECKS.indexes, [CHECKS.table], async () => judgeIndexes(table, context));
  return { db, probe, table, snapshot };
}

/** A table that cannot be described may still be readable; null: reading it will show. */
async function describedTable(probe: DatabaseProbe, { query, signal }: Context) {
  try {
    return await probe.table(query.table, signal);
  } catch (error) {
    if (error instanceof ReconcileError) return null;
    throw error;
  }
}

/** Reports missing columns by their configuration keys, each with the column that was probably meant. */
async function withKeys(error: unknown, table: TableDescription, probe: DatabaseProbe, context: Context) {
  if (!(error instanceof ConfigurationError) || error.code !== "database_columns_missing") return error;
  const { mapping, contractColumn, globalCursor } = context.settings.database;
  const uses = columnUses(mapping, context.settings.contract.layout, contractColumn).map(({ key, column }) => ({
    ...{ key, column },
    known: table.columns.map(({ name }) => name),
  }));
  if (globalCursor !== null) {
    const { table: name, column } = globalCursor;
    const cursors = await probe.table(name, context.signal);
    const known = cursors?.columns.map((found) => found.name) ?? [];
    if (cursors !== null) uses.push({ key: "database.cursor.column", column, known });
  }
  const missing = uses.filter(({ column, known }) => !known.includes(column));
  if (missing.length === 0) return error;
  const taken = new Set(uses.map(({ column }) => column));
  const hints = missing.map(({ key, column, known }) => {
    const near = nearestName(
      column,
      known.filter((name) => !taken.has(name)),
    );
    if (near !== null) taken.add(near);
    const then = key.startsWith("database.fields.")
      ? `; to compare without it, ${key.replace(/\.column$/, ": null")}`
      : key === "database.cursor.column"
        ? "; without any cursor, database.cursor: null"
        : "";
    return near === null ? `${key}: name a column that exists${then}` : `${key}: ${near}`;
  });
  // The columns of the table that lacks them, which may be the cursor's.
  const lists = new Set(missing.map(({ known }) => `Existing columns: ${known.join(", ")}`));
  return new ConfigurationError("database_columns_missing", error.message, { details: [...lists], hints });
}

/**
 * A run only reads; any right beyond that could be used by a bug or by someone with the password.
 * @param tables the tables that a run reads, in the order of `accesses`
 */
function judgeAccess(accesses: readonly AccessDescription[], tables: readonly string[], isDemo: boolean): CheckResult {
  const [first] = accesses;
  if (first === undefined) return ok("unknown");
  if (first.kind === "file") return judgeFile(first, isDemo);
  const roles = accesses.filter((access) => access.kind === "role");
  const excess = [...new Set(roles.flatMap((role, i) => excessOf(role, i === 0 ? "" : ` (${tables[i]})`)))];
  const what = roles.length === 1 ? "the table and not write to it" : `${tables.join(" and ")}, and not write to them`;
  if (excess.length === 0) return ok(`${first.user} may read ${what}`);
  const found = `${first.user} ${excess.join(", and ")}. Runs use a read-only transaction and need none of this.`;
  return warn([found], ["Use a separate role:", ...new Set(roles.flatMap(({ grants }) => grants))]);
}

/** @param place names the table, unless it is the one with the streams */
function excessOf(access: AccessDescription & { kind: "role" }, place: string): string[] {
  const { isSuperuser, isOwner, bypassesRowSecurity, hasRowSecurity, writes } = access;
  if (isSuperuser) return ["is a superuser, whose conditions and views may also read and write the server's files"];
  const excess: string[] = [];
  if (isOwner) excess.push(`owns the table${place}`);
  if (writes.length > 0) excess.push(`may ${writes.join(", ")}${place}`);
  if (bypassesRowSecurity && !hasRowSecurity) excess.push(`has BYPASSRLS, which this table${place} does not need`);
  return excess;
}

function judgeFile(access: AccessDescription & { kind: "file" }, isDemo: boolean): CheckResult {
  const { path, isWritable, isWritableByAll, isWal } = access;
  const rights = isWritable ? "this user may write to the file, but runs open it read-only" : "read-only for this user";
  if (isDemo) return ok("the bundled file, opened read-only");
  const [found, action]: [string[], string[]] = [[], []];
  if (isWritableByAll) {
    found.push("every user of this machine may write to the file");
    action.push(`chmod o-w '${path}'`);
  }
  if (!isWal) {
    found.push("not in WAL mode: the application's writes wait while a run reads");
    action.push("In the application's database: PRAGMA journal_mode = WAL;");
  }
  return found.length === 0 ? ok(`${rights}; WAL mode`) : warn([rights, ...found], action);
}

function judgeColumns(table: TableDescription | null, { settings }: Context): CheckResult {
  const { mapping, contractColumn } = settings.database;
  const uses = columnUses(mapping, settings.contract.layout, contractColumn);
  const described = new Map(table?.columns.map((column) => [column.name, column]));
  const remarks = uses.flatMap((use) => {
    const column = described.get(use.column);
    return column === undefined ? [] : columnRemarks(use, column, mapping.amountDecimals);
  });
  if (remarks.length > 0) {
    return warn(
      remarks.map(({ found }) => found),
      [...new Set(remarks.map(({ action }) => action))],
    );
  }
  const id = described.get(mapping.onChainId);
  const mayBeNull = id?.isNullable === true && table?.isView === false ? `; ${id.name} may be NULL` : "";
  return ok(`all fit the fields that they are compared with${mayBeNull}`);
}

function judgeIndexes(table: TableDescription | null, { settings }: Context): CheckResult {
  const { onChainId, streamId } = settings.database.mapping;
  if (table === null || table.isView) {
    return ok("a view: the indexes of the tables behind it are unknown");
  }
  const lacking = [...new Set([onChainId, streamId])].filter((column) => !table.indexed.has(column));
  if (lacking.length === 0) return ok(`on ${[...new Set([onChainId, streamId])].join(" and on ")}`);
  const why = (column: string) =>
    column === onChainId
      ? `no index starts with ${column}, which a run orders all rows by`
      : `no index starts with ${column}, which single streams are looked up by`;
  const statements = lacking.map((column) => table.columns.find(({ name }) => name === column)!.createIndex);
  return warn(lacking.map(why), statements);
}
