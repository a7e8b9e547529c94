import { setTimeout as wait } from "node:timers/promises";
import { faultCode } from "../fault.js";
import { type FileMode, fileUri } from "./database-file.js";

/** What is used of the driver, whose own types promise more than it does, and less than it can. */
export interface SqliteStatement {
  raw(on: true): SqliteStatement;
  safeIntegers(on: true): SqliteStatement;
  /** Parameters as one array: a lone value would be taken for an object of named ones. */
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
/** The driver steps this many rows ahead. */
const DRIVER_BUFFER = 100;

/** One connection to a file. Its calls block, each for as long as one statement or step takes. */
export class SqliteConnection {
  readonly path: string;
  readonly #driver: Driver;
  #reading: Iterator<unknown, unknown, undefined> | undefined;
  /** What `all` was asked last: pages are read by one statement. */
  #last: { readonly sql: string; readonly statement: SqliteStatement } | undefined;
  #isOpen = true;

  /** Throws the driver's own error. */
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

  /** All rows, as arrays with integers as bigint. */
  all(sql: string, parameters: readonly SqliteParameter[] = []): unknown[][] {
    const statement = this.#last?.sql === sql ? this.#last.statement : this.#prepare(sql);
    // Kept only once it has come to its end.
    this.#last = undefined;
    const rows = statement.iterate(parameters);
    const found: unknown[][] = [];
    for (let step = rows.next(); step.done !== true; step = rows.next()) found.push(step.value as unknown[]);
    this.#last = { sql, statement };
    return found;
  }

  /** One such reading at a time; `all` may be asked meanwhile. */
  iterate(sql: string, parameters: readonly SqliteParameter[]): Iterator<unknown, unknown, undefined> {
    this.#reading = this.#prepare(sql).iterate(parameters);
    return this.#reading;
  }

  #prepare(sql: string): SqliteStatement {
    return this.#driver.prepare(sql).raw(true).safeIntegers(true);
  }

  /**
   * Gives up every lock. The driver's own closing would keep them until the garbage collector runs, and the file's
   * other users would wait for that: so a statement left half-way is interrupted, and the transaction rolled back.
   */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#last = undefined;
    // The interruption is reported by a step, after the rows that the driver has read ahead.
    attempt(() => {
      this.#driver.interrupt();
      for (let row = 0; row <= DRIVER_BUFFER && this.#reading?.next().done === false; row += 1);
    });
    // Fails when there is no transaction.
    attempt(() => this.#driver.exec("ROLLBACK"));
    this.#driver.close();
  }
}

/** For closing alone, where nothing is read any more and so no failure can be taken for an answer. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // As said.
  }
}

/**
 * Repeats work while another program holds the file's lock. Waits here, not in the driver, where waiting would keep
 * signals from being handled. Throws the driver's error when time is up; rejects with the signal's reason.
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
