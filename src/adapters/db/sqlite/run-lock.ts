import type { RunLock, RunLockRequest } from "../../../ports/db-client.js";
import { type LockHolder, runLocked } from "../run-table-fault.js";
import type { SqliteConnection } from "./connection.js";
import { LOCK_TABLE } from "./dialect.js";
import { isGone, processName, thisProcess } from "./lock-process.js";

/** How long a killed run keeps blocking others, unless its process is known to be gone. */
export const LOCK_EXPIRES_MS = 120_000;
const RENEW_EVERY_MS = 30_000;

/** Does the work in a writing transaction; `patient` waits for other programs' locks. */
export type WriteTransaction = <T>(work: (connection: SqliteConnection) => T, patient: boolean) => Promise<T>;

/** Takes the lock: a row that names the current run and when its claim expires. */
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
      if (holder !== undefined && Number(holder[4]) > now && !isGone(String(holder[2])))
        throw runLocked(contractId, holderOf(holder));
      connection.run(
        `INSERT INTO main.${LOCK_TABLE} (contract_id, run_id, requested_by, process, since, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (contract_id) DO UPDATE SET run_id = excluded.run_id,
         requested_by = excluded.requested_by, process = excluded.process, since = excluded.since,
         expires = excluded.expires`,
        [contractId, runId, requestedBy, thisProcess(), BigInt(now), BigInt(now + LOCK_EXPIRES_MS)],
      );
    }, true);
    this.#timer = setInterval(() => void this.#renew(), RENEW_EVERY_MS).unref();
  }

  /**
   * Tries once without waiting: without WAL, readers of the file (including this run's) block a commit. But then nobody
   * else can take the lock either, and the next try comes soon.
   */
  async #renew(): Promise<void> {
    const { contractId, runId, clock } = this.#request;
    const renew = (connection: SqliteConnection) =>
      connection.run(`UPDATE main.${LOCK_TABLE} SET expires = ?3 WHERE contract_id = ?1 AND run_id = ?2`, [
        contractId,
        runId,
        BigInt(clock.now() + LOCK_EXPIRES_MS),
      ]);
    // Failures are ignored: isHeld checks at the end whether the lock is still ours.
    await this.#inTransaction(renew, false).catch(() => undefined);
  }

  /** Even an expired lock is held: as long as no other run took it, none overlapped. */
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
    // If this fails, the lock expires by itself.
    await this.#inTransaction(remove, true).catch(() => undefined);
  }
}

function holderOf([runId, requestedBy, place, since, expires]: readonly unknown[]): LockHolder {
  const time = (milliseconds: unknown) => {
    const date = new Date(Number(milliseconds));
    return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString();
  };
  const facts = [
    `held by run ${runId} (process ${processName(String(place))})`,
    `requested by ${requestedBy}, running since ${time(since)}`,
    `if that process was killed on another machine, the lock expires at ${time(expires)}`,
  ];
  return { runId: String(runId), facts };
}
