import { decodeStrKey } from "../values/strkey.js";
import { ExecutableType, ScAddressType, ScType } from "./sc-type.js";
import type { ScMapEntry, ScVal } from "./scval.js";
import { XdrWriter } from "./writer.js";

/**
 * Encodes a value as XDR. Maps are written in the given order, so the caller must sort keys.
 * @throws RangeError for a value outside its type's range, or an address that is not a strkey
 */
export function encodeScVal(value: ScVal): Uint8Array {
  const writer = new XdrWriter();
  writeScVal(writer, value);
  return writer.toBytes();
}

export function writeScVal(writer: XdrWriter, value: ScVal): void {
  switch (value.type) {
    case "bool":
      writer.u32(ScType.bool);
      return writer.bool(value.value);
    case "void":
      return writer.u32(ScType.void);
    case "error":
      writer.u32(ScType.error);
      writer.u32(value.errorType);
      return writer.u32(value.code);
    case "u32":
      writer.u32(ScType.u32);
      return writer.u32(inRange(value.type, BigInt(value.value), 32, false, value.value));
    case "i32":
      writer.u32(ScType.i32);
      return writer.u32(inRange(value.type, BigInt(value.value), 32, true, value.value));
    case "u64":
    case "timepoint":
    case "duration":
      return writeInteger(writer, ScType[value.type], value, 64, false);
    case "i64":
      return writeInteger(writer, ScType.i64, value, 64, true);
    case "ledger_key_nonce":
      return writeInteger(writer, ScType.ledgerKeyNonce, value, 64, true);
    case "u128":
    case "u256":
      return writeInteger(writer, ScType[value.type], value, value.type === "u128" ? 128 : 256, false);
    case "i128":
    case "i256":
      return writeInteger(writer, ScType[value.type], value, value.type === "i128" ? 128 : 256, true);
    case "bytes":
    case "string":
      writer.u32(ScType[value.type]);
      return writer.variableOpaque(value.value);
    case "symbol":
      writer.u32(ScType.symbol);
      return writer.variableOpaque(symbolBytes(value.value));
    case "vec":
      writer.u32(ScType.vec);
      writer.bool(value.value !== null);
      if (value.value === null) return;
      writer.u32(value.value.length);
      for (const item of value.value) writeScVal(writer, item);
      return;
    case "map":
      writer.u32(ScType.map);
      return writeOptionalMap(writer, value.value);
    case "address":
      writer.u32(ScType.address);
      return writeAddress(writer, value.value);
    case "contract_instance":
      writer.u32(ScType.contractInstance);
      writer.u32(value.wasmHash === null ? ExecutableType.stellarAsset : ExecutableType.wasm);
      if (value.wasmHash !== null) writer.opaque(value.wasmHash);
      return writeOptionalMap(writer, value.storage);
    case "ledger_key_contract_instance":
      return writer.u32(ScType.ledgerKeyContractInstance);
  }
}

function inRange<T>(type: string, value: bigint, bits: number, signed: boolean, pass: T): T {
  const wrapped = signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  if (wrapped !== value) throw new RangeError(`${value} does not fit in ${type}`);
  return pass;
}

function writeInteger(
  writer: XdrWriter,
  discriminant: number,
  { type, value }: { type: string; value: bigint },
  bits: number,
  signed: boolean,
): void {
  inRange(type, value, bits, signed, value);
  writer.u32(discriminant);
  for (let shift = bits - 64; shift >= 0; shift -= 64) writer.u64(value >> BigInt(shift));
}

function writeOptionalMap(writer: XdrWriter, entries: readonly ScMapEntry[] | null): void {
  writer.bool(entries !== null);
  if (entries === null) return;
  writer.u32(entries.length);
  for (const { key, val } of entries) {
    writeScVal(writer, key);
    writeScVal(writer, val);
  }
}

function symbolBytes(text: string): Uint8Array {
  if (text.length > 32) throw new RangeError(`a symbol has at most 32 characters: ${text}`);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) throw new RangeError(`a symbol has only ASCII characters: ${text}`);
    bytes[i] = code;
  }
  return bytes;
}

/** Writes an SCAddress from its strkey. */
export function writeAddress(writer: XdrWriter, strKey: string): void {
  const decoded = decodeStrKey(strKey);
  if ("fault" in decoded) throw new RangeError(`${strKey} is not an address: ${decoded.fault}`);
  const { kind, payload } = decoded;
  switch (kind) {
    case "account":
      writer.u32(ScAddressType.account);
      writer.u32(0);
      return writer.opaque(payload);
    case "contract":
      writer.u32(ScAddressType.contract);
      return writer.opaque(payload);
    case "muxed":
      writer.u32(ScAddressType.muxedAccount);
      writer.opaque(payload.subarray(32));
      return writer.opaque(payload.subarray(0, 32));
    case "claimable-balance":
      writer.u32(ScAddressType.claimableBalance);
      writer.u32(payload[0]!);
      return writer.opaque(payload.subarray(1));
    case "liquidity-pool":
      writer.u32(ScAddressType.liquidityPool);
      return writer.opaque(payload);
  }
}
