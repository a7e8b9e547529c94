import type { StreamRow } from "../../ports/db-client.js";
import { type RowPlan, readRow, rowStreamId } from "../rules/mapping.js";
import { readOr } from "../values/field.js";

/** The most rows to read of a table. */
const MOST_ROWS = 100_000;
/** Rows kept after the first ones, to be looked up on chain. */
const SAMPLE_SIZE = 600;
const FIRST_ROWS = 100;
const MOST_EXAMPLES = 3;

/** What the database's rows look like, before any is compared. */
export interface RowSample {
  /** How many rows were read. */
  readonly rows: number;
  /** Whether these are all rows. */
  readonly isWhole: boolean;
  readonly unreadable: number;
  /** The first unreadable rows, each with the reason. */
  readonly examples: readonly string[];
  /** Rows without an on-chain id. */
  readonly withoutId: number;
  readonly newestCursor: number | null;
  /** The first rows, and others at even distances; all rows of a small table. */
  readonly sample: readonly StreamRow[];
}

/**
 * Reads each row once, as a run would.
 * @param greatestId the greatest id that the contract's keys can hold
 */
export async function sampleRows(
  pages: AsyncIterable<readonly StreamRow[]>,
  plan: RowPlan,
  greatestId: bigint,
): Promise<RowSample> {
  const first: StreamRow[] = [];
  let spread: StreamRow[] = [];
  let [rows, distance, unreadable, withoutId] = [0, 1, 0, 0];
  let newestCursor: number | null = null;
  let isWhole = true;
  const examples: string[] = [];
  reading: for await (const page of pages) {
    for (const row of page) {
      if (rows === MOST_ROWS) {
        isWhole = false;
        break reading;
      }
      if (rows < FIRST_ROWS) first.push(row);
      else if ((rows - FIRST_ROWS) % distance === 0) spread.push(row);
      rows += 1;
      if (spread.length > SAMPLE_SIZE) {
        // Keep every second one, and from now on choose rows twice as far apart.
        spread = spread.filter((_, i) => i % 2 === 0);
        distance *= 2;
      }
      const read = readOne(row, plan, greatestId);
      if (typeof read === "string") {
        unreadable += 1;
        if (examples.length < MOST_EXAMPLES) examples.push(`${rowStreamId(row, plan)}: ${read}`);
        continue;
      }
      if (read.onChainId === null) withoutId += 1;
      if (read.syncedLedger !== null) newestCursor = Math.max(newestCursor ?? 0, read.syncedLedger);
    }
  }
  return { rows, isWhole, unreadable, examples, withoutId, newestCursor, sample: [...first, ...spread] };
}

/** The row, or why it cannot be read. */
function readOne(row: StreamRow, plan: RowPlan, greatestId: bigint) {
  const read = readOr(
    () => readRow(row, plan),
    ({ message }) => message,
  );
  if (typeof read === "string") return read;
  const { onChainId } = read;
  if (onChainId === null || (onChainId >= 0n && onChainId <= greatestId)) return read;
  return `column ${plan.columns[plan.onChainIdIndex]}: ${onChainId} is not an id that the contract can have (0 to ${greatestId})`;
}
