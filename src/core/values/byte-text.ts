/** Bytes in lower-case hex. */
export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The text that bytes spell in UTF-8; null where they spell none. */
export function utf8Text(bytes: Uint8Array): string | null {
  try {
    // A byte order mark is part of the text: without it, two texts would compare as equal.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Bytes as text of the same length, for use as a map's key. A single call with all bytes could overflow the stack. */
export function bytesText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
