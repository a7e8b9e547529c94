import type { StreamQuery, StreamRow } from "./db-client.js";

/** What kind of values a column holds, whatever the database calls its type. */
export type ColumnKind = "integer" | "decimal" | "float" | "text" | "boolean" | "timestamp" | "binary" | "other";

export interface ColumnDescription {
  readonly name: string;
  /** As the database writes it, for messages. */
  readonly type: string;
  readonly kind: ColumnKind;
  /** Digits after the point of a decimal; null where none are declared. */
  readonly scale: number | null;
  /** Numbers with many digits lose some of them here. */
  readonly losesDigits: boolean;
  readonly isNullable: boolean;
  /** The statement that would make an index on this column. */
  readonly createIndex: string;
}

export interface TableDescription {
  /** With its schema, quoted, as it stands in statements. */
  readonly sql: string;
  /** Anything but a table: its indexes are somewhere else. */
  readonly isView: boolean;
  readonly columns: readonly ColumnDescription[];
  /** The columns by which whole-table indexes are sorted first. */
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
      /** INSERT, UPDATE, DELETE, TRUNCATE: those that it may. */
      readonly writes: readonly string[];
      /** Statements for a role that may read the table, and nothing else. */
      readonly grants: readonly string[];
    }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly isWritable: boolean;
      readonly isWritableByAll: boolean;
      /** Readers and writers do not wait for each other. */
      readonly isWal: boolean;
    };

export interface DatabaseDescription {
  /** With its version. */
  readonly product: string;
  /** Where it is, and as whom it was entered. */
  readonly place: string;
}

/** Looks at the database itself rather than at its streams. Never writes. Errors are those of StreamReader. */
export interface DatabaseProbe {
  /** Connects. */
  describe(signal?: AbortSignal): Promise<DatabaseDescription>;
  /** null: there is no such table or view. */
  table(name: string, signal?: AbortSignal): Promise<TableDescription | null>;
  /** null: there is no such table or view. */
  access(table: string, signal?: AbortSignal): Promise<AccessDescription | null>;
  /** How many rows the query has. */
  count(query: StreamQuery, signal?: AbortSignal): Promise<number>;
  /** The query's rows with the greatest values of `orderBy`, greatest first; rows without one come last. */
  greatest(query: StreamQuery, rows: number, signal?: AbortSignal): Promise<readonly StreamRow[]>;
}
