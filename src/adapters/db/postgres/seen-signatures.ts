import { ConfigurationError, UnavailableError } from "../../../core/errors.js";
import type { SeenSignatures } from "../../../ports/seen-signatures.js";
import { faultMessage } from "../fault.js";
import { findTable } from "./catalog.js";
import { SEEN_TABLE, SEEN_TABLE_SQL } from "./dialect.js";
import { PostgresSession } from "./session/session.js";
import { serverCode, statementFault } from "./session/statement-fault.js";
import { type PostgresTarget, readPostgresUrl } from "./session/target.js";

const INSERT = `INSERT INTO ${SEEN_TABLE} (digest, expires_at) VALUES ($1, pg_catalog.to_timestamp($2::float8 / 1000))
  ON CONFLICT (digest) DO NOTHING RETURNING digest`;
/** Keeps rows a day longer than needed, in case the clocks of servers and database differ. */
const CLEAN = `DELETE FROM ${SEEN_TABLE} WHERE expires_at < pg_catalog.now() - interval '1 day'`;
/** Cleaning reads the whole table, so it is not done at every request. */
const CLEAN_EVERY_MS = 60_000;
const LIMITS =
  "SELECT pg_catalog.set_config('lock_timeout', '5s', true), pg_catalog.set_config('statement_timeout', '5s', true)";
const TRIAL = "trial-of-reconcile-streams";

/** Creates the table if it is missing. */
export async function createSeenTable(url: string): Promise<"created" | "unchanged"> {
  const session = await PostgresSession.open(await readPostgresUrl(url));
  try {
    if ((await findTable(session, { schema: null, name: SEEN_TABLE })) !== null) return "unchanged";
    await session.query("BEGIN");
    // Two at once would both find nothing, and one of them would fail. The lock number is this tool's own.
    await session.query("SELECT pg_catalog.pg_advisory_xact_lock(7236833402)");
    await session.query(SEEN_TABLE_SQL);
    await session.query("COMMIT");
    return "created";
  } catch (fault) {
    if (serverCode(fault) !== "42501") throw statementFault(fault, session.place);
    throw new ConfigurationError("seen_table_permission", `The table ${SEEN_TABLE} cannot be created.`, {
      details: [faultMessage(fault)],
      hints: ["Have the database's owner run the SQL that reconcile-streams migrate --print shows."],
      cause: fault,
    });
  } finally {
    await session.close();
  }
}

/**
 * Keeps used signatures for all processes that share the database.
 * @throws ConfigurationError if the table is missing or cannot be written
 */
export async function openSeenInPostgres(url: string): Promise<SeenSignatures> {
  const seen = new SeenInPostgres(await readPostgresUrl(url));
  await seen.check();
  return seen;
}

class SeenInPostgres implements SeenSignatures {
  readonly #target: PostgresTarget;
  #session: PostgresSession | null = null;
  /** Statements run one at a time: a second connection is not worth it. */
  #last: Promise<unknown> = Promise.resolve();
  #cleanedAt = Number.NEGATIVE_INFINITY;

  constructor(target: PostgresTarget) {
    this.#target = target;
  }

  /** Only a write that is rolled back proves that writing works. */
  async check(): Promise<void> {
    const session = await PostgresSession.open(this.#target);
    try {
      await session.query("BEGIN");
      await session.query(INSERT, [TRIAL, 0]);
      await session.query(CLEAN);
      await session.query("ROLLBACK");
    } catch (fault) {
      throw notUsable(fault, session.place);
    } finally {
      await session.close();
    }
  }

  remember(digest: string, expiresAt: number): Promise<boolean> {
    const done = this.#last.then(() => this.#insert(digest, expiresAt));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#session?.close();
  }

  async #insert(digest: string, expiresAt: number): Promise<boolean> {
    const kept = this.#session;
    if (kept !== null) {
      try {
        return await this.#insertIn(kept, digest, expiresAt);
      } catch {
        // The server may have ended an idle connection. If the row was written anyway, the next attempt looks like a
        // replay: the caller has to sign again, but nothing is accepted twice.
        await this.#drop();
      }
    }
    try {
      this.#session = await PostgresSession.open(this.#target);
      return await this.#insertIn(this.#session, digest, expiresAt);
    } catch (cause) {
      await this.#drop();
      throw new UnavailableError("seen_signatures_failed", "Whether a signature is new cannot be determined.", {
        details: [faultMessage(cause)],
        cause,
      });
    }
  }

  async #insertIn(session: PostgresSession, digest: string, expiresAt: number): Promise<boolean> {
    const now = performance.now();
    const isDue = now - this.#cleanedAt >= CLEAN_EVERY_MS;
    await session.query("BEGIN");
    await session.query(LIMITS);
    const rows = await session.query(INSERT, [digest, expiresAt]);
    if (isDue) await session.query(CLEAN);
    await session.query("COMMIT");
    if (isDue) this.#cleanedAt = now;
    return rows.length === 1;
  }

  async #drop(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }
}

function notUsable(fault: unknown, place: string): unknown {
  const code = serverCode(fault) ?? "";
  if (code === "42P01") {
    return new ConfigurationError(
      "seen_table_missing",
      `The table ${SEEN_TABLE}, which records used signatures, does not exist.`,
      {
        hints: ["Create it once with: reconcile-streams migrate (see the SQL first with: migrate --print)"],
        cause: fault,
      },
    );
  }
  if (!/^(22|23|25006|42)/.test(code)) return statementFault(fault, place);
  return new ConfigurationError("seen_table_permission", `The table ${SEEN_TABLE} cannot be written.`, {
    details: [faultMessage(fault)],
    hints: [
      `As its owner: GRANT SELECT, INSERT, DELETE ON ${SEEN_TABLE} TO …;`,
      "If it belongs to another program, rename or drop it, then: reconcile-streams migrate",
    ],
    cause: fault,
  });
}
