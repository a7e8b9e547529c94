import { History } from "./history.js";

/** A row of the backend's table. Amounts in base units. */
export interface StreamRow {
  readonly id: string;
  /** null: never linked to the contract. */
  readonly onChainId: bigint | null;
  readonly sender: string;
  readonly recipient: string;
  readonly total: bigint;
  readonly released: bigint;
  readonly status: string;
  /** Seconds. */
  readonly end: bigint;
  /** S of a row, where the world keeps a cursor that is touched with its row alone. */
  readonly synced: number | null;
}

/** Where the backend keeps the ledger that it has seen. */
export type CursorKind =
  /** `last_sync_ledger` of every row, all of them at each sync. */
  | "every-row"
  /** `last_sync_ledger` of the rows that an event touched. */
  | "touched-row"
  /** `last_sync_ledger` of the rows that were compared with their entries, one after the other. */
  | "checked-row"
  /** One row of another table. */
  | "global"
  /** Nowhere. */
  | "none";

/** The table and its past, and what of it the real database has not been told yet. */
export class TableModel {
  readonly kind: CursorKind;
  readonly rows = new Map<string, History<StreamRow | null>>();
  readonly cursor = new History<number>();
  readonly #idsByChainId = new Map<bigint, string[]>();
  readonly #changed = new Set<string>();
  #cursorChanged = false;
  /** The world's time, by which its past is kept. */
  time = 0;

  constructor(kind: CursorKind) {
    this.kind = kind;
  }

  row(id: string): StreamRow | null {
    return this.rows.get(id)?.last ?? null;
  }

  /** Rows of a stream that exist now, the oldest first. */
  rowsOf(onChainId: bigint): StreamRow[] {
    const ids = this.#idsByChainId.get(onChainId) ?? [];
    return ids.flatMap((id) => this.row(id) ?? []);
  }

  /** Ids of all rows that a stream ever had. */
  rowIdsOf(onChainId: bigint): readonly string[] {
    return this.#idsByChainId.get(onChainId) ?? [];
  }

  put(row: StreamRow): void {
    const history = this.rows.get(row.id) ?? new History<StreamRow | null>();
    if (!this.rows.has(row.id) && row.onChainId !== null) {
      const ids = this.#idsByChainId.get(row.onChainId) ?? [];
      this.#idsByChainId.set(row.onChainId, [...ids, row.id]);
    }
    this.rows.set(row.id, history);
    history.set(this.time, row);
    this.#changed.add(row.id);
  }

  remove(id: string): void {
    this.rows.get(id)?.set(this.time, null);
    this.#changed.add(id);
  }

  setCursor(ledger: number): void {
    if (this.cursor.last === ledger) return;
    this.cursor.set(this.time, ledger);
    this.#cursorChanged = true;
  }

  /** What changed since the last call: rows as they are now (null: gone), and the cursor if it moved. */
  takeChanges(): { rows: Map<string, StreamRow | null>; cursor: number | null } {
    const rows = new Map([...this.#changed].map((id) => [id, this.row(id)] as const));
    const cursor = this.#cursorChanged ? (this.cursor.last ?? null) : null;
    this.#changed.clear();
    this.#cursorChanged = false;
    return { rows, cursor };
  }
}
