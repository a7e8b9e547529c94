/** Room for what the rows of one answer decode to: one allocation, not one a row. */
export class Base64Target {
  readonly bytes: Buffer;
  /** How many of the bytes are taken: where the last text's bytes end. */
  used = 0;

  /** @param characters of base64 that there are at most */
  constructor(characters: number) {
    this.bytes = Buffer.allocUnsafeSlow(Math.ceil(characters / 4) * 3);
  }

  /**
   * Decodes standard base64 with padding behind what was decoded before. Buffer alone never fails: it skips or cuts at
   * what it does not know, reads the URL-safe alphabet as well, and takes characters beyond Latin-1 by their low byte.
   * @returns whether the text was that
   */
  write(text: string): boolean {
    return Buffer.byteLength(text) === text.length && !text.includes("-") && !text.includes("_") && this.#decode(text);
  }

  /** As `write`, for base64 that stands in these bytes, which hold neither - nor _: to look for them once is enough. */
  writeBytes(source: Buffer, start: number, end: number): boolean {
    return this.#decode(source.toString("latin1", start, end));
  }

  #decode(text: string): boolean {
    const { length } = text;
    if (length % 4 !== 0) return false;
    const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    const expected = (length / 4) * 3 - padding;
    if (this.bytes.write(text, this.used, "base64") !== expected) return false;
    this.used += expected;
    return true;
  }
}

/** Standard base64 with padding, or null. */
export function decodeBase64(text: string): Buffer | null {
  const target = new Base64Target(text.length);
  return target.write(text) ? target.bytes.subarray(0, target.used) : null;
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** Characters of the base64 of so many bytes. */
export const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4;
