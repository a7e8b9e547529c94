import { UnreadableValue } from "./field.js";

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** No 256-bit integer has more digits; longer text is no amount and is not worth parsing. */
const MAX_DIGITS = 96;

/**
 * Exact base units of a decimal number in text, `decimals` of which come after the point ("1.5" with 7 is 15000000n).
 * @throws UnreadableValue for anything but a plain decimal number, and for digits below one base unit: never rounded.
 */
export function parseAmount(text: string, decimals: number): bigint {
  if (decimals === 0 && isCanonicalInteger(text)) return BigInt(text);
  const match = DECIMAL.exec(text.trim());
  if (match === null) throw new UnreadableValue(`${quote(text)} is no decimal number`);
  const [, sign, whole = "", fraction = ""] = match;
  if (whole.length + fraction.length > MAX_DIGITS) {
    throw new UnreadableValue(`the number has more than ${MAX_DIGITS} digits: ${quote(text)}`);
  }
  const significant = fraction.replace(/0+$/, "");
  if (significant.length > decimals) {
    throw new UnreadableValue(
      decimals === 0
        ? `${quote(text)} is no whole number of base units (set database.amountDecimals if the column holds whole tokens)`
        : `${quote(text)} has more than the ${decimals} decimals of one base unit`,
    );
  }
  const units = BigInt(whole + significant.padEnd(decimals, "0"));
  return sign === "-" ? -units : units;
}

/** Whether the text is a non-negative integer exactly as it would be printed, and short enough to be one. */
export function isCanonicalInteger(text: string): boolean {
  const { length } = text;
  if (length === 0 || length > MAX_DIGITS || (length > 1 && text.charCodeAt(0) === ZERO)) return false;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return false;
  }
  return true;
}

const ZERO = 48;
/** Any so long run of digits fits into 64 bits. */
const MOST_DIGITS_OF_64_BITS = 19;
const TWO_TO_32 = 2 ** 32;

/**
 * Whether the text is the integer at `at`, exactly as it would be printed. Made without a bigint, 32 bits at a time, and
 * so for integers from 0 to 19 digits alone: false means that the two have to be compared in another way.
 * @param words of 32 bits, the first of them the most significant; two at least
 */
export function isDecimalOf(text: string, view: DataView, at: number, words: number): boolean {
  const { length } = text;
  if (length === 0 || length > MOST_DIGITS_OF_64_BITS || (length > 1 && text.charCodeAt(0) === ZERO)) return false;
  let high = 0;
  let low = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return false;
    // Below 2^36, so exact.
    const next = low * 10 + digit;
    low = next >>> 0;
    high = high * 10 + (next - low) / TWO_TO_32;
  }
  for (let word = 0; word < words - 2; word++) if (view.getInt32(at + 4 * word) !== 0) return false;
  const end = at + 4 * words;
  return view.getUint32(end - 8) === high && view.getUint32(end - 4) === low;
}

/**
 * Decimal text of a value that the database stored as binary floating point, when no digit can have been lost:
 * a decimal of at most 15 significant digits survives the way through a double and back (IEEE 754).
 * @throws UnreadableValue beyond that; the digits that were written are gone.
 */
export function exactTextOfDouble(value: number): string {
  const text = String(value);
  const digits = text.replace(/^-?0*\.?0*|[.-]|e.*$/g, "");
  const plain = !text.includes("e") && Number.isFinite(value);
  if (!plain || digits.length > 15) {
    throw new UnreadableValue(
      `${text} is stored as floating point, which cannot hold such a number exactly (use a text, bigint or numeric column)`,
    );
  }
  return text;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
