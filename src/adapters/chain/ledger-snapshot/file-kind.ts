/** What a file that is not the expected JSON looks like, and what to do about it. */
export interface FileKind {
  readonly looksLike: string;
  readonly hint: string;
}

const CREATE = "create one with `stellar snapshot create --address C… --output json --out FILE`";

const UNPACK = "unpack it first: only plain JSON is read";

const MAGIC: readonly { readonly bytes: readonly number[]; readonly kind: FileKind }[] = [
  { bytes: [0x1f, 0x8b], kind: { looksLike: "gzip-compressed data", hint: UNPACK } },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], kind: { looksLike: "zstd-compressed data", hint: UNPACK } },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], kind: { looksLike: "xz-compressed data", hint: UNPACK } },
  { bytes: [0x50, 0x4b, 0x03, 0x04], kind: { looksLike: "a zip archive", hint: UNPACK } },
  {
    bytes: [...Buffer.from("SQLite format 3\0")],
    kind: { looksLike: "an SQLite database", hint: "to read a database, use --db sqlite:PATH" },
  },
  {
    bytes: [0xff, 0xfe],
    kind: { looksLike: "UTF-16 text", hint: "save it as UTF-8: `>` in Windows PowerShell writes UTF-16" },
  },
  {
    bytes: [0xfe, 0xff],
    kind: { looksLike: "UTF-16 text", hint: "save it as UTF-8" },
  },
];

export const BINARY: FileKind = { looksLike: "binary data, such as XDR", hint: CREATE };

/** Recognises bytes that cannot be JSON; undefined if they are text. */
export function binaryKind(bytes: Uint8Array): FileKind | undefined {
  const known = MAGIC.find((magic) => magic.bytes.every((byte, i) => bytes[i] === byte));
  if (known !== undefined) return known.kind;
  return bytes.includes(0) ? BINARY : undefined;
}

const SAVED_PAGE = "a download may have saved an error or login page instead of the file";

const TEXTS: readonly { readonly start: RegExp; readonly kind: FileKind }[] = [
  { start: /^<(?:!doctype html|html)/i, kind: { looksLike: "an HTML page", hint: SAVED_PAGE } },
  { start: /^</, kind: { looksLike: "XML", hint: CREATE } },
  { start: /^[A-Za-z0-9+/\s]{16,}=*\s*$/, kind: { looksLike: "base64, such as XDR in base64", hint: CREATE } },
  {
    start: /^(?:\[+[A-Za-z_][\w.-]*\]+|[\w.-]+\s*=)/,
    kind: { looksLike: "TOML or settings, such as a stellar.toml", hint: CREATE },
  },
  { start: /^[^{[]/, kind: { looksLike: "text that is not JSON", hint: CREATE } },
];

/** What text that failed to parse as JSON looks like; undefined if it starts like JSON. */
export function textKind(text: string): FileKind | undefined {
  const beginning = text.slice(0, 4096).trimStart();
  return TEXTS.find(({ start }) => start.test(beginning))?.kind;
}
