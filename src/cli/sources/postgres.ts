import type { DatabaseSource } from "./source.js";
import { namesServer, secretsIn } from "./url-parts.js";

export const postgres: DatabaseSource = {
  schemes: ["postgres", "postgresql"],
  forms: ["postgres://…", "postgresql://…"],
  help: "postgres://…",
  isFile: false,
  filesOf: (url) =>
    URL.canParse(url)
      ? ["sslrootcert", "sslcert", "sslkey"].flatMap((name) => new URL(url).searchParams.getAll(name))
      : [],
  isComplete: namesServer,
  // Only the password is secret: user, host and path say where the database is.
  secretsOf: (url) => secretsIn(url),
  open: async (url) => (await import("../../adapters/db/postgres/open-postgres.js")).openPostgres(url),
  probe: async (url) => (await import("../../adapters/db/postgres/open-postgres.js")).probePostgres(url),
  tablesSql: async () => (await import("../../adapters/db/postgres/dialect.js")).tablesSql(),
  signatures: {
    createTable: async (url) => (await import("../../adapters/db/postgres/seen-signatures.js")).createSeenTable(url),
    open: async (url) => (await import("../../adapters/db/postgres/seen-signatures.js")).openSeenInPostgres(url),
  },
};
