import type { RunRecord } from "../core/run-record.js";

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

/** Keeps the runs' records. Each call is one short transaction of its own, apart from any snapshot. */
export interface RunRecorder {
  /** Whether the table of run records is there and can be written. */
  canRecordRuns(): Promise<boolean>;
  /** Creates the table of run records where it is missing; harmless where it exists. */
  createRunTable(): Promise<void>;
  /** Inserts the record, or replaces the one with the same run id. */
  updateLastRunStatus(record: RunRecord): Promise<void>;
}

export interface DbClient extends StreamReader, RunRecorder {
  close(): Promise<void>;
}
