import { openPostgres } from "../../../src/adapters/db/postgres/open-postgres.js";
import { dbClientContract } from "../../ports/db-client.contract.js";
import { createTestDatabase } from "../../support/postgres.js";

dbClientContract("PostgreSQL", async () => {
  const database = await createTestDatabase();
  return {
    open: () => openPostgres(database.url),
    run: async (sql) => void (await database.query(sql)),
    rows: async (sql) => (await database.query(sql)).map((row) => Object.values(row)),
    schema: "public",
    drop: () => database.drop(),
  };
});
