import { decodeStrKey, encodeStrKey } from "../../../../core/values/strkey.js";
import { MAX_DEPTH } from "../../../../core/xdr/sc-type.js";
import type { ScMapEntry, ScVal } from "../../../../core/xdr/scval.js";
import { readEscapedString, readHex, readSymbol } from "./json-bytes.js";
import { readInteger, readUint32, readWideInteger } from "./json-integer.js";
import { isArray, isObject, type JsonValue, member, readUnion, UnreadableJson } from "./json-value.js";

/** XDR-JSON's names for SCErrorType and then SCErrorCode, by number (Stellar-contract.x). */
const ERROR_TYPES = "contract wasm_vm context storage object crypto events budget value auth".split(" ");
const ERROR_CODES = (
  "arith_domain index_bounds invalid_input missing_value existing_value exceeded_limit invalid_action " +
  "internal_error unexpected_type unexpected_size"
).split(" ");

/**
 * Reads an ScVal from XDR-JSON (SEP-51, and older spellings of integers).
 * @throws UnreadableJson for an arm or value that this version does not know; its message starts with `where`.
 */
export function readScVal(json: JsonValue | undefined, where: string, depth = 0): ScVal {
  if (depth > MAX_DEPTH) throw new UnreadableJson(where, `at most ${MAX_DEPTH} levels of nesting`, json);
  const { arm, value, at } = readUnion(json, where);
  switch (arm) {
    case "void":
    case "ledger_key_contract_instance":
      if (value !== undefined) throw new UnreadableJson(at, `the bare text "${arm}"`, json);
      return { type: arm };
    case "bool":
      if (typeof value !== "boolean") throw new UnreadableJson(at, "true or false", value);
      return { type: arm, value };
    case "error":
      return readError(value, at);
    case "u32":
    case "i32":
      return { type: arm, value: Number(readInteger(value, 32, arm === "i32", at)) };
    case "u64":
    case "timepoint":
    case "duration":
      return { type: arm, value: readInteger(value, 64, false, at) };
    case "i64":
      return { type: arm, value: readInteger(value, 64, true, at) };
    case "u128":
    case "i128":
      return { type: arm, value: readWideInteger(value, 128, arm === "i128", at) };
    case "u256":
    case "i256":
      return { type: arm, value: readWideInteger(value, 256, arm === "i256", at) };
    case "bytes":
      return { type: arm, value: readHex(value, at) };
    case "string":
      return { type: arm, value: readEscapedString(value, at) };
    case "symbol":
      return { type: arm, value: readSymbol(value, at) };
    case "address":
      return { type: arm, value: readAddress(value, at) };
    case "vec":
      if (value === null) return { type: arm, value };
      if (!isArray(value)) throw new UnreadableJson(at, "an array or null", value);
      return { type: arm, value: value.map((item, i) => readScVal(item, `${at}[${i}]`, depth + 1)) };
    case "map":
      return { type: arm, value: readMap(value, at, depth) };
    case "contract_instance":
      return readInstance(value, at, depth);
    case "ledger_key_nonce":
      if (!isObject(value)) throw new UnreadableJson(at, "an object with the nonce", value);
      return { type: arm, value: readInteger(member(value, "nonce"), 64, true, `${at}.nonce`) };
    default:
      throw new UnreadableJson(where, "a type of value that this version knows", json);
  }
}

function readMap(json: JsonValue | undefined, where: string, depth: number): ScMapEntry[] | null {
  if (json === null) return null;
  if (!isArray(json)) throw new UnreadableJson(where, "an array or null", json);
  return json.map((item, i) => {
    const at = `${where}[${i}]`;
    if (!isObject(item)) throw new UnreadableJson(at, "an object with key and val", item);
    return {
      key: readScVal(member(item, "key"), `${at}.key`, depth + 1),
      val: readScVal(member(item, "val"), `${at}.val`, depth + 1),
    };
  });
}

function readError(json: JsonValue | undefined, where: string): ScVal {
  const { arm, value, at } = readUnion(json, where);
  const errorType = ERROR_TYPES.indexOf(arm);
  if (errorType < 0) throw new UnreadableJson(where, "a known error type", json);
  if (errorType === 0) return { type: "error", errorType, code: readUint32(value, at) };
  const code = typeof value === "string" ? ERROR_CODES.indexOf(value) : -1;
  if (code < 0) throw new UnreadableJson(at, "a known error code", value);
  return { type: "error", errorType, code };
}

function readInstance(json: JsonValue | undefined, where: string, depth: number): ScVal {
  if (!isObject(json)) throw new UnreadableJson(where, "an object with executable and storage", json);
  const { arm, value, at } = readUnion(member(json, "executable"), `${where}.executable`);
  const storage = readMap(member(json, "storage"), `${where}.storage`, depth);
  if (arm === "stellar_asset" && value === undefined) return { type: "contract_instance", wasmHash: null, storage };
  if (arm === "wasm") return { type: "contract_instance", wasmHash: readHex(value, at, 32), storage };
  throw new UnreadableJson(`${where}.executable`, 'wasm or "stellar_asset"', member(json, "executable"));
}

const POOL_HEX = /^[0-9a-f]{64}$/i;
const BALANCE_HEX = /^0{8}[0-9a-f]{64}$/i;

/** Reads a strkey; early releases for protocol 23 wrote the hash of a pool or claimable balance in hex. */
function readAddress(json: JsonValue | undefined, where: string): string {
  if (typeof json !== "string") throw new UnreadableJson(where, "an address", json);
  if (POOL_HEX.test(json)) return encodeStrKey("liquidity-pool", Buffer.from(json, "hex"));
  // The strkey keeps one of XDR's four bytes for the kind of balance.
  if (BALANCE_HEX.test(json)) return encodeStrKey("claimable-balance", Buffer.from(json.slice(6), "hex"));
  const decoded = decodeStrKey(json);
  if ("fault" in decoded) throw new UnreadableJson(where, `an address (this is: ${decoded.fault})`, json);
  return json;
}
