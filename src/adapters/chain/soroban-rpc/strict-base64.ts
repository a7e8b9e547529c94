/** Room for what the rows of one answer decode to: one allocation, not one a row. */
export class Base64Target {
  readonly bytes: Buffer;
  used = 0;

  /** @param characters of base64 that there are at most */
  constructor(characters: number) {
    this.bytes = Buffer.allocUnsafeSlow(Math.ceil(characters / 4) * 3);
  }
}

/**
 * Standard base64 with padding, or null. Buffer alone never fails: it skips or cuts at what it does not know, reads
 * the URL-safe alphabet as well, and takes characters beyond Latin-1 by their low byte.
 */
export function decodeBase64(text: string, target = new Base64Target(text.length)): Buffer | null {
  const { length } = text;
  if (length % 4 !== 0 || Buffer.byteLength(text) !== length || text.includes("-") || text.includes("_")) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const expected = (length / 4) * 3 - padding;
  const start = target.used;
  if (target.bytes.write(text, start, "base64") !== expected) return null;
  target.used = start + expected;
  return target.bytes.subarray(start, target.used);
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
