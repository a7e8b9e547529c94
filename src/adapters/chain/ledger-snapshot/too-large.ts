import { ConfigurationError } from "../../../core/errors.js";
import type { SnapshotFile } from "./snapshot-file.js";

/**
 * The largest part kept in memory at once. A ledger entry is far below a megabyte, and so is everything that
 * `stellar snapshot create` writes around the entries.
 */
export const MAX_PART_BYTES = 64 * 1024 * 1024;

/** An indivisible part of a snapshot is larger than the memory limit. */
export class PartTooLarge extends Error {
  override readonly name = "PartTooLarge";

  constructor(readonly part: string) {
    super(`${part} is too large`);
  }
}

export function explainTooLarge({ part }: PartTooLarge, { path, size }: SnapshotFile): ConfigurationError {
  const message = "part of the ledger snapshot is implausibly large";
  return new ConfigurationError("snapshot_too_large", message, {
    details: [`file: ${path}`, `size: ${size} bytes`, `place: ${part}`, `largest part: ${MAX_PART_BYTES} bytes`],
    hints: ["check that the file is a ledger snapshot: it may be of any size, but only ledger_entries makes it large"],
  });
}
