import { ConfigurationError } from "../../../core/errors.js";
import { BINARY, type FileKind } from "./file-kind.js";
import type { SnapshotFile } from "./snapshot-file.js";

/** Where a snapshot's text stops being JSON. `explainDamage` turns it into a message with line and column. */
export class JsonDamage extends Error {
  override readonly name = "JsonDamage";

  /** `offset` is in bytes from the start of the file; `byte` is undefined at the end of the file. */
  constructor(
    readonly kind: "damaged" | "truncated" | "too-deep",
    readonly problem: string,
    readonly offset: number,
    readonly byte?: number,
  ) {
    super(`${problem} at position ${offset}`);
  }
}

const POSITION = /at position (\d+)/;

/** Converts the parser's error, whose position counts characters of `text`. `toOffset` finds a byte's file offset. */
export function damageFromParser(
  error: SyntaxError,
  text: string,
  kind: "damaged" | "truncated",
  toOffset: (byte: number) => number,
): JsonDamage {
  const position = Number.parseInt(POSITION.exec(error.message)?.[1] ?? "0", 10);
  const offset = toOffset(Buffer.byteLength(text.slice(0, position)));
  return new JsonDamage(kind, error.message.replace(POSITION, "").trim(), offset);
}

/** The error for the user: reads the file again, up to the damage, to count lines. */
export async function explainDamage(damage: JsonDamage, file: SnapshotFile): Promise<ConfigurationError> {
  if (damage.byte === 0) return notJson(file, BINARY, damage);
  const details = [`file: ${file.path}`, `size: ${file.size} bytes`];
  if (damage.kind === "too-deep") {
    const message = "the ledger snapshot is nested too deeply to be read";
    const hints = ["create it again"];
    return new ConfigurationError("snapshot_not_json", message, { details, hints, cause: damage });
  }
  details.push(`the parser says: ${damage.message}`);
  if (damage.kind === "truncated") {
    const message = "the ledger snapshot looks cut off: the JSON ends in the middle";
    const hints = ["this happens with a full disk, an aborted download or an unfinished file: create or copy it again"];
    return new ConfigurationError("snapshot_truncated", message, { details, hints, cause: damage });
  }
  return new ConfigurationError("snapshot_not_json", "the ledger snapshot is not valid JSON", {
    details: [...details, `place: ${await lineOf(damage.offset, file)}`],
    hints: ["create the snapshot again; if it was edited by hand, check the place named above"],
    cause: damage,
  });
}

export function notJson({ path, size }: SnapshotFile, kind: FileKind, cause?: unknown): ConfigurationError {
  const message = `the ledger snapshot is not JSON: it looks like ${kind.looksLike}`;
  const details = [`file: ${path}`, `size: ${size} bytes`];
  return new ConfigurationError("snapshot_not_json", message, { details, hints: [kind.hint], cause });
}

export function notUtf8(file: SnapshotFile, cause?: unknown): ConfigurationError {
  const kind = { looksLike: "text that is not UTF-8, or binary data", hint: "copy or create the file again" };
  return notJson(file, kind, cause);
}

const CHUNK_BYTES = 64 * 1024;

/** The line and column (in characters) of a byte in the file. */
async function lineOf(offset: number, file: SnapshotFile): Promise<string> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let line = 1;
  let column = 1;
  for (let read = 0; read < offset; ) {
    const count = await file.read(buffer.subarray(0, Math.min(CHUNK_BYTES, offset - read)), read);
    if (count === 0) break;
    read += count;
    for (let i = 0; i < count; i++) {
      const byte = buffer[i]!;
      if (byte === 0x0a) {
        line += 1;
        column = 1;
      } else if ((byte & 0xc0) !== 0x80) column += 1;
    }
  }
  return `line ${line}, column ${column}`;
}
