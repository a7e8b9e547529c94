import { hostname } from "node:os";
import type { RunLock, RunLockRequest } from "../../../ports/db-client.js";
import { type LockHolder, runLocked } from "../run-table-fault.js";
import type { SqliteConnection } from "./connection.js";
import { LOCK_TABLE } from "./dialect.js";

/** A run that was killed stands in the way for as long. */
export const LOCK_EXPIRES_MS = 120_000;
const RENEW_EVERY_MS = 30_000;

/** Does its work in a transaction that writes; `patient` waits for other programs' locks. */
export type WriteTransaction = <T>(work: (connection: SqliteConnection) => T, patient: boolean) => Promise<T>;

/** A row that says who is at work, and until when that is to be believed. */
export async function lockRuns(inTransaction: WriteTransaction, request: RunLockRequest): Promise<RunLock> {
  const lock = new RowLock(inTransaction, request);
  await lock.take();
  return lock;
}

class RowLock implements RunLock {
  readonly #inTransaction: WriteTransaction;
  readonly #request: RunLockRequest;
  #timer: NodeJS.Timeout | undefined;

  constructor(inTransaction: WriteTransaction, request: RunLockRequest) {
    this.#inTransaction = inTransaction;
    this.#request = request;
  }

  async take(): Promise<void> {
    const { contractId, runId, requestedBy, clock } = this.#request;
    await this.#inTransaction((connection) => {
      const now = clock.now();
      const [holder] = connection.all(
        `SELECT run_id, requested_by, process, since, expires FROM main.${LOCK_TABLE} WHERE contract_id = ?1`,
        [contractId],
      );
      if (holder !== undefined && Number(holder[4]) > now) throw runLocked(contractId, told(holder));
      connection.run(
        `INSERT INTO main.${LOCK_TABLE} (contract_id, run_id, requested_by, process, since, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (contract_id) DO UPDATE SET run_id = excluded.run_id,
         requested_by = excluded.requested_by, process = excluded.process, since = excluded.since,
         expires = excluded.expires`,
        [contractId, runId, requestedBy, `${process.pid} on ${hostname()}`, BigInt(now), BigInt(now + LOCK_EXPIRES_MS)],
      );
    }, true);
    this.#timer = setInterval(() => void this.#renew(), RENEW_EVERY_MS).unref();
  }

  /**
   * Tries once and does not wait: without WAL, a reader of the same file (this run's own, too) holds up a commit. Then
   * nobody else can take the lock either, and the next try comes soon.
   */
  async #renew(): Promise<void> {
    const { contractId, runId, clock } = this.#request;
    const renew = (connection: SqliteConnection) =>
      connection.run(`UPDATE main.${LOCK_TABLE} SET expires = ?3 WHERE contract_id = ?1 AND run_id = ?2`, [
        contractId,
        runId,
        BigInt(clock.now() + LOCK_EXPIRES_MS),
      ]);
    // Whether it still is ours is asked at the end (isHeld), where a failure counts.
    await this.#inTransaction(renew, false).catch(() => undefined);
  }

  /** Expired or not: as long as nobody else took it, nothing was done beside this run. */
  isHeld(): Promise<boolean> {
    const { contractId, runId } = this.#request;
    const find = (connection: SqliteConnection) =>
      connection.all(`SELECT 1 FROM main.${LOCK_TABLE} WHERE contract_id = ?1 AND run_id = ?2`, [contractId, runId]);
    return this.#inTransaction(find, true).then(
      (rows) => rows.length > 0,
      () => false,
    );
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    const { contractId, runId } = this.#request;
    const remove = (connection: SqliteConnection) =>
      connection.run(`DELETE FROM main.${LOCK_TABLE} WHERE contract_id = ?1 AND run_id = ?2`, [contractId, runId]);
    // It expires by itself.
    await this.#inTransaction(remove, true).catch(() => undefined);
  }
}

function told([runId, requestedBy, place, since, expires]: readonly unknown[]): LockHolder {
  const time = (milliseconds: unknown) => {
    const date = new Date(Number(milliseconds));
    return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString();
  };
  const facts = [
    `held by run ${runId} (process ${place})`,
    `asked for by ${requestedBy}, at work since ${time(since)}`,
    `if that process was killed, the lock is free from ${time(expires)} on`,
  ];
  return { runId: String(runId), facts };
}
