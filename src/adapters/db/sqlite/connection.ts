import { setTimeout as wait } from "node:timers/promises";
import { faultCode } from "../fault.js";
import { type FileMode, fileUri } from "./database-file.js";

/** The parts of the driver in use; its own types are inaccurate. */
export interface SqliteStatement {
  raw(on: true): SqliteStatement;
  safeIntegers(on: true): SqliteStatement;
  /** Parameters are one array: a lone value would be read as an object of named parameters. */
  iterate(parameters: readonly SqliteParameter[]): Iterator<unknown, unknown, undefined>;
  run(parameters: readonly SqliteParameter[]): unknown;
}

export type SqliteParameter = string | bigint | null;

interface Driver {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  interrupt(): void;
  close(): void;
}

const BUSY_RETRY_MS = 25;
/** How many rows the driver reads ahead. */
const DRIVER_BUFFER = 100;

/** One connection to a file. Each call blocks for one statement or step. */
export class SqliteConnection {
  readonly path: string;
  readonly #driver: Driver;
  #reading: Iterator<unknown, unknown, undefined> | undefined;
  /** The last statement of `all`, kept because pages reuse it. */
  #last: { readonly sql: string; readonly statement: SqliteStatement } | undefined;
  #isOpen = true;

  /** @throws the driver's own error */
  static async open(path: string, mode: FileMode): Promise<SqliteConnection> {
    const { default: Database } = await import("libsql");
    const connection = new SqliteConnection(path, new Database(fileUri(path, mode)) as unknown as Driver);
    if (mode === "ro") connection.exec("PRAGMA query_only = ON");
    return connection;
  }

  private constructor(path: string, driver: Driver) {
    this.path = path;
    this.#driver = driver;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  exec(sql: string): void {
    this.#driver.exec(sql);
  }

  run(sql: string, parameters: readonly SqliteParameter[]): void {
    this.#driver.prepare(sql).run(parameters);
  }

  /** Returns all rows as arrays, with integers as bigint. */
  all(sql: string, parameters: readonly SqliteParameter[] = []): unknown[][] {
    const statement = this.#last?.sql === sql ? this.#last.statement : this.#prepare(sql);
    // Kept only after it has finished.
    this.#last = undefined;
    const rows = statement.iterate(parameters);
    const found: unknown[][] = [];
    for (let step = rows.next(); step.done !== true; step = rows.next()) found.push(step.value as unknown[]);
    this.#last = { sql, statement };
    return found;
  }

  /** Only one iteration at a time; `all` may be called meanwhile. */
  iterate(sql: string, parameters: readonly SqliteParameter[]): Iterator<unknown, unknown, undefined> {
    this.#reading = this.#prepare(sql).iterate(parameters);
    return this.#reading;
  }

  #prepare(sql: string): SqliteStatement {
    return this.#driver.prepare(sql).raw(true).safeIntegers(true);
  }

  /**
   * Releases every lock. The driver's own close keeps them until garbage collection, with other users of the file
   * waiting: so an unfinished statement is interrupted, and the transaction rolled back.
   */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#last = undefined;
    // A step reports the interruption, after the rows that the driver has read ahead.
    attempt(() => {
      this.#driver.interrupt();
      for (let row = 0; row <= DRIVER_BUFFER && this.#reading?.next().done === false; row += 1);
    });
    // Fails if there is no transaction.
    attempt(() => this.#driver.exec("ROLLBACK"));
    this.#driver.close();
  }
}

/** Only for closing, where nothing is read and so no failure can pass as an answer. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // Ignored: see above.
  }
}

/**
 * Retries the work while another program locks the file. Waits here because waiting in the driver would block signals.
 * @throws the driver's error when time is up; the signal's reason if aborted
 */
export async function whileBusy<T>(timeout_ms: number, work: () => T, signal?: AbortSignal): Promise<T> {
  const deadline = performance.now() + timeout_ms;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return work();
    } catch (fault) {
      if (!isBusy(fault) || performance.now() >= deadline) throw fault;
    }
    await wait(BUSY_RETRY_MS);
  }
}

export function isBusy(fault: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(faultCode(fault) ?? "");
}
