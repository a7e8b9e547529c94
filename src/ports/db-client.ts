import type { JournalHead, JournalState, JournalStep } from "../core/records/journal.js";
import type { RunColumns } from "../core/records/run-columns.js";
import type { RunRecord } from "../core/records/run-record.js";
import type { Clock } from "./clock.js";

/**
 * A column as the database gave it, nothing parsed: text, numeric and timestamp types as text, integers as bigint (or
 * as text), floating-point types as number, and as nothing else: a number warns the core that digits may be lost.
 */
export type ColumnValue = string | bigint | number | boolean | null | Uint8Array;

/** One row: the values of `StreamQuery.columns`, in that order. */
export type StreamRow = readonly ColumnValue[];

export interface StreamQuery {
  /** Table or view: `streams`, `schema.table`, or with quoted parts (`"my.schema"."Stream"`). Names are matched exactly. */
  readonly table: string;
  /** Columns to read; every name is quoted as it stands. */
  readonly columns: readonly string[];
  /** For messages: what of the configuration named a column. */
  readonly namedBy?: ReadonlyMap<string, string>;
  /** The column that orders the rows: the on-chain id, smallest first, NULLs last. */
  readonly orderBy: string;
  /** The operator's own SQL condition, from the configuration file. */
  readonly where?: string;
  /** Only rows whose column, as text, equals the value: for a table that holds the streams of several contracts. */
  readonly equals?: { readonly column: string; readonly value: string };
  /** Only rows whose column, as text, equals one of the values. */
  readonly only?: { readonly column: string; readonly values: readonly string[] };
  /** One value for the whole table, read in the same snapshot as the rows. */
  readonly globalCursor?: { readonly table: string; readonly column: string; readonly where?: string };
  readonly pageSize: number;
}

/** One consistent, read-only view of the database. */
export interface StreamSnapshot {
  /** The value that `StreamQuery.globalCursor` names; undefined when it names none, null when its table has no row. */
  readonly globalCursor: ColumnValue | undefined;
  /** Pages of at most `pageSize` rows, in order. Can be consumed once; ends the snapshot when it ends or is left. */
  readonly pages: AsyncIterable<readonly StreamRow[]>;
}

/** Reads streams. The connection behind it cannot write. */
export interface StreamReader {
  /**
   * Opens the snapshot and checks table and columns before the first page.
   * @throws ConfigurationError naming what is missing and what exists instead; wrong credentials.
   * @throws UnavailableError when the database cannot be reached or the read fails.
   */
  getStreams(query: StreamQuery, signal?: AbortSignal): Promise<StreamSnapshot>;
}

/** What turns a record into what is written: told of the journal inside the transaction that writes. */
export interface Sealing {
  /** The id of the key that seals; null: none does. */
  readonly keyId: string | null;
  /** The digest of a record from before the journal. */
  digestOf(run: RunColumns): string;
  /** @throws ReconcileError when the record must not be written; nothing is written then */
  next(state: JournalState): JournalStep;
}

/** Keeps the runs' records. Each call is one short transaction of its own, apart from any snapshot. */
export interface RunRecorder {
  /**
   * Whether the tables of run records are there and can be written.
   * @throws ConfigurationError when they are there, but a record does not fit or may not be written
   */
  canRecordRuns(): Promise<boolean>;
  /** Creates the tables where they are missing, and adds columns that an earlier version did not have. */
  createRunTable(): Promise<RunTableChange>;
  /**
   * Inserts the record, or replaces the one with the same run id, at the place in its contract's journal that `sealing`
   * gives it. One writer at a time, whoever else writes.
   */
  updateLastRunStatus(record: RunRecord, sealing: Sealing): Promise<void>;
  /**
   * Keeps other runs of the contract from being recorded, until it is released or this process ends.
   * @throws UnavailableError `run_locked`, naming who holds it.
   */
  lockRuns(request: RunLockRequest): Promise<RunLock>;
  /**
   * Opens one consistent view of the records.
   * @throws ConfigurationError when there is no table of them, or one without seals.
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
  /** Whether it still is ours: a process that was suspended, or a connection that broke, may have lost it. */
  isHeld(): Promise<boolean>;
  /** Never rejects. */
  release(): Promise<void>;
}

export interface RunQuery {
  /** null: all contracts. */
  readonly contractId: string | null;
  /** `newest-full`: the end of the journal, from the newest record on whose scope is all streams. */
  readonly from: "first" | "newest-full";
}

export interface RunSnapshot {
  readonly heads: readonly JournalHead[];
  /** In order of contract, number (records without one first) and run id. Can be consumed once; ends the snapshot. */
  readonly runs: AsyncIterable<RunColumns>;
}

export interface DbClient extends StreamReader, RunRecorder {
  close(): Promise<void>;
}
