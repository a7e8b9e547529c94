import { openDb } from "../adapters.js";
import type { Call } from "../command-line/declaration.js";
import { resolveRunStore } from "../config/resolve.js";
import { EXIT } from "../exit-codes.js";
import type { Io } from "../io.js";
import type { Redactor } from "../redactor.js";

/** `reconcile-streams migrate`: creates the table of run records, or prints the SQL that would. */
export async function migrateCommand({ options: raw }: Call, io: Io, redactor: Redactor): Promise<number> {
  const hide = (secrets: readonly string[]) => redactor.hide(secrets);
  const { url, mayCreate } = await resolveRunStore({ ...io, options: raw, hide });
  if (raw.print) {
    const { dialectOf } = await import("../../adapters/db/dialect.js");
    const { runTableSql } = await import("../../adapters/db/run-table.js");
    io.stdout.write(`${runTableSql(dialectOf(url)).trimEnd()}\n`);
    return EXIT.inSync;
  }
  const db = await openDb(url, { create: mayCreate });
  try {
    const existed = await db.canRecordRuns();
    await db.createRunTable();
    const state = existed ? "is there already; nothing was changed" : "was created";
    io.stdout.write(`The table reconciliation_runs ${state}.\n`);
  } finally {
    await db.close();
  }
  return EXIT.inSync;
}
