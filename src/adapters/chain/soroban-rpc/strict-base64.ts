/**
 * Standard base64 with padding, or null. Buffer.from alone never fails: it skips or cuts at what it does not know,
 * reads the URL-safe alphabet as well, and takes characters beyond Latin-1 by their low byte.
 */
export function decodeBase64(text: string): Buffer | null {
  const { length } = text;
  if (length % 4 !== 0 || Buffer.byteLength(text) !== length || text.includes("-") || text.includes("_")) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = Buffer.from(text, "base64");
  return bytes.length === (length / 4) * 3 - padding ? bytes : null;
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
