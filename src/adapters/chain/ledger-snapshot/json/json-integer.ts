import { isObject, type JsonValue, member, UnreadableJson } from "./json-value.js";

/** Enough for the ledger's longest integers: 256 bits take 78 digits. */
export const MAX_DIGITS = 80;

const DECIMAL = /^-?\d+$/;

/**
 * Reads an integer that fits into `bits`, from a JSON number (up to protocol 22) or decimal text (from 23 on).
 * @throws UnreadableJson for anything else, including values out of range.
 */
export function readInteger(value: JsonValue | undefined, bits: number, signed: boolean, where: string): bigint {
  const expected = `${signed ? "a signed" : "an unsigned"} ${bits}-bit integer`;
  let integer: bigint;
  if (typeof value === "bigint") integer = value;
  else if (typeof value === "number") integer = BigInt(value);
  else if (typeof value === "string" && value.length <= MAX_DIGITS && DECIMAL.test(value)) integer = BigInt(value);
  else throw new UnreadableJson(where, expected, value);
  const wrapped = signed ? BigInt.asIntN(bits, integer) : BigInt.asUintN(bits, integer);
  if (wrapped !== integer) throw new UnreadableJson(where, expected, value);
  return integer;
}

/** Reads a uint32, such as ledger numbers, u32 values and error codes. */
export function readUint32(value: JsonValue | undefined, where: string): number {
  return Number(readInteger(value, 32, false, where));
}

/**
 * Reads a 128- or 256-bit integer: decimal text, or 64-bit parts with the sign in the first (`{"hi","lo"}`,
 * `{"hi_hi","hi_lo","lo_hi","lo_lo"}`; stellar-xdr wrote the former up to protocol 22, the latter up to 21).
 */
export function readWideInteger(value: JsonValue | undefined, bits: 128 | 256, signed: boolean, where: string): bigint {
  if (!isObject(value)) return readInteger(value, bits, signed, where);
  const parts = bits === 128 ? ["hi", "lo"] : ["hi_hi", "hi_lo", "lo_hi", "lo_lo"];
  let integer = 0n;
  for (const [index, part] of parts.entries()) {
    const limb = readInteger(member(value, part), 64, signed && index === 0, `${where}.${part}`);
    integer = (integer << 64n) | limb;
  }
  return integer;
}
