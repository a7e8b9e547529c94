import { UnreadableValue } from "./field.js";

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** More digits than any 256-bit integer has; longer text is not parsed. */
const MAX_DIGITS = 96;

/**
 * Converts decimal text to exact base units: "1.5" with 7 `decimals` is 15000000n.
 * @throws UnreadableValue unless it is a plain decimal number without digits below one base unit; it never rounds
 */
export function parseAmount(text: string, decimals: number): bigint {
  if (decimals === 0 && isCanonicalInteger(text)) return BigInt(text);
  const match = DECIMAL.exec(text.trim());
  if (match === null) throw new UnreadableValue(`${quoted(text)} is not a decimal number`);
  const [, sign, whole = "", fraction = ""] = match;
  if (whole.length + fraction.length > MAX_DIGITS) {
    throw new UnreadableValue(`the number has more than ${MAX_DIGITS} digits: ${quoted(text)}`);
  }
  const significant = fraction.replace(/0+$/, "");
  if (significant.length > decimals) {
    throw new UnreadableValue(
      decimals === 0
        ? `${quoted(text)} is not a whole number of base units (set database.amountDecimals if the column holds whole tokens)`
        : `${quoted(text)} has more than ${decimals} decimals, the precision of one base unit`,
    );
  }
  const units = BigInt(whole + significant.padEnd(decimals, "0"));
  return sign === "-" ? -units : units;
}

/** Whether the text is a non-negative integer in its canonical form, with at most 96 digits. */
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
/** Any number with this many digits fits in 64 bits. */
const MOST_DIGITS_OF_64_BITS = 19;
const TWO_TO_32 = 2 ** 32;

/**
 * Whether the text is the canonical form of the integer at `at`. For speed it creates no bigint, and so handles only
 * non-negative integers of up to 19 digits: after false, compare the two in another way.
 * @param words number of 32-bit words, at least two, the most significant first
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
 * Decimal text of a value that the database stored as floating point. At most 15 significant digits survive the
 * conversion to a double and back (IEEE 754).
 * @throws UnreadableValue when there are more, since digits may be lost
 */
export function exactTextOfDouble(value: number): string {
  const text = String(value);
  const digits = text.replace(/^-?0*\.?0*|[.-]|e.*$/g, "");
  const plain = !text.includes("e") && Number.isFinite(value);
  if (!plain || digits.length > 15) {
    throw new UnreadableValue(
      `${text} is stored as floating point, which cannot hold this number exactly (use a text, bigint or numeric column)`,
    );
  }
  return text;
}

/** A text for a message, cut to 60 characters. The mark of the cut tells that what stands before it is not whole. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
