const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const CLOSE = 0x7d;
const ZERO = 0x30;
const MOST_DIGITS = 10;
const GREATEST_UINT32 = 0xffff_ffff;

/**
 * Steps through the bytes of plainly written JSON: known names, strings without escapes, integers. Anything else is
 * answered with -1 or false, and needs JSON.parse.
 */
export class JsonBytes {
  readonly bytes: Buffer;
  /** Where the next token is expected. */
  at = 0;

  readonly #view: DataView;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.#view = viewOf(bytes);
  }

  /** Steps over white space, and over this character if it follows. */
  take(character: number): boolean {
    const { bytes } = this;
    while (isSpace(bytes[this.at]!)) this.at += 1;
    if (bytes[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  /** Steps over `"name":`, if it follows. @param name the bytes, including the quotes */
  takeName(name: DataView): boolean {
    const { bytes } = this;
    while (isSpace(bytes[this.at]!)) this.at += 1;
    const { at } = this;
    if (!isSame(this.#view, at, name, 0, name.byteLength)) return false;
    this.at = at + name.byteLength;
    if (this.take(COLON)) return true;
    this.at = at;
    return false;
  }

  /** Steps over a string of exactly these bytes, if it follows. @param length at least 4 */
  takeText(text: DataView, start: number, length: number): boolean {
    const { at, bytes } = this;
    if (this.take(QUOTE) && isSame(this.#view, this.at, text, start, length) && bytes[this.at + length] === QUOTE) {
      this.at += length + 1;
      return true;
    }
    this.at = at;
    return false;
  }

  /** Steps over an opening quote, if it follows. */
  takeQuote(): boolean {
    return this.take(QUOTE);
  }

  /** Whether a string could end after so many characters: with a quote, then a comma or a closing brace. */
  mayEndAfter(length: number): boolean {
    const { bytes } = this;
    const end = this.at + length;
    if (bytes[end] !== QUOTE) return false;
    const next = bytes[end + 1];
    return next === COMMA || next === CLOSE;
  }

  /** The number of characters up to the next quote; -1 if there is none. */
  get lengthToQuote(): number {
    const end = this.bytes.indexOf(QUOTE, this.at);
    return end < 0 ? -1 : end - this.at;
  }

  /** Steps over a string of printable ASCII without escapes, if it follows. */
  takeString(): boolean {
    if (!this.take(QUOTE)) return false;
    const { bytes } = this;
    for (let at = this.at; at < bytes.length; at++) {
      const character = bytes[at]!;
      if (character === QUOTE) {
        this.at = at + 1;
        return true;
      }
      if (character < 0x20 || character > 0x7e || character === BACKSLASH) return false;
    }
    return false;
  }

  /** Reads an unsigned 32-bit integer, if it follows; else -1. */
  uint32(): number {
    const { bytes } = this;
    while (isSpace(bytes[this.at]!)) this.at += 1;
    const start = this.at;
    let value = 0;
    for (let digit = bytes[this.at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[this.at]! - ZERO) {
      value = value * 10 + digit;
      this.at += 1;
    }
    const digits = this.at - start;
    // The caller checks what follows the digits, and so rejects a decimal point or an exponent.
    const isPlain = digits > 0 && digits <= MOST_DIGITS && (digits === 1 || bytes[start] !== ZERO);
    return isPlain && value <= GREATEST_UINT32 ? value : -1;
  }

  /** Whether only white space is left. */
  get isAtEnd(): boolean {
    while (isSpace(this.bytes[this.at]!)) this.at += 1;
    return this.at === this.bytes.length;
  }
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Compares bytes at two places, four at a time, with the last four possibly overlapping. @param length at least 4 */
export function isSame(one: DataView, at: number, other: DataView, start: number, length: number): boolean {
  if (at + length > one.byteLength) return false;
  const last = length - 4;
  for (let i = 0; i < last; i += 4) if (one.getInt32(at + i) !== other.getInt32(start + i)) return false;
  return one.getInt32(at + last) === other.getInt32(start + last);
}

const isSpace = (character: number): boolean =>
  character === 0x20 || character === 0x0a || character === 0x0d || character === 0x09;
