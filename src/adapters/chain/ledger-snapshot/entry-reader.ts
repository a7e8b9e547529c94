import { encodeStrKey } from "../../../core/values/strkey.js";
import type { EntryFault, LedgerEntry } from "../../../ports/on-chain-client.js";
import { claimsOn, sidesOf } from "./element-claims.js";
import { fault, readContent } from "./entry-content.js";
import type { EntryIndex } from "./entry-index.js";
import type { ElementPlace } from "./key-table.js";
import { readElement } from "./snapshot-element.js";
import type { SnapshotFile } from "./snapshot-file.js";
import type { SnapshotHeader } from "./snapshot-header.js";

/** A LedgerKey, and the contents of its elements in file order. */
interface Question {
  readonly key: Uint8Array;
  /** undefined if the key is not for contract data. */
  readonly contract: string | undefined;
  readonly found: { readonly position: number; readonly content: LedgerEntry | EntryFault }[];
}

/** An element that may answer a question. */
interface Wanted {
  readonly question: Question;
  readonly place: ElementPlace;
}

/** A fully scanned snapshot, with no element in memory. */
export interface LoadedSnapshot {
  readonly header: SnapshotHeader;
  readonly file: SnapshotFile;
  readonly index: EntryIndex;
}

/** Answers keys in their order; null only if every entry that could have the key was read and none has it. */
export async function readEntries(
  snapshot: LoadedSnapshot,
  keys: readonly Uint8Array[],
  signal?: AbortSignal,
): Promise<(LedgerEntry | EntryFault | null)[]> {
  const questions = keys.map((key): Question => ({ key, contract: contractOfKey(key), found: [] }));
  const wanted = questions.flatMap((question): Wanted[] =>
    question.contract === undefined ? [] : snapshot.index.find(question.key).map((place) => ({ place, question })),
  );
  await readElements(
    snapshot.file,
    wanted,
    (bytes, { question, place }) => take(snapshot, question, bytes, place),
    signal,
  );
  return questions.map((question) => answer(question, snapshot.index));
}

/** Keeps the element's content if it has the key: it may only share the key's hash. */
function take(snapshot: LoadedSnapshot, { key, contract, found }: Question, bytes: Buffer, place: ElementPlace): void {
  const { position } = place;
  const element = readElement(bytes, place, snapshot.file.path);
  const claims = claimsOn(contract!, sidesOf(element), position);
  if (!claims.keys.some((claimed) => Buffer.compare(claimed, key) === 0)) return;
  found.push({ position, content: claims.doubt ?? readContent(element, snapshot.header.sequence) });
}

function answer({ contract, found }: Question, index: EntryIndex): LedgerEntry | EntryFault | null {
  if (contract === undefined) {
    return fault("snapshot_key_unsupported", "snapshots are only read for contract data, which this key is not");
  }
  let entry: LedgerEntry | undefined;
  for (const { content } of found) {
    if (content.kind === "fault") return content;
    if (entry !== undefined && !sameContent(entry, content)) return contradiction(found);
    entry = content;
  }
  return entry ?? index.absent(contract);
}

/** The contract of a contract data LedgerKey (`6 ‖ 1 ‖ 32 bytes ‖ …`); undefined for any other key. */
function contractOfKey(key: Uint8Array): string | undefined {
  if (key.length < 44) return undefined;
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const isContractData = view.getUint32(0) === 6 && view.getUint32(4) === 1;
  return isContractData ? encodeStrKey("contract", key.subarray(8, 40)) : undefined;
}

function sameContent(a: LedgerEntry, b: LedgerEntry): boolean {
  return (
    a.lastModifiedLedger === b.lastModifiedLedger &&
    a.liveUntilLedger === b.liveUntilLedger &&
    Buffer.compare(a.value, b.value) === 0
  );
}

function contradiction(found: Question["found"]): EntryFault {
  const places = found.map(({ position }) => `ledger_entries[${position}]`).join(", ");
  return fault(
    "snapshot_entry_contradiction",
    `the snapshot has this key more than once, with different contents: ${places}`,
  );
}

/** Gaps between elements up to this size are cheaper to read than to skip. */
const MAX_GAP_BYTES = 16 * 1024;

/** The size limit of one read, unless a single element is larger. */
const MAX_RUN_BYTES = 256 * 1024;

/**
 * Reads elements in file order, neighbours together. The bytes are only valid until the visitor returns.
 * @throws UnavailableError if the file cannot be read or was written to.
 */
async function readElements(
  file: SnapshotFile,
  wanted: readonly Wanted[],
  visit: (bytes: Buffer, item: Wanted) => void,
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
