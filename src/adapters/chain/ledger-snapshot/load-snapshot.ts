import { EntryIndex } from "./entry-index.js";
import type { LoadedSnapshot } from "./entry-reader.js";
import { binaryKind } from "./file-kind.js";
import { ByteWindow } from "./json/byte-window.js";
import { explainDamage, JsonDamage, notJson, notUtf8 } from "./json-damage.js";
import { NotUtf8, readElement } from "./snapshot-element.js";
import { openSnapshotFile, type SnapshotFile } from "./snapshot-file.js";
import { parseFrame } from "./snapshot-frame.js";
import { readHeader } from "./snapshot-header.js";
import { scanSnapshot } from "./snapshot-scanner.js";
import { explainTooLarge, MAX_PART_BYTES, PartTooLarge } from "./too-large.js";

/**
 * Scans the file once and leaves it open.
 * @throws ConfigurationError if the path is wrong or the file is not a ledger snapshot.
 * @throws UnavailableError if the system fails to read it, or if it is written to meanwhile.
 */
export async function loadSnapshot(path: string, signal: AbortSignal): Promise<LoadedSnapshot> {
  const file = await openSnapshotFile(path);
  try {
    const snapshot = await index(file, signal);
    await file.assertUnchanged();
    return snapshot;
  } catch (error) {
    const explained = await explain(error, file);
    await file.close();
    throw explained;
  }
}

async function index(file: SnapshotFile, signal: AbortSignal): Promise<LoadedSnapshot> {
  const window = new ByteWindow((into, offset) => file.read(into, offset), file.size, signal);
  await window.more();
  const kind = binaryKind(window.bytes.subarray(0, window.end));
  if (kind !== undefined) throw notJson(file, kind);

  const entries = new EntryIndex();
  const frame = await scanSnapshot(
    window,
    (bytes, place) => entries.add(readElement(bytes, place, file.path), place),
    MAX_PART_BYTES,
  );
  const header = readHeader(parseFrame(frame, file), file.path);
  entries.seal();
  return { header, file, index: entries };
}

/** Translates a failure for the user; errors that are already translated pass unchanged. */
async function explain(error: unknown, file: SnapshotFile): Promise<unknown> {
  if (error instanceof JsonDamage) return await explainDamage(error, file);
  if (error instanceof PartTooLarge) return explainTooLarge(error, file);
  if (error instanceof NotUtf8) return notUtf8(file, error);
  return error;
}
