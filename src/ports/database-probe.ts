import type { StreamQuery, StreamRow } from "./db-client.js";

/** The kind of values a column holds, independent of the database's type names. */
export type ColumnKind = "integer" | "decimal" | "float" | "text" | "boolean" | "timestamp" | "binary" | "other";

export interface ColumnDescription {
  readonly name: string;
  /** As the database spells it, for messages. */
  readonly type: string;
  readonly kind: ColumnKind;
  /** Declared decimal places; null if none are declared. */
  readonly scale: number | null;
  /** Whether numbers with many digits lose precision. */
  readonly losesDigits: boolean;
  readonly isNullable: boolean;
  /** The statement that would create an index on this column. */
  readonly createIndex: string;
}

export interface TableDescription {
  /** Schema and name, quoted for use in statements. */
  readonly sql: string;
  /** Anything but a table: its indexes belong to other relations. */
  readonly isView: boolean;
  readonly columns: readonly ColumnDescription[];
  /** The leading columns of indexes that cover the whole table. */
  readonly indexed: ReadonlySet<string>;
}

/** What this connection could do beyond reading. */
export type AccessDescription =
  | {
      readonly kind: "role";
      readonly user: string;
      readonly isSuperuser: boolean;
      readonly isOwner: boolean;
      readonly bypassesRowSecurity: boolean;
      readonly hasRowSecurity: boolean;
      /** Which of INSERT, UPDATE, DELETE and TRUNCATE it may run. */
      readonly writes: readonly string[];
      /** Statements that create a role which can only read the table. */
      readonly grants: readonly string[];
    }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly isWritable: boolean;
      readonly isWritableByAll: boolean;
      /** WAL mode: readers and writers do not block each other. */
      readonly isWal: boolean;
    };

export interface DatabaseDescription {
  /** Includes the version. */
  readonly product: string;
  /** Where it is, and the user that connected. */
  readonly place: string;
}

/** Inspects the database itself rather than its streams. Never writes. Throws the same errors as StreamReader. */
export interface DatabaseProbe {
  /** Connects. */
  describe(signal?: AbortSignal): Promise<DatabaseDescription>;
  /** @returns null if there is no such table or view */
  table(name: string, signal?: AbortSignal): Promise<TableDescription | null>;
  /** @returns null if there is no such table or view */
  access(table: string, signal?: AbortSignal): Promise<AccessDescription | null>;
  /** Counts the query's rows. */
  count(query: StreamQuery, signal?: AbortSignal): Promise<number>;
  /** The query's rows with the greatest values of `orderBy`, greatest first, NULLs last. */
  greatest(query: StreamQuery, rows: number, signal?: AbortSignal): Promise<readonly StreamRow[]>;
}
