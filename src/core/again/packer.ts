/** What can be packed: plain data without gaps. Numbers are whole, from 0 on. */
export type Plain = null | boolean | number | bigint | string | readonly Plain[] | { readonly [key: string]: Plain };

/** The first byte of a packed value; counts and indexes follow as varints. */
const TAG = {
  null: 0,
  false: 1,
  true: 2,
  integer: 3,
  bigint: 4,
  negativeBigint: 5,
  /** Beyond 53 bits: its digits as text. */
  longBigint: 6,
  /** One byte a character, for text without any beyond U+00FF. */
  narrowText: 7,
  /** Two bytes a UTF-16 unit: lone surrogates survive. */
  wideText: 8,
  /** The n-th text of the same value, again. */
  sameText: 9,
  /** The n-th word of the packer. */
  word: 10,
  list: 11,
  /** An object with the keys of the packer's n-th shape, in their order. */
  object: 12,
} as const;

/** More words than this are no vocabulary; they are packed as text. */
const MOST_WORDS = 1_000;
/** A function takes only so many arguments. An even number, since two bytes may make one character. */
const PART_BYTES = 8_192;
const SCRATCH_BYTES = 1_024;
const GREATEST_INTEGER = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Turns plain data into few bytes, and back into an equal value. What all values have in common is kept once, in the
 * packer: the keys of their objects, and the words that stand under `wordKeys`. A stream that differs in one field takes
 * about 110 bytes, where its objects take more than 1,000.
 */
export class Packer<T> {
  readonly #wordKeys: ReadonlySet<string>;
  readonly #words: string[] = [];
  readonly #indexOfWord = new Map<string, number>();
  readonly #shapes: (readonly string[])[] = [];
  readonly #indexOfShape = new Map<string, number>();
  /** Texts of the value that is packed or unpacked at the moment. */
  readonly #texts: string[] = [];
  #bytes = new Uint8Array(SCRATCH_BYTES);
  #at = 0;

  /** @param wordKeys keys whose texts are few and come again and again */
  constructor(wordKeys: readonly string[] = []) {
    this.#wordKeys = new Set(wordKeys);
  }

  /**
   * @returns the value's bytes, which the next call overwrites
   * @throws TypeError for what would not come back as it was
   */
  pack(value: T): Uint8Array {
    this.#at = 0;
    this.#texts.length = 0;
    this.#write(value, false);
    return this.#bytes.subarray(0, this.#at);
  }

  /** @param bytes that this packer made; what follows the value is left alone */
  unpack(bytes: Uint8Array): T {
    const kept = this.#bytes;
    this.#bytes = bytes as Uint8Array<ArrayBuffer>;
    this.#at = 0;
    this.#texts.length = 0;
    try {
      return this.#read() as T;
    } finally {
      this.#bytes = kept;
    }
  }

  #write(value: unknown, isWord: boolean): void {
    switch (typeof value) {
      case "string":
        return this.#writeText(value, isWord);
      case "number":
        if (!Number.isSafeInteger(value) || value < 0 || Object.is(value, -0)) break;
        return this.#writeCount(TAG.integer, value);
      case "bigint":
        return this.#writeBigint(value);
      case "boolean":
        return this.#byte(value ? TAG.true : TAG.false);
      case "object":
        if (value === null) return this.#byte(TAG.null);
        if (Array.isArray(value)) return this.#writeList(value);
        return this.#writeObject(value as Readonly<Record<string, unknown>>);
    }
    throw new TypeError(`${typeof value} ${String(value)} cannot be packed`);
  }

  #writeBigint(value: bigint): void {
    const size = value < 0n ? -value : value;
    if (size <= GREATEST_INTEGER) {
      return this.#writeCount(value < 0n ? TAG.negativeBigint : TAG.bigint, Number(size));
    }
    this.#byte(TAG.longBigint);
    this.#writeText(String(value), false);
  }

  #writeText(text: string, isWord: boolean): void {
    const word = isWord ? this.#wordOf(text) : undefined;
    if (word !== undefined) return this.#writeCount(TAG.word, word);
    const known = this.#texts.indexOf(text);
    if (known >= 0) return this.#writeCount(TAG.sameText, known);
    this.#texts.push(text);
    this.#makeRoom(2 * text.length);
    const at = this.#at;
    this.#writeCount(TAG.narrowText, text.length);
    this.#makeRoom(text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0xff) {
        this.#at = at;
        return this.#writeWide(text);
      }
      this.#bytes[this.#at++] = code;
    }
  }

  #writeWide(text: string): void {
    this.#writeCount(TAG.wideText, text.length);
    this.#makeRoom(2 * text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      this.#bytes[this.#at++] = code & 0xff;
      this.#bytes[this.#at++] = code >> 8;
    }
  }

  #wordOf(text: string): number | undefined {
    const known = this.#indexOfWord.get(text);
    if (known !== undefined || this.#words.length >= MOST_WORDS) return known;
    this.#indexOfWord.set(text, this.#words.length);
    return this.#words.push(text) - 1;
  }

  #writeList(list: readonly unknown[]): void {
    this.#writeCount(TAG.list, list.length);
    for (let i = 0; i < list.length; i++) this.#write(list[i], false);
  }

  #writeObject(object: Readonly<Record<string, unknown>>): void {
    const keys = Object.keys(object);
    this.#writeCount(TAG.object, this.#shapeOf(keys));
    for (const key of keys) this.#write(object[key], this.#wordKeys.has(key));
  }

  #shapeOf(keys: readonly string[]): number {
    const name = JSON.stringify(keys);
    const known = this.#indexOfShape.get(name);
    if (known !== undefined) return known;
    this.#indexOfShape.set(name, this.#shapes.length);
    return this.#shapes.push(keys) - 1;
  }

  /** Seven bits a byte, the lowest first; the highest bit says that more follow. */
  #writeCount(tag: number, count: number): void {
    this.#byte(tag);
    let rest = count;
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) this.#byte((rest & 0x7f) | 0x80);
    this.#byte(rest);
  }

  #byte(byte: number): void {
    if (this.#at === this.#bytes.length) this.#makeRoom(1);
    this.#bytes[this.#at++] = byte;
  }

  #makeRoom(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const wider = new Uint8Array(2 * this.#bytes.length + bytes);
    wider.set(this.#bytes);
    this.#bytes = wider;
  }

  #read(): Plain {
    const tag = this.#bytes[this.#at++];
    switch (tag) {
      case TAG.null:
        return null;
      case TAG.false:
        return false;
      case TAG.true:
        return true;
      case TAG.integer:
        return this.#readCount();
      case TAG.bigint:
        return BigInt(this.#readCount());
      case TAG.negativeBigint:
        return -BigInt(this.#readCount());
      case TAG.longBigint:
        return BigInt(this.#read() as string);
      case TAG.narrowText:
        return this.#readText(1);
      case TAG.wideText:
        return this.#readText(2);
      case TAG.sameText:
        return this.#texts[this.#readCount()]!;
      case TAG.word:
        return this.#words[this.#readCount()]!;
      case TAG.list:
        return this.#readList();
      case TAG.object:
        return this.#readObject();
      default:
        throw new TypeError(`byte ${tag} starts no packed value`);
    }
  }

  #readCount(): number {
    let count = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++]!;
      count += (byte & 0x7f) * scale;
      if (byte < 0x80) return count;
      scale *= 0x80;
    }
  }

  #readText(bytesEach: 1 | 2): string {
    const end = this.#readCount() * bytesEach + this.#at;
    let text = "";
    while (this.#at < end) {
      const part = this.#bytes.subarray(this.#at, Math.min(end, this.#at + PART_BYTES));
      this.#at += part.length;
      // At once: a character at a time makes an object for each.
      text += String.fromCharCode.apply(null, (bytesEach === 1 ? part : unitsOf(part)) as unknown as number[]);
    }
    this.#texts.push(text);
    return text;
  }

  #readList(): Plain[] {
    const length = this.#readCount();
    const list: Plain[] = [];
    for (let i = 0; i < length; i++) list.push(this.#read());
    return list;
  }

  #readObject(): { readonly [key: string]: Plain } {
    const keys = this.#shapes[this.#readCount()]!;
    const object: { [key: string]: Plain } = {};
    for (const key of keys) {
      const value = this.#read();
      if (key === "__proto__") Object.defineProperty(object, key, { value, ...AS_ASSIGNED });
      else object[key] = value;
    }
    return object;
  }
}

/** A field may be called __proto__, and assigning to that does something else. */
const AS_ASSIGNED = { configurable: true, enumerable: true, writable: true } as const;

function unitsOf(bytes: Uint8Array): Uint16Array {
  const units = new Uint16Array(bytes.length / 2);
  for (let i = 0; i < units.length; i++) units[i] = bytes[2 * i]! | (bytes[2 * i + 1]! << 8);
  return units;
}
