import { openSqlite } from "../../../src/adapters/db/sqlite/open-sqlite.js";
import { dbClientContract } from "../../ports/db-client.contract.js";
import { createTestSqlite } from "../../support/sqlite.js";

for (const journal of ["WAL", "DELETE"]) {
  dbClientContract(`SQLite, journal mode ${journal}`, async () => {
    const file = await createTestSqlite();
    file.run(`PRAGMA journal_mode = ${journal}`);
    return {
      open: () => openSqlite(file.path, { busyTimeout_ms: 0 }),
      run: async (sql) => file.run(sql),
      rows: async (sql) => file.rows(sql),
      schema: "main",
      writersWait: journal === "DELETE",
      drop: () => file.drop(),
    };
  });
}
