/** `more`: the bytes end within the value; skim it again from its start once there are more. */
export type SkimResult = "complete" | "more" | "damaged" | "too-deep";

/** Deeper than any ledger entry, yet far from overflowing a parser's stack. */
export const MAX_NESTING = 1000;

/** A JavaScript number holds every integer of this length exactly. */
const EXACT_DIGITS = 15;

/** More members than any object in a ledger entry; larger objects are left to the exact parser. */
const MAX_SIBLINGS = 64;

const OBJECT = 1;
const ARRAY = 2;

const VALUE = 0;
const ITEM_OR_END = 1;
const KEY = 2;
const KEY_OR_END = 3;
const AFTER_VALUE = 4;

const LITERALS = new Map(["true", "false", "null"].map((text) => [text.charCodeAt(0), Buffer.from(text)]));

/**
 * Validates a JSON value and finds its end without building anything. Covers the whole grammar of RFC 8259; `isPlain`
 * excludes what it cannot vouch for (duplicate names, numbers that would lose digits).
 */
export class JsonSkimmer {
  /** After `complete`: the first byte after the value. After `damaged`: the offending byte. */
  end = 0;
  /** After `damaged`: what the grammar expects instead. */
  expected = "";
  /** Whether JSON.parse keeps every digit and every member. */
  isPlain = true;

  readonly #kinds = new Uint8Array(MAX_NESTING);
  /** The hashes of the names in each open object, and where those of each object start. */
  readonly #names = new Int32Array(MAX_NESTING * MAX_SIBLINGS);
  readonly #firstName = new Int32Array(MAX_NESTING);
  #nameCount = 0;

  /** @param start the value's first byte, or white space before it */
  skim(bytes: Uint8Array, start: number, limit: number): SkimResult {
    this.isPlain = true;
    this.#nameCount = 0;
    this.end = start;
    const kinds = this.#kinds;
    let depth = 0;
    let state = VALUE;
    for (;;) {
      let at = this.end;
      while (at < limit && isSpace(bytes[at]!)) at += 1;
      if (at >= limit) return "more";
      const byte = bytes[at]!;
      this.end = at + 1;

      if (state === AFTER_VALUE) {
        const inObject = kinds[depth - 1] === OBJECT;
        if (byte === 0x2c /* , */) {
          state = inObject ? KEY : VALUE;
          continue;
        }
        if (byte !== (inObject ? 0x7d : 0x5d)) return this.#damaged(at, `',' or '${inObject ? "}" : "]"}' expected`);
        depth = this.#close(depth);
      } else if (state === KEY || state === KEY_OR_END) {
        if (byte === 0x7d /* } */ && state === KEY_OR_END) depth = this.#close(depth);
        else {
          if (byte !== 0x22) return this.#damaged(at, "Quoted object key expected");
          const result = this.#name(bytes, limit, depth);
          if (result !== "complete") return result;
          state = VALUE;
          continue;
        }
      } else if (byte === 0x5d /* ] */ && state === ITEM_OR_END) depth = this.#close(depth);
      else if (byte === 0x7b /* { */ || byte === 0x5b /* [ */) {
        if (depth === MAX_NESTING) return "too-deep";
        kinds[depth] = byte === 0x7b ? OBJECT : ARRAY;
        this.#firstName[depth] = this.#nameCount;
        depth += 1;
        state = byte === 0x7b ? KEY_OR_END : ITEM_OR_END;
        continue;
      } else {
        const result = byte === 0x22 ? this.#string(bytes, limit) : this.#scalar(bytes, at, limit);
        if (result !== "complete") return result;
      }
      if (depth === 0) return "complete";
      state = AFTER_VALUE;
    }
  }

  #close(depth: number): number {
    this.#nameCount = this.#firstName[depth - 1]!;
    return depth - 1;
  }

  /** A member's name and its colon. Names with equal hashes, and escaped names, might be duplicates. */
  #name(bytes: Uint8Array, limit: number, depth: number): SkimResult {
    const start = this.end;
    const result = this.#string(bytes, limit);
    if (result !== "complete") return result;
    let hash = 0x811c9dc5 | 0;
    for (let i = start; i < this.end - 1; i++) {
      const byte = bytes[i]!;
      if (byte === 0x5c) this.isPlain = false;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    const first = this.#firstName[depth - 1]!;
    for (let i = first; i < this.#nameCount; i++) if (this.#names[i] === hash) this.isPlain = false;
    if (this.#nameCount - first < MAX_SIBLINGS) this.#names[this.#nameCount++] = hash;
    else this.isPlain = false;

    let at = this.end;
    while (at < limit && isSpace(bytes[at]!)) at += 1;
    if (at >= limit) return "more";
    if (bytes[at] !== 0x3a) return this.#damaged(at, "Colon ':' expected after property name");
    this.end = at + 1;
    return "complete";
  }

  #string(bytes: Uint8Array, limit: number): SkimResult {
    for (let at = this.end; at < limit; at++) {
      const byte = bytes[at]!;
      if (byte === 0x22) {
        this.end = at + 1;
        return "complete";
      }
      if (byte < 0x20) return this.#damaged(at, "Invalid character in a string");
      if (byte !== 0x5c) continue;
      at += 1;
      if (at >= limit) return "more";
      if (bytes[at] === 0x75 /* u */) {
        for (let digit = 0; digit < 4; digit++) {
          at += 1;
          if (at >= limit) return "more";
          if (!isHexDigit(bytes[at]!)) return this.#damaged(at, "Four hex digits expected after '\\u'");
        }
      } else if (!isEscape(bytes[at]!)) return this.#damaged(at, "Invalid escape character in a string");
    }
    return "more";
  }

  #scalar(bytes: Uint8Array, start: number, limit: number): SkimResult {
    const literal = LITERALS.get(bytes[start]!);
    if (literal === undefined) return this.#number(bytes, start, limit);
    for (let i = 1; i < literal.length; i++) {
      if (start + i >= limit) return "more";
      if (bytes[start + i] !== literal[i]) return this.#damaged(start + i, `'${literal}' expected`);
    }
    this.end = start + literal.length;
    return "complete";
  }

  /** A number ends where something else begins, so at the end of the bytes it may continue. */
  #number(bytes: Uint8Array, start: number, limit: number): SkimResult {
    let at = bytes[start] === 0x2d /* - */ ? start + 1 : start;
    if (at >= limit) return "more";
    if (!isDigit(bytes[at]!)) return this.#damaged(at, at === start ? "JSON value expected" : "Digit expected");
    const first = at;
    if (bytes[at] === 0x30) at += 1;
    else while (at < limit && isDigit(bytes[at]!)) at += 1;
    if (at - first > EXACT_DIGITS) this.isPlain = false;
    if (at < limit && bytes[at] === 0x2e /* . */) {
      this.isPlain = false;
      at += 1;
      if (at < limit && !isDigit(bytes[at]!)) return this.#damaged(at, "Digit expected");
      while (at < limit && isDigit(bytes[at]!)) at += 1;
    }
    if (at < limit && (bytes[at]! | 0x20) === 0x65 /* e, E */) {
      this.isPlain = false;
      at += 1;
      if (at < limit && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at += 1;
      if (at < limit && !isDigit(bytes[at]!)) return this.#damaged(at, "Digit expected");
      while (at < limit && isDigit(bytes[at]!)) at += 1;
    }
    if (at >= limit) return "more";
    this.end = at;
    return "complete";
  }

  #damaged(at: number, expected: string): SkimResult {
    this.end = at;
    this.expected = expected;
    return "damaged";
  }
}

export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isHexDigit(byte: number): boolean {
  return isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

const ESCAPES = new Set(Buffer.from('"\\/bfnrt'));

function isEscape(byte: number): boolean {
  return ESCAPES.has(byte);
}
