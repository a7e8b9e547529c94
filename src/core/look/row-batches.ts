import type { StreamRow } from "../../ports/db-client.js";
import type { StreamErrorCode } from "../codes.js";
import type { StreamLocator } from "../contract/stream-key.js";
import { type DbStream, type RowPlan, readRow, rowOnChainId, rowStreamId } from "../rules/mapping.js";
import { UnreadableValue } from "../values/field.js";

/** A row, read so far as to know its stream. */
export interface LocatedRow {
  readonly raw: StreamRow;
  /** null: the row names no stream that the contract can have. */
  readonly onChainId: bigint | null;
  /** Counts the batch's ledger keys; null: there is nothing to look up. */
  readonly entryIndex: number | null;
}

/** A row as far as it could be read. */
export type ReadRow =
  | { readonly kind: "row"; readonly db: DbStream }
  | {
      readonly kind: "unreadable";
      readonly streamId: string;
      readonly code: StreamErrorCode;
      readonly message: string;
    };

/** Rows that one chain request answers, and the ledger keys that it needs, none twice. */
export interface RowBatch {
  readonly rows: readonly LocatedRow[];
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
): AsyncGenerator<RowBatch> {
  let batch = new BatchBuilder(locator, plan);
  for await (const page of pages) {
    for (const row of page) {
      if (batch.rows.length >= MAX_ROWS || batch.keys.length >= maxKeys) {
        yield batch;
        batch = new BatchBuilder(locator, plan);
      }
      batch.add(row);
    }
  }
  if (batch.rows.length > 0) yield batch;
}

/**
 * Reads a row as a whole.
 * @param greatestId that the contract's keys can express
 */
export function readLocatedRow(raw: StreamRow, plan: RowPlan, greatestId: bigint): ReadRow {
  let db: DbStream;
  try {
    db = readRow(raw, plan);
  } catch (error) {
    if (!(error instanceof UnreadableValue)) throw error;
    return { kind: "unreadable", streamId: rowStreamId(raw, plan), code: "row_unreadable", message: error.message };
  }
  if (db.onChainId === null || isPossible(db.onChainId, greatestId)) return { kind: "row", db };
  return {
    kind: "unreadable",
    streamId: db.streamId,
    code: "on_chain_id_out_of_range",
    message: `column ${plan.columns[plan.onChainIdIndex]}: ${db.onChainId} is no id that the contract can have (0 to ${greatestId})`,
  };
}

const isPossible = (id: bigint, greatestId: bigint): boolean => id >= 0n && id <= greatestId;

class BatchBuilder implements RowBatch {
  readonly rows: LocatedRow[] = [];
  readonly keys: Uint8Array[] = [];
  readonly #locator: StreamLocator;
  readonly #plan: RowPlan;
  /** The id of each key; 0 where all streams share one. */
  readonly #ids: bigint[] = [];
  #greatest = -1n;
  /** Made when an id comes that is not greater than all before it: rows come in the order of their ids. */
  #indexOfId: Map<bigint, number> | null = null;

  constructor(locator: StreamLocator, plan: RowPlan) {
    this.#locator = locator;
    this.#plan = plan;
  }

  add(raw: StreamRow): void {
    const id = rowOnChainId(raw, this.#plan);
    const onChainId = id !== null && isPossible(id, this.#locator.greatestId) ? id : null;
    this.rows.push({ raw, onChainId, entryIndex: onChainId === null ? null : this.#entryIndex(onChainId) });
  }

  /** All streams of an instance-storage layout share one entry, and two rows may name one stream: never a key twice. */
  #entryIndex(id: bigint): number {
    const slot = this.#locator.sharesOneEntry ? 0n : id;
    if (slot <= this.#greatest) {
      this.#indexOfId ??= new Map(this.#ids.map((known, index) => [known, index]));
      const known = this.#indexOfId.get(slot);
      if (known !== undefined) return known;
    } else {
      this.#greatest = slot;
    }
    const index = this.keys.push(this.#locator.ledgerKey(id)) - 1;
    this.#ids.push(slot);
    this.#indexOfId?.set(slot, index);
    return index;
  }
}
