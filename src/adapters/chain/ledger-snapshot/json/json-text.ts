import { parse } from "lossless-json";
import { MAX_DIGITS } from "./json-integer.js";
import { type JsonValue, OddNumber } from "./json-value.js";

/**
 * Parses JSON without losses: JSON.parse would silently round a u64 beyond 2^53, and keep only the last of two values
 * for one name.
 * @throws SyntaxError naming the position; RangeError if the text nests too deeply.
 */
export const parseExactly = (text: string): JsonValue => parse(text, null, { parseNumber: readNumber }) as JsonValue;

const INTEGER = /^-?\d+$/;

function readNumber(text: string): bigint | OddNumber {
  return text.length <= MAX_DIGITS && INTEGER.test(text) ? BigInt(text) : new OddNumber(text);
}
