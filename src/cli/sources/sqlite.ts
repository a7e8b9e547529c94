import type { DatabaseSource } from "./source.js";
import { fileSource, pathIn } from "./url-parts.js";

export const sqlite: DatabaseSource = {
  ...fileSource("sqlite", ["-journal", "-wal", "-shm"]),
  open: async (url, options) =>
    (await import("../../adapters/db/sqlite/open-sqlite.js")).openSqlite(pathIn(url), options),
  probe: async (url) => (await import("../../adapters/db/sqlite/open-sqlite.js")).probeSqlite(pathIn(url)),
  tablesSql: async () => (await import("../../adapters/db/sqlite/dialect.js")).tablesSql(),
  signatures: null,
};
