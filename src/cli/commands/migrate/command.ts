import type { RunTableChange } from "../../../ports/db-client.js";
import type { Call } from "../../command-line/declaration.js";
import { resolveRunStore } from "../../config/resolve.js";
import { EXIT } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import type { Redactor } from "../../process/redactor.js";
import { openDb } from "../../sources/adapters.js";

const STATES: Readonly<Record<RunTableChange, string>> = {
  created: "was created",
  upgraded: "is there already; what this version adds was added",
  unchanged: "is there already; nothing was changed",
};

/** `reconcile-streams migrate`: creates the tables that the program writes to, or prints the SQL that would. */
export async function migrateCommand({ options: raw }: Call, io: Io, { hide }: Redactor): Promise<number> {
  const { url, mayCreate } = await resolveRunStore({ ...io, options: raw, hide });
  const { dialectOf } = await import("../../../adapters/db/dialect.js");
  const dialect = dialectOf(url);
  // Only a database that several processes of the service can share remembers signatures for them.
  const isShared = dialect === "postgres";
  if (raw.print) {
    const { runTableSql } = await import("../../../adapters/db/run-table.js");
    const { seenTableSql } = await import("../../../adapters/db/postgres/seen-signatures.js");
    io.stdout.write(`${runTableSql(dialect)}${isShared ? seenTableSql() : ""}`);
    return EXIT.inSync;
  }
  const tell = (table: string, existed: boolean) => {
    const state = existed ? "is there already; nothing was changed" : "was created";
    io.stdout.write(`The table ${table} ${state}.\n`);
  };
  const db = await openDb(url, { create: mayCreate });
  try {
    const change = await db.createRunTable();
    // Whoever may not write to what was there already is told now, not by the first night.
    if (change !== "created") await db.canRecordRuns();
    io.stdout.write(`The table reconciliation_runs ${STATES[change]}.\n`);
  } finally {
    await db.close();
  }
  if (isShared) {
    const { createSeenTable, SEEN_TABLE } = await import("../../../adapters/db/postgres/seen-signatures.js");
    tell(SEEN_TABLE, await createSeenTable(url));
  }
  return EXIT.inSync;
}
