import { ConfigurationError, UnavailableError } from "../../../core/errors.js";
import type { SeenSignatures } from "../../../ports/seen-signatures.js";
import { faultMessage } from "../fault.js";
import { findTable } from "./catalog.js";
import { SEEN_TABLE, SEEN_TABLE_SQL } from "./dialect.js";
import { PostgresSession } from "./session.js";
import { serverCode, statementFault } from "./statement-fault.js";
import { type PostgresTarget, readPostgresUrl } from "./target.js";

const INSERT = `INSERT INTO ${SEEN_TABLE} (digest, expires_at) VALUES ($1, pg_catalog.to_timestamp($2::float8 / 1000))
  ON CONFLICT (digest) DO NOTHING RETURNING digest`;
/** A day longer than needed, so that it is no matter whether the clocks of servers and database agree. */
const CLEAN = `DELETE FROM ${SEEN_TABLE} WHERE expires_at < pg_catalog.now() - interval '1 day'`;
/** It reads the whole table: not at every request. */
const CLEAN_EVERY_MS = 60_000;
const LIMITS =
  "SELECT pg_catalog.set_config('lock_timeout', '5s', true), pg_catalog.set_config('statement_timeout', '5s', true)";
const TRIAL = "trial-of-reconcile-streams";

/** Creates the table where it is missing. */
export async function createSeenTable(url: string): Promise<"created" | "unchanged"> {
  const session = await PostgresSession.open(await readPostgresUrl(url));
  try {
    if ((await findTable(session, { schema: null, name: SEEN_TABLE })) !== null) return "unchanged";
    await session.query("BEGIN");
    // Two at once would both find nothing, and one would fail; the lock's number is this tool's own.
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
 * Signatures that were used, for every process that shares the database.
 * @throws ConfigurationError when the table is missing or cannot be written
 */
export async function openSeenInPostgres(url: string): Promise<SeenSignatures> {
  const seen = new SeenInPostgres(await readPostgresUrl(url));
  await seen.check();
  return seen;
}

class SeenInPostgres implements SeenSignatures {
  readonly #target: PostgresTarget;
  #session: PostgresSession | null = null;
  /** One statement at a time: a connection has no more, and nobody needs a second connection. */
  #last: Promise<unknown> = Promise.resolve();
  #cleanedAt = Number.NEGATIVE_INFINITY;

  constructor(target: PostgresTarget) {
    this.#target = target;
  }

  /** The one proof that writing works: do it and take it back. */
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
        // The server may have ended a connection that was idle. If the row was written all the same, the next attempt
        // takes it for a replay: a caller has to sign again, and nothing is accepted twice.
        await this.#drop();
      }
    }
    try {
      this.#session = await PostgresSession.open(this.#target);
      return await this.#insertIn(this.#session, digest, expiresAt);
    } catch (cause) {
      await this.#drop();
      throw new UnavailableError("seen_signatures_failed", "It cannot be told whether a signature was used before.", {
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
      `The table ${SEEN_TABLE}, which tells used signatures, does not exist.`,
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
      "If it is something else's: rename or drop it, then: reconcile-streams migrate",
    ],
    cause: fault,
  });
}
