import type { EntryFault, LedgerEntry } from "../../../ports/on-chain-client.js";
import { readUint32 } from "./answer-numbers.js";
import { quote } from "./quote.js";
import { type Base64Target, decodeBase64, encodeBase64 } from "./strict-base64.js";

/** LedgerEntryType and ContractDataEntry.ext (Stellar-ledger-entries.x): the eight bytes before contract and key. */
const CONTRACT_DATA = 6;
const HEADER_BYTES = 8;
/** A LedgerKey has the type alone before its contract and key. */
const KEY_HEADER_BYTES = 4;

/**
 * Reads one row of getLedgerEntries: `xdr` is LedgerEntryData, that is type, ext, then contract, key and durability
 * exactly as in the LedgerKey, then the value. Comparing those bytes proves that the data belongs to the key.
 */
export function readRow(
  row: Record<string, unknown>,
  key: Uint8Array,
  latestLedger: number,
  target: Base64Target,
): LedgerEntry | EntryFault {
  if (typeof row.xdr !== "string") return malformed(`its xdr is ${quote(row.xdr)}, not base64 text`);
  const data = decodeBase64(row.xdr, target);
  if (data === null) return malformed(`its xdr is not valid base64: ${quote(row.xdr)}`);
  const valueStart = key.length + HEADER_BYTES - KEY_HEADER_BYTES;
  if (data.length < HEADER_BYTES) return malformed(`its xdr holds ${data.length} bytes only`);
  const type = data.readUInt32BE(0);
  if (type !== CONTRACT_DATA) return malformed(`its xdr is a ledger entry of type ${type}, not contract data (6)`);
  const extension = data.readUInt32BE(4);
  if (extension !== 0) return malformed(`its xdr has an extension (${extension}) that this version does not know`);
  const holdsKey =
    data.length >= valueStart && data.compare(key, KEY_HEADER_BYTES, key.length, HEADER_BYTES, valueStart) === 0;
  if (!holdsKey) {
    return fault("entry_key_mismatch", `its xdr belongs to another entry than the key ${encodeBase64(key)}`);
  }
  const value = data.subarray(valueStart);
  if (value.length === 0 || value.length % 4 !== 0) {
    return malformed(`its xdr leaves ${value.length} bytes for the value, not a multiple of 4 above 0`);
  }
  return withLedgers(row, value, latestLedger);
}

export function fault(code: string, found: string): EntryFault {
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
  const told = row.liveUntilLedgerSeq;
  const liveUntilLedger = told === undefined || told === null ? null : readUint32(told);
  if (liveUntilLedger === null && told !== undefined && told !== null) {
    return malformed(`its liveUntilLedgerSeq is ${quote(told)}, not a ledger number`);
  }
  return { kind: "entry", value, lastModifiedLedger, liveUntilLedger };
}

function malformed(found: string): EntryFault {
  return fault("entry_malformed", found);
}
