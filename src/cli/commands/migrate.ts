import type { RunTableChange } from "../../ports/db-client.js";
import { openDb } from "../adapters.js";
import type { Call } from "../command-line/declaration.js";
import { resolveRunStore } from "../config/resolve.js";
import { EXIT } from "../exit-codes.js";
import type { Io } from "../io.js";
import type { Redactor } from "../redactor.js";

const STATES: Readonly<Record<RunTableChange, string>> = {
  created: "was created",
  upgraded: "is there already; what this version adds was added",
  unchanged: "is there already; nothing was changed",
};

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
    const change = await db.createRunTable();
    // Whoever may not write to what was there already is told now, not by the first night.
    if (change !== "created") await db.canRecordRuns();
    io.stdout.write(`The table reconciliation_runs ${STATES[change]}.\n`);
  } finally {
    await db.close();
  }
  return EXIT.inSync;
}
