import { ConfigurationError } from "../../../core/errors.js";
import { binaryKind, textKind } from "./file-kind.js";
import { parseExactly } from "./json/json-text.js";
import type { JsonValue } from "./json/json-value.js";
import { damageFromParser, JsonDamage, notJson, notUtf8 } from "./json-damage.js";
import type { SnapshotFile } from "./snapshot-file.js";

/** A snapshot's text with `ledger_entries` emptied. */
export interface SnapshotFrame {
  readonly bytes: Uint8Array;
  /** Where the elements were cut from `bytes`, and how many bytes of the file they took. */
  readonly cut: { readonly at: number; readonly length: number } | undefined;
}

/**
 * Parses everything around the entries.
 * @throws ConfigurationError if it is not JSON, saying what the file looks like.
 * @throws JsonDamage if it is JSON only up to some place.
 */
export function parseFrame({ bytes, cut }: SnapshotFrame, file: SnapshotFile): JsonValue {
  const text = decodeText(bytes, file);
  if (text.trim() === "") throw empty(file);
  try {
    return parseExactly(text);
  } catch (error) {
    // The parser is recursive: a file full of brackets overflows its stack, and no snapshot nests that deeply.
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
    hints: ["the program that writes the file failed or has not finished: check it, then create the snapshot again"],
  });
}

/** Whether the text ends inside a string, or inside the first array or object with all brackets so far matching. */
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
