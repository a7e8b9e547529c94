import type { JournalHead, JournalState, JournalStep } from "../core/records/journal.js";
import type { RunColumns } from "../core/records/run-columns.js";
import type { RunRecord } from "../core/records/run-record.js";
import type { Clock } from "./clock.js";

/**
 * A column's value as the database returned it, unparsed: text, numeric and timestamp types as text, integers as bigint
 * (or text). Only floating-point types are numbers: a number warns the core that digits may have been lost.
 */
export type ColumnValue = string | bigint | number | boolean | null | Uint8Array;

/** One row: the values of `StreamQuery.columns`, in that order. */
export type StreamRow = readonly ColumnValue[];

export interface StreamQuery {
  /** Table or view: `streams`, `schema.table`, or with quoted parts (`"my.schema"."Stream"`). Names match exactly. */
  readonly table: string;
  /** Columns to read; names match exactly. */
  readonly columns: readonly string[];
  /** For messages: the configuration key that names each column. */
  readonly namedBy?: ReadonlyMap<string, string>;
  /** The column that orders the rows: the on-chain id, smallest first, NULLs last. */
  readonly orderBy: string;
  /** The operator's own SQL condition, from the configuration file. */
  readonly where?: string;
  /** Only rows whose column, as text, equals the value: for a table with the streams of several contracts. */
  readonly equals?: { readonly column: string; readonly value: string };
  /** Only rows whose column, as text, equals one of the values. */
  readonly only?: { readonly column: string; readonly values: readonly string[] };
  /** One value for the whole table, read in the same snapshot as the rows. */
  readonly globalCursor?: { readonly table: string; readonly column: string; readonly where?: string };
  /** The greatest value of a column among all rows of the query (whatever `only` says) that is at most this. */
  readonly greatest?: { readonly column: string; readonly atMost: number };
  readonly pageSize: number;
}

/** One consistent, read-only view of the database. */
export interface StreamSnapshot {
  /** The value of `StreamQuery.globalCursor`: undefined if the query has none, null if its table has no row. */
  readonly globalCursor: ColumnValue | undefined;
  /** What `StreamQuery.greatest` asks for; null when no row has such a value. */
  readonly greatest?: ColumnValue;
  /** Pages of at most `pageSize` rows, in order. Can be consumed once; ends the snapshot when it ends or is left. */
  readonly pages: AsyncIterable<readonly StreamRow[]>;
}

/** Reads streams, over a connection that cannot write. */
export interface StreamReader {
  /**
   * Opens the snapshot and checks table and columns before the first page.
   * @throws ConfigurationError for wrong credentials, or naming what is missing and what exists instead.
   * @throws UnavailableError if the database cannot be reached or the read fails.
   */
  getStreams(query: StreamQuery, signal?: AbortSignal): Promise<StreamSnapshot>;
}

/** Seals a record for writing. Called inside the writing transaction, with the journal's state. */
export interface Sealing {
  /** The id of the sealing key; null without a key. */
  readonly keyId: string | null;
  /** The digest of a record from before the journal. */
  digestOf(run: RunColumns): string;
  /** @throws ReconcileError if the record must not be written; nothing is written then */
  next(state: JournalState): JournalStep;
}

/** Stores run records. Each call is one short transaction, independent of any snapshot. */
export interface RunRecorder {
  /**
   * Whether the tables of run records exist and can be written.
   * @throws ConfigurationError if they exist, but a record does not fit or must not be written
   */
  canRecordRuns(): Promise<boolean>;
  /** Creates missing tables, and adds columns that earlier versions lacked. */
  createRunTable(): Promise<RunTableChange>;
  /**
   * Inserts the record, or replaces the one with the same run id, at the position in its contract's journal that
   * `sealing` assigns. Writers take turns, across all processes.
   */
  updateLastRunStatus(record: RunRecord, sealing: Sealing): Promise<void>;
  /**
   * Prevents other runs of the contract from being recorded until the lock is released or this process ends.
   * @throws UnavailableError `run_locked`, naming the holder.
   */
  lockRuns(request: RunLockRequest): Promise<RunLock>;
  /**
   * Opens one consistent view of the records.
   * @throws ConfigurationError if their table is missing or has no seals.
   */
  readRuns(query: RunQuery): Promise<RunSnapshot>;
}

export type RunTableChange = "created" | "upgraded" | "unchanged";

export interface RunLockRequest {
  readonly contractId: string;
  readonly runId: string;
  readonly requestedBy: string;
  readonly clock: Clock;
}

export interface RunLock {
  /** Whether the lock is still ours: a suspended process or a broken connection may have lost it. */
  isHeld(): Promise<boolean>;
  /** Never rejects. */
  release(): Promise<void>;
}

export interface RunQuery {
  /** null for all contracts. */
  readonly contractId: string | null;
}

export interface RunSnapshot {
  /** Of all contracts. */
  readonly heads: readonly JournalHead[];
  /**
   * Ordered by contract, number and run id; records without a valid number come first. Can be read once, which ends the
   * snapshot.
   */
  readonly runs: AsyncIterable<RunColumns>;
}

export interface DbClient extends StreamReader, RunRecorder {
  close(): Promise<void>;
}
