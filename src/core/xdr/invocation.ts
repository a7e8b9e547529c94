import { encodeStrKey } from "../values/strkey.js";
import { readAddress, readScVal, readSymbol } from "./decode.js";
import { XdrReader } from "./reader.js";
import type { ScVal } from "./scval.js";
import { XdrError } from "./xdr-error.js";

/** A transaction's contract call. */
export interface Invocation {
  /** The operation's source account, or else the transaction's. */
  readonly source: string;
  readonly contractId: string;
  readonly function: string;
  readonly args: readonly ScVal[];
}

const ENVELOPE_TX = 2;
const ENVELOPE_FEE_BUMP = 5;
const INVOKE_HOST_FUNCTION = 24;
const INVOKE_CONTRACT = 0;
const MUXED = 0x100;

/**
 * Reads a transaction's contract call (Stellar-transaction.x). Such a transaction has exactly one operation.
 * @returns null when it calls no contract
 * @throws XdrError unless the bytes are a TransactionEnvelope
 */
export function readInvocation(envelope: Uint8Array): Invocation | null {
  const reader = new XdrReader(envelope);
  let type = reader.u32();
  if (type === ENVELOPE_FEE_BUMP) {
    readAccount(reader);
    reader.i64();
    type = reader.u32();
  }
  if (type !== ENVELOPE_TX) return null;
  const sender = readAccount(reader);
  reader.u32();
  reader.i64();
  skipPreconditions(reader);
  skipMemo(reader);
  if (reader.u32() !== 1) return null;
  const source = reader.bool() ? readAccount(reader) : sender;
  if (reader.u32() !== INVOKE_HOST_FUNCTION || reader.u32() !== INVOKE_CONTRACT) return null;
  const contractId = readAddress(reader);
  const name = readSymbol(reader);
  const args: ScVal[] = [];
  for (let left = reader.count(); left > 0; left--) args.push(readScVal(reader));
  return { source, contractId, function: name, args };
}

function readAccount(reader: XdrReader): string {
  const type = reader.u32();
  if (type === 0) return encodeStrKey("account", reader.opaque(32));
  if (type !== MUXED) throw new XdrError(`MuxedAccount arm ${type} is unknown to this version`);
  reader.u64();
  // The sub-account id is not needed.
  return encodeStrKey("account", reader.opaque(32));
}

function skipPreconditions(reader: XdrReader): void {
  const type = reader.u32();
  if (type === 0) return;
  if (type > 2) throw new XdrError(`Preconditions arm ${type} is unknown to this version`);
  if (type === 1 || reader.bool()) reader.opaque(16);
  if (type === 1) return;
  // Ledger bounds, then the minimum sequence number, age and gap, then extra signers.
  if (reader.bool()) reader.opaque(8);
  if (reader.bool()) reader.opaque(8);
  reader.opaque(12);
  for (let left = reader.count(); left > 0; left--) {
    const signer = reader.u32();
    reader.opaque(32);
    if (signer === 3) reader.variableOpaque();
  }
}

function skipMemo(reader: XdrReader): void {
  const type = reader.u32();
  if (type === 1) reader.variableOpaque();
  else if (type === 2) reader.u64();
  else if (type === 3 || type === 4) reader.opaque(32);
  else if (type !== 0) throw new XdrError(`Memo arm ${type} is unknown to this version`);
}
