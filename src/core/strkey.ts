/**
 * Strkeys (SEP-23): how addresses are written. Base32 of version byte, payload and CRC16, without padding.
 * Here because the core compares millions of addresses and may import nothing; the Stellar library is the tests' oracle.
 */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

export type StrKeyKind = "account" | "contract" | "muxed" | "claimable-balance" | "liquidity-pool";

const KINDS: Record<StrKeyKind, { readonly version: number; readonly length: number }> = {
  account: { version: 6 << 3, length: 32 },
  contract: { version: 2 << 3, length: 32 },
  muxed: { version: 12 << 3, length: 40 },
  "claimable-balance": { version: 1 << 3, length: 33 },
  "liquidity-pool": { version: 11 << 3, length: 32 },
};

const KIND_BY_VERSION = new Map(Object.entries(KINDS).map(([kind, { version }]) => [version, kind as StrKeyKind]));

/** CRC16-XModem of the first `length` bytes. */
function crc16(bytes: Uint8Array, length: number): number {
  let crc = 0;
  for (let i = 0; i < length; i++) {
    let code = (crc >>> 8) ^ bytes[i]!;
    code ^= code >>> 4;
    crc = ((crc << 8) ^ (code << 12) ^ (code << 5) ^ code) & 0xffff;
  }
  return crc;
}

export function encodeStrKey(kind: StrKeyKind, payload: Uint8Array): string {
  const { version, length } = KINDS[kind];
  if (payload.length !== length) throw new RangeError(`a ${kind} address has ${length} bytes, not ${payload.length}`);
  const bytes = new Uint8Array(length + 3);
  bytes[0] = version;
  bytes.set(payload, 1);
  const crc = crc16(bytes, length + 1);
  bytes[length + 1] = crc & 0xff;
  bytes[length + 2] = crc >>> 8;

  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >>> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(buffer << (5 - bits)) & 31] : text;
}

export type StrKeyFault = "not a strkey" | "unknown kind" | "wrong length" | "wrong checksum";

export type DecodedStrKey =
  | { readonly kind: StrKeyKind; readonly payload: Uint8Array }
  /** Why the text is no strkey; a wrong checksum means a mistyped character. */
  | { readonly fault: StrKeyFault };

export function decodeStrKey(text: string): DecodedStrKey {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let buffer = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? -1;
    if (value < 0) return { fault: "not a strkey" };
    buffer = ((buffer << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (buffer >>> bits) & 0xff;
    }
  }
  if (bytes.length < 3) return { fault: "not a strkey" };
  const kind = KIND_BY_VERSION.get(bytes[0]!);
  if (kind === undefined) return { fault: "unknown kind" };
  // Left-over bits must be zero and no character superfluous, or two texts would stand for one address.
  const leftover = buffer & ((1 << bits) - 1);
  if (bytes.length !== KINDS[kind].length + 3 || bits >= 5 || leftover !== 0) return { fault: "wrong length" };
  const body = bytes.length - 2;
  if (crc16(bytes, body) !== (bytes[body]! | (bytes[body + 1]! << 8))) return { fault: "wrong checksum" };
  return { kind, payload: bytes.subarray(1, body) };
}
