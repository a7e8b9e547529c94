import { encodeStrKey } from "../../../core/values/strkey.js";
import type { EntryFault, LedgerEntry } from "../../../ports/on-chain-client.js";
import { claimsOn } from "./element-claims.js";
import { parseElement } from "./element-json.js";
import { fault, readContent } from "./entry-content.js";
import type { EntryIndex } from "./entry-index.js";
import { sidesOf } from "./entry-side.js";
import type { ExactParser } from "./json/json-text.js";
import type { ElementPlace } from "./key-table.js";
import { readElements } from "./read-elements.js";
import { readElement } from "./snapshot-element.js";
import type { SnapshotFile } from "./snapshot-file.js";

/** A LedgerKey, and the contents of its elements in file order. */
interface Question {
  readonly key: Uint8Array;
  /** undefined if the key is not for contract data. */
  readonly contract: string | undefined;
  readonly found: { readonly position: number; readonly content: LedgerEntry | EntryFault }[];
}

export interface EntrySource {
  readonly file: SnapshotFile;
  readonly index: EntryIndex;
  /** The snapshot's ledger. */
  readonly sequence: number;
  readonly parseExactly: ExactParser;
}

/** Answers keys in their order; null only if every entry that could have the key was read and none has it. */
export async function readEntries(
  source: EntrySource,
  keys: readonly Uint8Array[],
  signal?: AbortSignal,
): Promise<(LedgerEntry | EntryFault | null)[]> {
  const questions = keys.map((key): Question => ({ key, contract: contractOfKey(key), found: [] }));
  const wanted = questions.flatMap((question) =>
    question.contract === undefined ? [] : source.index.find(question.key).map((place) => ({ place, question })),
  );
  await readElements(source.file, wanted, (bytes, { place, question }) => take(source, question, bytes, place), signal);
  return questions.map((question) => answer(question, source.index));
}

/** Keeps the element's content if it has the key: it may only share the key's hash. */
function take(source: EntrySource, { key, contract, found }: Question, bytes: Buffer, place: ElementPlace): void {
  const { position } = place;
  const element = readElement(parseElement(bytes, place, source.parseExactly), position, source.file.path);
  const claims = claimsOn(contract!, sidesOf(element), position);
  if (!claims.keys.some((claimed) => Buffer.compare(claimed, key) === 0)) return;
  found.push({ position, content: claims.doubt ?? readContent(element, source.sequence) });
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
