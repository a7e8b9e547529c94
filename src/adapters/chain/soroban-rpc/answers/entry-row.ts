import type { StreamErrorCode } from "../../../../core/codes.js";
import { MAX_VALUE_BYTES } from "../../../../core/xdr/sc-type.js";
import type { EntryFault, LedgerEntry } from "../../../../ports/on-chain-client.js";
import { quote, readUint32 } from "./answer-values.js";
import { type Base64Target, encodeBase64 } from "./strict-base64.js";

/** LedgerEntryType CONTRACT_DATA; with ContractDataEntry.ext, it makes the eight bytes before contract and key. */
const CONTRACT_DATA = 6;
const HEADER_BYTES = 8;
/** In a LedgerKey, only the type precedes contract and key. */
const KEY_HEADER_BYTES = 4;

/** Reads one row of getLedgerEntries. */
export function readRow(
  row: Record<string, unknown>,
  key: Uint8Array,
  latestLedger: number,
  target: Base64Target,
): LedgerEntry | EntryFault {
  if (typeof row.xdr !== "string") return malformed(`its xdr is ${quote(row.xdr)}, not base64 text`);
  const { bytes, used: start } = target;
  if (!target.write(row.xdr)) return malformed(`its xdr is not valid base64: ${quote(row.xdr)}`);
  const at = valueIn(bytes, start, target.used, key);
  if (typeof at !== "number") return at;
  return withLedgers(row, new Uint8Array(bytes.buffer, bytes.byteOffset + at, target.used - at), latestLedger);
}

/**
 * Finds the value in a row's `xdr`, which is LedgerEntryData: type, ext, then contract, key and durability exactly as
 * in the LedgerKey, then the value. Comparing those bytes proves that the data belongs to the key.
 * @param start of the data @param end of the data, and of the value
 */
export function valueIn(bytes: Buffer, start: number, end: number, key: Uint8Array): number | EntryFault {
  if (end - start > MAX_VALUE_BYTES) return malformed(`its xdr has ${end - start} bytes, more than any ledger entry`);
  if (end - start < HEADER_BYTES) return malformed(`its xdr has only ${end - start} bytes`);
  const type = bytes.readUInt32BE(start);
  if (type !== CONTRACT_DATA) return malformed(`its xdr is a ledger entry of type ${type}, not contract data (6)`);
  const extension = bytes.readUInt32BE(start + 4);
  if (extension !== 0) return malformed(`its xdr has an extension (${extension}) that this version does not know`);
  const keyStart = start + HEADER_BYTES;
  const valueStart = keyStart + key.length - KEY_HEADER_BYTES;
  if (end < valueStart || !holdsKey(bytes, keyStart, key)) {
    return fault("entry_key_mismatch", `its xdr belongs to a different entry from the key ${encodeBase64(key)}`);
  }
  const length = end - valueStart;
  if (length === 0 || length % 4 !== 0) {
    return malformed(`its xdr leaves ${length} bytes for the value, not a positive multiple of 4`);
  }
  return valueStart;
}

/** For so few bytes, a loop is faster than Buffer's own comparison. */
function holdsKey(bytes: Buffer, at: number, key: Uint8Array): boolean {
  for (let i = KEY_HEADER_BYTES; i < key.length; i++) if (bytes[at + i - KEY_HEADER_BYTES] !== key[i]) return false;
  return true;
}

export function fault(code: StreamErrorCode, found: string): EntryFault {
  return { kind: "fault", code, message: `The RPC node's row for this entry cannot be trusted: ${found}` };
}

function withLedgers(row: Record<string, unknown>, value: Uint8Array, latestLedger: number): LedgerEntry | EntryFault {
  const lastModifiedLedger = readUint32(row.lastModifiedLedgerSeq);
  if (lastModifiedLedger === null) {
    return malformed(`its lastModifiedLedgerSeq is ${quote(row.lastModifiedLedgerSeq)}, not a ledger number`);
  }
  if (lastModifiedLedger > latestLedger) {
    const found = `it was modified at ledger ${lastModifiedLedger}, after the ledger it was read at (${latestLedger})`;
    return fault("entry_from_the_future", found);
  }
  const written = row.liveUntilLedgerSeq;
  const liveUntilLedger = written === undefined || written === null ? null : readUint32(written);
  if (liveUntilLedger === null && written !== undefined && written !== null) {
    return malformed(`its liveUntilLedgerSeq is ${quote(written)}, not a ledger number`);
  }
  return { kind: "entry", value, lastModifiedLedger, liveUntilLedger };
}

function malformed(found: string): EntryFault {
  return fault("entry_malformed", found);
}
