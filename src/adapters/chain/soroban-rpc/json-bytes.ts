const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const ZERO = 0x30;
const MOST_DIGITS = 10;
const GREATEST_UINT32 = 0xffff_ffff;

/**
 * Goes through the bytes of a JSON text that is written plainly: names that are known, strings without escapes, integers.
 * Whatever else there may be is answered with -1 or false, and is for JSON.parse to read.
 */
export class JsonBytes {
  readonly bytes: Buffer;
  /** Where the next token is looked for. */
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Steps over white space, and over this character where it is what follows. */
  take(character: number): boolean {
    const { bytes } = this;
    while (isSpace(bytes[this.at]!)) this.at += 1;
    if (bytes[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  /** Steps over `"name":`, where it is what follows. @param name with its quotes, as bytes */
  takeName(name: Uint8Array): boolean {
    const { bytes } = this;
    while (isSpace(bytes[this.at]!)) this.at += 1;
    const { at } = this;
    for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
    this.at = at + name.length;
    if (this.take(COLON)) return true;
    this.at = at;
    return false;
  }

  /** What stands between two quotes, if that is what follows, as it stands there: escapes and all. */
  string(): string | null {
    if (!this.take(QUOTE)) return null;
    const start = this.at;
    const end = this.bytes.indexOf(QUOTE, start);
    if (end < 0) return null;
    this.at = end + 1;
    return this.bytes.toString("latin1", start, end);
  }

  /** Steps over a string of printable ASCII without escapes, where that is what follows. */
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

  /** An unsigned integer of 32 bits, if that is what follows; else -1. */
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
    // What follows the digits is for the caller to look at: a point or an exponent is none of the things that may.
    const isPlain = digits > 0 && digits <= MOST_DIGITS && (digits === 1 || bytes[start] !== ZERO);
    return isPlain && value <= GREATEST_UINT32 ? value : -1;
  }

  /** Whether there is nothing left but white space. */
  get isAtEnd(): boolean {
    while (isSpace(this.bytes[this.at]!)) this.at += 1;
    return this.at === this.bytes.length;
  }
}

const isSpace = (character: number): boolean =>
  character === 0x20 || character === 0x0a || character === 0x0d || character === 0x09;
