import { type CheckResult, fail, ok, warn } from "../../../../core/doctor/check.js";
import { readLedger } from "../../../../core/rules/mapping.js";
import { readOr } from "../../../../core/values/field.js";
import type { ColumnValue } from "../../../../ports/db-client.js";
import { type Context, many } from "../context.js";
import type { ChainSide } from "./chain-checks.js";
import type { DatabaseSide } from "./database-checks.js";
import { CHECKS } from "./names.js";
import type { Rows } from "./row-checks.js";

/** The greatest ledger that the database claims to have seen; null: it names none. */
type Newest = number | null;

/** How far has the database come, and is it advancing? @param startedAt when it was first read, in ms of the clock */
export async function checkCursor(
  context: Context,
  database: DatabaseSide,
  rows: Rows | null,
  { chain, description }: ChainSide,
  startedAt: number,
): Promise<void> {
  const { checkup, settings, options, io, signal } = context;
  await checkup.needed(CHECKS.cursor, [CHECKS.rows, CHECKS.chain], async () => {
    const { globalCursor, mapping } = settings.database;
    if (globalCursor === null && mapping.cursorColumn === null) return noCursor(context);
    const first = globalCursor === null ? rows!.sampled.newestCursor : readGlobal(database.snapshot!.globalCursor);
    if (typeof first === "object" && first !== null) return unreadable(first.problem, context);
    if (rows!.sampled.rows === 0 && globalCursor === null) return ok("no rows to read it from");
    const newest = rows!.sampled.isWhole || globalCursor !== null ? first : await greatest(context, database, first);
    if (newest === null) return none(context);
    const head = await chain!.latestLedger({ signal });
    const lag = head.ledger - newest;
    // At the head nothing can move, and a file never does.
    if (lag <= 0 || description!.isStatic || options.waitSeconds === 0) return judge(newest, lag, null, context);
    const left_ms = startedAt + options.waitSeconds * 1000 - io.clock.now();
    if (left_ms > 0) await io.clock.sleep(left_ms, signal);
    const second = await lookAgain(context, database, newest);
    const { ledger } = await chain!.latestLedger({ signal });
    const seconds = Math.round((io.clock.now() - startedAt) / 1000);
    return judge(second, ledger - second, { moved: second - newest, seconds }, context);
  });
}

function judge(
  newest: number,
  lag: number,
  motion: { readonly moved: number; readonly seconds: number } | null,
  { settings }: Context,
): CheckResult {
  const { maxLagLedgers } = settings.policy;
  const moving =
    motion === null
      ? ""
      : motion.moved > 0
        ? `; advanced by ${motion.moved} within ${motion.seconds} s`
        : `; did not move within ${motion.seconds} s`;
  const place = `newest ledger seen: ${newest}`;
  if (lag < 0) {
    return warn(
      [`${place}, ${many(-lag, "ledger")} ahead of the chain's`],
      ["Rows that differ cannot be judged until the node catches up: use another endpoint, or a newer snapshot."],
    );
  }
  if (lag <= maxLagLedgers) return ok(`${place}, ${many(lag, "ledger")} behind the chain's${moving}`);
  const found = `${place}, ${many(lag, "ledger")} behind the chain's, more than the allowed lag of ${maxLagLedgers}${moving}`;
  const action =
    motion !== null && motion.moved > 0
      ? "The indexer is catching up: run after that, or recent changes will count as drift."
      : "Check that the indexer is running. If only events touch rows, there may have been none: look at a newer row.";
  return warn([found], [action]);
}

function noCursor({ settings }: Context): CheckResult {
  const { maxLagLedgers } = settings.policy;
  return warn(
    [`none is configured: changes of the last ${maxLagLedgers} ledgers count as lag, not as drift`],
    ['If the indexer keeps one: database.cursor: { "column": … }, or { "table": …, "column": … }'],
  );
}

function none({ settings }: Context): CheckResult {
  const { globalCursor, mapping } = settings.database;
  if (globalCursor !== null) return unreadable(`${globalCursor.table} has no value`, { settings });
  return warn(
    [`${mapping.cursorColumn} is NULL in every row: how far the database has come is unknown`],
    ["Map another column (database.cursor.column), or configure that there is none: database.cursor: null"],
  );
}

/** A run is incomplete if it cannot read the database's one cursor. */
function unreadable(problem: string, { settings }: Pick<Context, "settings">): CheckResult {
  const { table, column } = settings.database.globalCursor!;
  const failing = settings.failOn.includes("incomplete") ? fail : warn;
  return failing(
    [`the cursor ${table}.${column} cannot be read: ${problem}`],
    ["Correct database.cursor, or configure that there is none: database.cursor: null"],
  );
}

function readGlobal(raw: ColumnValue | undefined): Newest | { readonly problem: string } {
  return readOr(
    () => readLedger(raw ?? null),
    ({ message }) => ({ problem: message }),
  );
}

/** The newest cursor of all rows, for a table of which only the first rows were read. */
async function greatest({ query, settings, signal }: Context, { probe }: DatabaseSide, known: Newest) {
  const column = settings.database.mapping.cursorColumn!;
  const [row] = await probe!.greatest({ ...query, columns: [column], orderBy: column }, 1, signal);
  const found = readGlobal(row?.[0]);
  return typeof found === "number" ? Math.max(found, known ?? 0) : known;
}

async function lookAgain(context: Context, database: DatabaseSide, before: number): Promise<number> {
  const { query, signal, settings } = context;
  if (settings.database.globalCursor === null) return (await greatest(context, database, before)) ?? before;
  const { globalCursor, pages } = await database.db!.getStreams({ ...query, pageSize: 1 }, signal);
  // Leaving the pages ends the snapshot.
  for await (const _page of pages) break;
  const found = readGlobal(globalCursor);
  return typeof found === "number" ? found : before;
}
