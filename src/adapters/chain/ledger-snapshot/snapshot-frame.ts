import { ConfigurationError } from "../../../core/errors.js";
import { binaryKind, textKind } from "./file-kind.js";
import { parseExactly } from "./json/json-text.js";
import type { JsonValue } from "./json/json-value.js";
import { damageFromParser, JsonDamage, notJson, notUtf8 } from "./json-damage.js";
import type { SnapshotFile } from "./snapshot-file.js";

/** A snapshot's text without the elements of its `ledger_entries`: the array is there, and empty. */
export interface SnapshotFrame {
  readonly bytes: Uint8Array;
  /** Where in `bytes` the elements were, and how many bytes of the file they took. */
  readonly cut: { readonly at: number; readonly length: number } | undefined;
}

/**
 * Parses what is round the entries.
 * @throws ConfigurationError saying what the file looks like when it is no JSON.
 * @throws JsonDamage when it is JSON up to a place.
 */
export function parseFrame({ bytes, cut }: SnapshotFrame, file: SnapshotFile): JsonValue {
  const text = decodeText(bytes, file);
  if (text.trim() === "") throw empty(file);
  try {
    return parseExactly(text);
  } catch (error) {
    // The parser recurses: a file of brackets ends its stack, and no snapshot nests that deep.
    if (error instanceof RangeError) throw new JsonDamage("too-deep", "nested too deeply", 0);
    if (!(error instanceof SyntaxError)) throw error;
    const kind = textKind(text);
    if (kind !== undefined) throw notJson(file, kind, error);
    throw damageFromParser(error, text, endsTooEarly(text) ? "truncated" : "damaged", (byte) =>
      cut !== undefined && byte > cut.at ? byte + cut.length : byte,
    );
  }
}

function decodeText(bytes: Uint8Array, file: SnapshotFile): string {
  const kind = binaryKind(bytes);
  if (kind !== undefined) throw notJson(file, kind);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw notUtf8(file, error);
  }
}

function empty({ path, size }: SnapshotFile): ConfigurationError {
  return new ConfigurationError("snapshot_empty", "the ledger snapshot is empty", {
    details: [`file: ${path}`, `size: ${size} bytes`],
    hints: ["whatever writes the file failed, or has not finished: look at it, then create the snapshot again"],
  });
}

/** Whether the first array or object, or a string, is still open at the end, every bracket before having met its own. */
function endsTooEarly(text: string): boolean {
  const open: string[] = [];
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (inString) {
      if (char === "\\") i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") open.push(char);
    else if (char === "}" || char === "]") {
      if (open.pop() !== (char === "}" ? "{" : "[") || open.length === 0) return false;
    }
  }
  return inString || open.length > 0;
}
