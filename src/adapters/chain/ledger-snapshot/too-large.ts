import { ConfigurationError } from "../../../core/errors.js";
import type { SnapshotFile } from "./snapshot-file.js";

/**
 * The largest part that is held in memory at once. A ledger entry is far below a megabyte, and so is all that
 * `stellar snapshot create` writes round the entries.
 */
export const MAX_PART_BYTES = 64 * 1024 * 1024;

/** One part of a snapshot that cannot be split is larger than what is held in memory. */
export class PartTooLarge extends Error {
  override readonly name = "PartTooLarge";

  constructor(readonly part: string) {
    super(`${part} is too large`);
  }
}

export function explainTooLarge({ part }: PartTooLarge, { path, size }: SnapshotFile): ConfigurationError {
  const message = "a part of the ledger snapshot is larger than any snapshot's should be";
  return new ConfigurationError("snapshot_too_large", message, {
    details: [`file: ${path}`, `size: ${size} bytes`, `place: ${part}`, `largest part: ${MAX_PART_BYTES} bytes`],
    hints: [
      "make sure that the file is a ledger snapshot: it may be of any size, but only ledger_entries make it large",
    ],
  });
}
