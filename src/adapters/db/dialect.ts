import { ConfigurationError } from "../../core/errors.js";

export type Dialect = "postgres" | "sqlite";

/**
 * Which database a URL names, by its scheme. Opens and loads nothing.
 * @throws ConfigurationError for any other scheme. The URL itself is never repeated: it may carry a password.
 */
export function dialectOf(url: string): Dialect {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === "postgres" || scheme === "postgresql") return "postgres";
  if (scheme === "sqlite") return "sqlite";
  throw new ConfigurationError(
    "database_url_invalid",
    scheme === undefined
      ? "The database URL has no scheme, so it does not say which database it is for."
      : `The database URL has the scheme "${scheme}:", which is not supported.`,
    {
      hints: [
        "Write postgres://user:password@host:5432/database for PostgreSQL.",
        "Write sqlite:<path to the file> for SQLite, for example sqlite:./streams.db.",
      ],
    },
  );
}
