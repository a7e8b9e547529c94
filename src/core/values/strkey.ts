/**
 * Strkeys (SEP-23), the text form of addresses: base32 of version byte, payload and CRC16, without padding.
 * Our own code, since the core compares millions of addresses and imports no library; tests check it against Stellar's.
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

/** CRC16-XModem by byte. */
const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) !== 0 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** CRC16-XModem of the first `length` bytes. */
function crc16(bytes: Uint8Array, length: number): number {
  let crc = 0;
  for (let i = 0; i < length; i++) crc = ((crc << 8) & 0xffff) ^ CRC_TABLE[(crc >>> 8) ^ bytes[i]!]!;
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

/** CRCs of a byte followed by zero to three bytes, to process four bytes in one step. */
const CRC_TABLES: readonly Uint16Array[] = (() => {
  const behind = (table: Uint16Array) => table.map((crc) => ((crc << 8) & 0xffff) ^ CRC_TABLE[crc >>> 8]!);
  const [one, two] = [behind(CRC_TABLE), behind(behind(CRC_TABLE))];
  return [CRC_TABLE, one, two, behind(two)];
})();

/** The bytes of one strkey with a 32-byte payload, before base32. */
const scratch = new Uint8Array(35);
const scratchView = new DataView(scratch.buffer);
const CODES = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));

/** Whether `text` is the strkey of the 32 bytes at `at`, without encoding it. */
export function isStrKeyOf(text: string, kind: "account" | "contract", view: DataView, at: number): boolean {
  if (text.length !== 56) return false;
  const { version } = KINDS[kind];
  const [none, one, two, three] = CRC_TABLES as [Uint16Array, Uint16Array, Uint16Array, Uint16Array];
  scratch[0] = version;
  let crc = CRC_TABLE[version]!;
  for (let i = 0; i < 32; i += 4) {
    const word = view.getInt32(at + i) ^ (crc << 16);
    scratchView.setInt32(i + 1, word ^ (crc << 16));
    crc = three[word >>> 24]! ^ two[(word >>> 16) & 0xff]! ^ one[(word >>> 8) & 0xff]! ^ none[word & 0xff]!;
  }
  scratch[33] = crc & 0xff;
  scratch[34] = crc >>> 8;
  let next = 0;
  // Five bytes make eight letters.
  for (let i = 0; i < 35; i += 5) {
    const high = (scratch[i]! << 12) | (scratch[i + 1]! << 4) | (scratch[i + 2]! >>> 4);
    const low = ((scratch[i + 2]! & 15) << 16) | (scratch[i + 3]! << 8) | scratch[i + 4]!;
    for (let shift = 15; shift >= 0; shift -= 5) {
      if (text.charCodeAt(next) !== CODES[(high >>> shift) & 31]) return false;
      if (text.charCodeAt(next + 4) !== CODES[(low >>> shift) & 31]) return false;
      next += 1;
    }
    next += 4;
  }
  return true;
}

export type StrKeyFault = "not a strkey" | "unknown kind" | "wrong length" | "wrong checksum";

export type DecodedStrKey =
  | { readonly kind: StrKeyKind; readonly payload: Uint8Array }
  /** Why the text is not a strkey; a wrong checksum suggests a mistyped character. */
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
  // Left-over bits must be zero, and no character may be superfluous, so that each address has exactly one text.
  const leftover = buffer & ((1 << bits) - 1);
  if (bytes.length !== KINDS[kind].length + 3 || bits >= 5 || leftover !== 0) return { fault: "wrong length" };
  const body = bytes.length - 2;
  if (crc16(bytes, body) !== (bytes[body]! | (bytes[body + 1]! << 8))) return { fault: "wrong checksum" };
  return { kind, payload: bytes.subarray(1, body) };
}
