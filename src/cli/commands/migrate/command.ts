import type { RunTableChange } from "../../../ports/db-client.js";
import type { Call } from "../../command-line/declaration.js";
import { resolveRunStore } from "../../config/resolve.js";
import { EXIT } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import type { Redactor } from "../../process/redactor.js";
import { databaseOf } from "../../sources/databases.js";

const STATES: Readonly<Record<RunTableChange, string>> = {
  created: "was created",
  upgraded: "already existed; the additions of this version were made",
  unchanged: "already exists; nothing was changed",
};

/** `reconcile-streams migrate`: creates the tables that the program writes to, or prints their SQL. */
export async function migrateCommand({ options: raw }: Call, io: Io, { hide }: Redactor): Promise<number> {
  const { url, mayCreate } = await resolveRunStore({ ...io, options: raw, hide });
  const database = databaseOf(url);
  if (raw.print) {
    io.stdout.write(await database.tablesSql());
    return EXIT.inSync;
  }
  const db = await database.open(url, { create: mayCreate });
  try {
    const change = await db.createRunTable();
    // Report a missing right to write now, not in the first nightly run.
    if (change !== "created") await db.canRecordRuns();
    io.stdout.write(`The table reconciliation_runs ${STATES[change]}.\n`);
  } finally {
    await db.close();
  }
  if (database.signatures !== null) {
    const change = await database.signatures.createTable(url);
    io.stdout.write(`The table reconciliation_seen_signatures ${STATES[change]}.\n`);
  }
  return EXIT.inSync;
}
