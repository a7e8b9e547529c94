import type { SeededRandom } from "../support/simulation/seeded-random.js";

export const DAMAGES = [
  "cut off",
  "a byte changed",
  "bytes changed",
  "a piece twice",
  "a piece left out",
  "two bytes swapped",
  "a NUL within",
  "bytes that are no text",
  "the whole twice",
  "a byte order mark",
  "UTF-16",
  "empty",
  "white space",
] as const;

/** What happens to a file on a bad disk, by a careless editor, or in a broken copy. */
export function damage(random: SeededRandom, kind: (typeof DAMAGES)[number], whole: Buffer): Buffer {
  const bytes = Buffer.from(whole);
  const at = random.int(0, bytes.length - 1);
  const length = random.int(1, 60);
  switch (kind) {
    case "cut off":
      return bytes.subarray(0, at);
    case "a byte changed":
      bytes[at] = random.int(0, 255);
      return bytes;
    case "bytes changed":
      for (let n = random.int(2, 20); n > 0; n -= 1) bytes[random.int(0, bytes.length - 1)] = random.int(32, 126);
      return bytes;
    case "a piece twice":
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case "a piece left out":
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case "two bytes swapped": {
      const other = random.int(0, bytes.length - 1);
      const byte = bytes[at]!;
      bytes[at] = bytes[other]!;
      bytes[other] = byte;
      return bytes;
    }
    case "a NUL within":
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([0]), bytes.subarray(at)]);
    case "bytes that are no text":
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff, 0xc0, 0x80]), bytes.subarray(at)]);
    case "the whole twice":
      return Buffer.concat([bytes, bytes]);
    case "a byte order mark":
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
    case "UTF-16":
      return Buffer.from(`\ufeff${bytes.toString("utf8")}`, "utf16le");
    case "empty":
      return Buffer.alloc(0);
    case "white space":
      return Buffer.from(" \n\t\r\n".repeat(random.int(1, 1_000)));
  }
}
