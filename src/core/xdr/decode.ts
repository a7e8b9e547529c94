import { bytesText } from "../values/byte-text.js";
import { encodeStrKey } from "../values/strkey.js";
import { XdrReader } from "./reader.js";
import {
  ExecutableType,
  MAX_DEPTH,
  MAX_ERROR_CODE,
  MAX_ERROR_TYPE,
  MAX_VALUE_BYTES,
  ScAddressType,
  ScType,
} from "./sc-type.js";
import type { ScMapEntry, ScVal } from "./scval.js";
import { keyText } from "./scval-text.js";
import { XdrError } from "./xdr-error.js";

/**
 * Decodes one ScVal, whose XDR must fill the bytes exactly.
 * @throws XdrError for anything that the network cannot have written, and for arms unknown to this version
 */
export function decodeScVal(bytes: Uint8Array): ScVal {
  if (bytes.length > MAX_VALUE_BYTES) throw new XdrError(`the value has ${bytes.length} bytes, more than any entry`);
  const reader = new XdrReader(bytes);
  const value = readScVal(reader, 0);
  reader.end();
  return value;
}

/** Reads an ScVal at the reader's position in a larger structure. */
export function readScVal(reader: XdrReader, depth = 0): ScVal {
  if (depth > MAX_DEPTH) throw new XdrError(`the value is nested more than ${MAX_DEPTH} levels deep`);
  const type = reader.u32();
  switch (type) {
    case ScType.bool:
      return { type: "bool", value: reader.bool() };
    case ScType.void:
      return { type: "void" };
    case ScType.error:
      return readError(reader);
    case ScType.u32:
      return { type: "u32", value: reader.u32() };
    case ScType.i32:
      return { type: "i32", value: reader.i32() };
    case ScType.u64:
      return { type: "u64", value: reader.u64() };
    case ScType.i64:
      return { type: "i64", value: reader.i64() };
    case ScType.timepoint:
      return { type: "timepoint", value: reader.u64() };
    case ScType.duration:
      return { type: "duration", value: reader.u64() };
    case ScType.u128:
      return { type: "u128", value: appendWords(reader, reader.u64(), 1) };
    case ScType.i128:
      return { type: "i128", value: appendWords(reader, reader.i64(), 1) };
    case ScType.u256:
      return { type: "u256", value: appendWords(reader, reader.u64(), 3) };
    case ScType.i256:
      return { type: "i256", value: appendWords(reader, reader.i64(), 3) };
    case ScType.bytes:
      return { type: "bytes", value: reader.variableOpaque() };
    case ScType.string:
      return { type: "string", value: reader.variableOpaque() };
    case ScType.symbol:
      return { type: "symbol", value: readSymbol(reader) };
    case ScType.vec:
      return { type: "vec", value: reader.bool() ? readVec(reader, depth) : null };
    case ScType.map:
      return { type: "map", value: reader.bool() ? readMap(reader, depth) : null };
    case ScType.address:
      return { type: "address", value: readAddress(reader) };
    case ScType.contractInstance:
      return readContractInstance(reader, depth);
    case ScType.ledgerKeyContractInstance:
      return { type: "ledger_key_contract_instance" };
    case ScType.ledgerKeyNonce:
      return { type: "ledger_key_nonce", value: reader.i64() };
    default:
      throw new XdrError(`SCVal arm ${type} is unknown to this version`);
  }
}

/** Wide integers are big-endian 64-bit words, of which only the first is signed. */
function appendWords(reader: XdrReader, high: bigint, words: number): bigint {
  let value = high;
  for (let i = 0; i < words; i++) value = (value << 64n) | reader.u64();
  return value;
}

function readError(reader: XdrReader): ScVal {
  const errorType = reader.u32();
  if (errorType > MAX_ERROR_TYPE) throw new XdrError(`SCError type ${errorType} is unknown to this version`);
  const code = reader.u32();
  if (errorType !== 0 && code > MAX_ERROR_CODE) {
    throw new XdrError(`SCError code ${code} is unknown to this version`);
  }
  return { type: "error", errorType, code };
}

/** Reads an SCSymbol: a name of at most 32 characters. */
export function readSymbol(reader: XdrReader): string {
  const bytes = reader.variableOpaque();
  if (bytes.length > 32) throw new XdrError(`a symbol has at most 32 characters, found ${bytes.length}`);
  let text = "";
  for (const byte of bytes) {
    if (byte > 0x7f) throw new XdrError("a symbol has only ASCII characters");
    text += String.fromCharCode(byte);
  }
  return text;
}

function readVec(reader: XdrReader, depth: number): ScVal[] {
  const items: ScVal[] = [];
  for (let left = reader.count(); left > 0; left--) items.push(readScVal(reader, depth + 1));
  return items;
}

/** A key that is there twice has two values, and nothing tells which of them the contract would see. */
function readMap(reader: XdrReader, depth: number): ScMapEntry[] {
  const entries: ScMapEntry[] = [];
  const keys = new Set<string>();
  for (let left = reader.count(); left > 0; left--) {
    const start = reader.offset;
    const key = readScVal(reader, depth + 1);
    // A value has one encoding only: what differs in bytes differs.
    keys.add(bytesText(reader.since(start)));
    entries.push({ key, val: readScVal(reader, depth + 1) });
    if (keys.size < entries.length) throw new XdrError(`a map has the key ${keyText(key)} twice`);
  }
  return entries;
}

/** Reads an SCAddress as its strkey. */
export function readAddress(reader: XdrReader): string {
  const type = reader.u32();
  switch (type) {
    case ScAddressType.account:
      if (reader.u32() !== 0) throw new XdrError("an account's key type must be ed25519");
      return encodeStrKey("account", reader.opaque(32));
    case ScAddressType.contract:
      return encodeStrKey("contract", reader.opaque(32));
    case ScAddressType.muxedAccount: {
      const payload = new Uint8Array(40);
      payload.set(reader.opaque(8), 32);
      payload.set(reader.opaque(32), 0);
      return encodeStrKey("muxed", payload);
    }
    case ScAddressType.claimableBalance: {
      if (reader.u32() !== 0) throw new XdrError("a claimable balance id must have version 0");
      const payload = new Uint8Array(33);
      payload.set(reader.opaque(32), 1);
      return encodeStrKey("claimable-balance", payload);
    }
    case ScAddressType.liquidityPool:
      return encodeStrKey("liquidity-pool", reader.opaque(32));
    default:
      throw new XdrError(`SCAddress arm ${type} is unknown to this version`);
  }
}

function readContractInstance(reader: XdrReader, depth: number): ScVal {
  const executable = reader.u32();
  if (executable !== ExecutableType.wasm && executable !== ExecutableType.stellarAsset) {
    throw new XdrError(`ContractExecutable arm ${executable} is unknown to this version`);
  }
  const wasmHash = executable === ExecutableType.wasm ? reader.opaque(32) : null;
  const storage = reader.bool() ? readMap(reader, depth) : null;
  return { type: "contract_instance", wasmHash, storage };
}
