/** A single allocation for the decoded bytes of all rows of an answer. */
export class Base64Target {
  readonly bytes: Buffer;
  /** How many bytes are used, which is also where the last text ends. */
  used = 0;

  /** @param characters the maximum number of base64 characters */
  constructor(characters: number) {
    this.bytes = Buffer.allocUnsafeSlow(Math.ceil(characters / 4) * 3);
  }

  /**
   * Decodes standard base64 with padding, and appends the bytes. Buffer alone never fails: it skips or stops at unknown
   * characters, also reads the URL-safe alphabet, and uses the low byte of characters beyond Latin-1.
   * @returns whether the text was valid
   */
  write(text: string): boolean {
    return Buffer.byteLength(text) === text.length && !text.includes("-") && !text.includes("_") && this.#decode(text);
  }

  /** Like `write`, for base64 within `source`, which must contain neither - nor _: the caller checks that once. */
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

/** Decodes standard base64 with padding; null for anything else. */
export function decodeBase64(text: string): Buffer | null {
  const target = new Base64Target(text.length);
  return target.write(text) ? target.bytes.subarray(0, target.used) : null;
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** The number of base64 characters for so many bytes. */
export const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4;
