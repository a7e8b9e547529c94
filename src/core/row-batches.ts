import type { StreamRow } from "../ports/db-client.js";
import { UnreadableValue } from "./field.js";
import { type DbStream, type RowPlan, readRow, rowOnChainId, rowStreamId } from "./mapping.js";
import type { StreamLocator } from "./stream-key.js";

/** A row as far as it could be read. */
export type ReadRow =
  /** `entryIndex` counts the batch's ledger keys; null: the row has no on-chain id, so there is nothing to look up. */
  | { readonly kind: "row"; readonly db: DbStream; readonly entryIndex: number | null }
  | {
      readonly kind: "unreadable";
      readonly streamId: string;
      /** Known wherever it can be read: the row is bad, but its stream is not missing in the database. */
      readonly onChainId: bigint | null;
      readonly code: string;
      readonly message: string;
    };

/** Rows that one chain request answers, and the ledger keys that it needs, none twice. */
export interface RowBatch {
  readonly rows: readonly ReadRow[];
  readonly keys: readonly Uint8Array[];
}

/** Rows of one batch when few or no keys are needed: keeps progress and memory even. */
const MAX_ROWS = 1000;

/** Reads pages of rows and cuts them into batches of at most `maxKeys` distinct ledger keys. */
export async function* rowBatches(
  pages: AsyncIterable<readonly StreamRow[]>,
  plan: RowPlan,
  locator: StreamLocator,
  maxKeys: number,
  globalCursor: number | null = null,
): AsyncGenerator<RowBatch> {
  let batch = new BatchBuilder(locator);
  for await (const page of pages) {
    for (const row of page) {
      if (batch.rows.length >= MAX_ROWS || batch.keys.length >= maxKeys) {
        yield batch;
        batch = new BatchBuilder(locator);
      }
      batch.add(row, plan, globalCursor);
    }
  }
  if (batch.rows.length > 0) yield batch;
}

class BatchBuilder implements RowBatch {
  readonly rows: ReadRow[] = [];
  readonly keys: Uint8Array[] = [];
  readonly #locator: StreamLocator;
  readonly #indexOfId = new Map<bigint, number>();

  constructor(locator: StreamLocator) {
    this.#locator = locator;
  }

  add(row: StreamRow, plan: RowPlan, globalCursor: number | null): void {
    this.rows.push(this.#read(row, plan, globalCursor));
  }

  #read(row: StreamRow, plan: RowPlan, globalCursor: number | null): ReadRow {
    let db: DbStream;
    try {
      db = readRow(row, plan, globalCursor);
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      const [streamId, onChainId] = [rowStreamId(row, plan), rowOnChainId(row, plan)];
      return { kind: "unreadable", streamId, onChainId, code: "row_unreadable", message: error.message };
    }
    if (db.onChainId === null) return { kind: "row", db, entryIndex: null };
    if (db.onChainId < 0n || db.onChainId > this.#locator.greatestId) {
      const column = plan.columns[plan.onChainIdIndex];
      return {
        kind: "unreadable",
        streamId: db.streamId,
        onChainId: null,
        code: "on_chain_id_out_of_range",
        message: `column ${column}: ${db.onChainId} is no id that the contract can have (0 to ${this.#locator.greatestId})`,
      };
    }
    return { kind: "row", db, entryIndex: this.#entryIndex(db.onChainId) };
  }

  /** All streams of an instance-storage layout share one entry, and two rows may name one stream: never a key twice. */
  #entryIndex(id: bigint): number {
    const slot = this.#locator.sharesOneEntry ? 0n : id;
    const known = this.#indexOfId.get(slot);
    if (known !== undefined) return known;
    const index = this.keys.push(this.#locator.ledgerKey(id)) - 1;
    this.#indexOfId.set(slot, index);
    return index;
  }
}
