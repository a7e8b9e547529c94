import type { StreamErrorCode } from "../../../core/codes.js";
import { encodeScVal } from "../../../core/xdr/encode.js";
import { MAX_VALUE_BYTES } from "../../../core/xdr/sc-type.js";
import type { EntryFault, LedgerEntry } from "../../../ports/on-chain-client.js";
import { readUint32 } from "./json/json-integer.js";
import { readScVal } from "./json/json-scval.js";
import { isObject, type JsonValue, member, readUnion, UnreadableJson } from "./json/json-value.js";
import type { SnapshotElement } from "./snapshot-element.js";

/** `stellar snapshot create` always writes this value (docs/contract-facts.md#ledger-snapshot-files). */
const LIVE_UNTIL_UNKNOWN = 0xffff_ffff;

export function fault(code: StreamErrorCode, message: string): EntryFault {
  return { kind: "fault", code, message };
}

export function unreadable(position: number, problem: string): EntryFault {
  const message = `ledger_entries[${position}] of the snapshot cannot be read: ${problem}`;
  return fault("snapshot_entry_unreadable", message);
}

/** Reads the content of a contract data element; `sequence` is the snapshot's ledger. */
export function readContent(element: SnapshotElement, sequence: number): LedgerEntry | EntryFault {
  try {
    const { value: body, at } = readUnion(member(element.entry, "data"), "data");
    const json = isObject(body) ? member(body, "val") : undefined;
    const value = encodeScVal(readScVal(json, `${at}.val`));
    if (value.length > MAX_VALUE_BYTES) {
      return unreadable(element.position, `its value has ${value.length} bytes, more than any ledger entry`);
    }
    const lastModified = member(element.entry, "last_modified_ledger_seq");
    const lastModifiedLedger = readUint32(lastModified, "last_modified_ledger_seq");
    if (lastModifiedLedger > sequence) return fromLaterLedger(element.position, lastModifiedLedger, sequence);
    return { kind: "entry", value, lastModifiedLedger, liveUntilLedger: readLiveUntil(element.liveUntil) };
  } catch (error) {
    if (error instanceof UnreadableJson) return unreadable(element.position, error.message);
    throw error;
  }
}

function readLiveUntil(json: JsonValue | undefined): number | null {
  if (json === null || json === undefined) return null;
  const liveUntil = readUint32(json, "live_until");
  return liveUntil === LIVE_UNTIL_UNKNOWN ? null : liveUntil;
}

/** If trusted, its content would count as lag: a change that the database cannot know yet. */
function fromLaterLedger(position: number, lastModified: number, sequence: number): EntryFault {
  const message =
    `ledger_entries[${position}] of the snapshot was last modified in ledger ${lastModified}, ` +
    `after the snapshot's own ledger ${sequence}: the file contradicts itself`;
  return fault("snapshot_entry_from_later_ledger", message);
}
