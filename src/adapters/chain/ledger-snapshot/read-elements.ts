import type { ElementPlace } from "./key-table.js";
import type { SnapshotFile } from "./snapshot-file.js";

/** Gaps between elements up to this size are cheaper to read than to skip. */
const MAX_GAP_BYTES = 16 * 1024;

/** The size limit of one read, unless a single element is larger. */
const MAX_RUN_BYTES = 256 * 1024;

/**
 * Reads elements in file order, neighbours together. The bytes are only valid until the visitor returns.
 * @throws UnavailableError if the file cannot be read or was written to.
 */
export async function readElements<T extends { readonly place: ElementPlace }>(
  file: SnapshotFile,
  wanted: readonly T[],
  visit: (bytes: Buffer, item: T) => void,
  signal?: AbortSignal,
): Promise<void> {
  const items = [...wanted].sort((a, b) => a.place.offset - b.place.offset);
  for (let first = 0; first < items.length; ) {
    signal?.throwIfAborted();
    const start = items[first]!.place.offset;
    let end = start;
    let next = first;
    for (; next < items.length; next++) {
      const { offset, length } = items[next]!.place;
      if (next > first && (offset - end > MAX_GAP_BYTES || offset + length - start > MAX_RUN_BYTES)) break;
      end = Math.max(end, offset + length);
    }
    const bytes = Buffer.allocUnsafe(end - start);
    // A short read means that the file has shrunk, which the check reports.
    await file.read(bytes, start);
    await file.assertUnchanged();
    for (const item of items.slice(first, next)) {
      const from = item.place.offset - start;
      visit(bytes.subarray(from, from + item.place.length), item);
    }
    first = next;
  }
}
