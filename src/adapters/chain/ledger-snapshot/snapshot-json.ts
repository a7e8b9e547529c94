import { ConfigurationError } from "../../../core/errors.js";
import { binaryKind, type FileKind, textKind } from "./file-kind.js";
import { MAX_DIGITS } from "./json-integer.js";
import { type JsonValue, OddNumber } from "./json-value.js";

/**
 * Parses a snapshot's bytes without losing a digit: JSON.parse would round a u64 beyond 2^53 and say nothing.
 * @throws ConfigurationError saying what the file looks like when it is no JSON.
 */
export async function parseSnapshot(bytes: Uint8Array, path: string): Promise<JsonValue> {
  const { parse } = await import("lossless-json");
  const text = decodeText(bytes, path);
  if (text.trim() === "") throw empty(path, bytes.length);
  try {
    return parse(text, null, { parseNumber: readNumber }) as JsonValue;
  } catch (error) {
    throw explainParseFailure(error, text, { path, size: bytes.length });
  }
}

const INTEGER = /^-?\d+$/;

function readNumber(text: string): bigint | OddNumber {
  return text.length <= MAX_DIGITS && INTEGER.test(text) ? BigInt(text) : new OddNumber(text);
}

function decodeText(bytes: Uint8Array, path: string): string {
  const kind = binaryKind(bytes);
  if (kind !== undefined) throw notJson(path, bytes.length, kind);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const kind = { looksLike: "text that is not UTF-8, or binary data", hint: "copy or create the file again" };
    throw notJson(path, bytes.length, kind, error);
  }
}

function empty(path: string, size: number): ConfigurationError {
  return new ConfigurationError("snapshot_empty", "the ledger snapshot is empty", {
    details: [`file: ${path}`, `size: ${size} bytes`],
    hints: ["whatever writes the file failed, or has not finished: look at it, then create the snapshot again"],
  });
}

function notJson(path: string, size: number, kind: FileKind, cause?: unknown): ConfigurationError {
  return new ConfigurationError(
    "snapshot_not_json",
    `the ledger snapshot is no JSON: it looks like ${kind.looksLike}`,
    {
      details: [`file: ${path}`, `size: ${size} bytes`],
      hints: [kind.hint],
      cause,
    },
  );
}

function explainParseFailure(error: unknown, text: string, file: { path: string; size: number }): unknown {
  const details = [`file: ${file.path}`, `size: ${file.size} bytes`];
  // The parser recurses: a file of brackets ends its stack, and no snapshot nests that deep.
  if (error instanceof RangeError) {
    const message = "the ledger snapshot is nested too deeply to be read";
    return new ConfigurationError("snapshot_not_json", message, { details, hints: ["create it again"], cause: error });
  }
  if (!(error instanceof SyntaxError)) return error;
  const kind = textKind(text);
  if (kind !== undefined) return notJson(file.path, file.size, kind, error);
  if (endsTooEarly(text)) {
    return new ConfigurationError(
      "snapshot_truncated",
      "the ledger snapshot looks cut off: the JSON ends in the middle",
      {
        details: [...details, `the parser says: ${error.message}`],
        hints: ["a full disk, an aborted download, or a file still being written does this: create or copy it again"],
        cause: error,
      },
    );
  }
  return new ConfigurationError("snapshot_not_json", "the ledger snapshot is damaged JSON", {
    details: [...details, `the parser says: ${error.message}`, ...lineOf(error.message, text)],
    hints: ["create the snapshot again; if it was edited by hand, look at the place named above"],
    cause: error,
  });
}

/** Whether a string, array or object is still open at the end, every bracket before having met its own. */
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
      if (open.pop() !== (char === "}" ? "{" : "[")) return false;
    }
  }
  return inString || open.length > 0;
}

function lineOf(message: string, text: string): string[] {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined) return [];
  const before = text.slice(0, Number.parseInt(position, 10)).split("\n");
  return [`place: line ${before.length}, column ${before.at(-1)!.length + 1}`];
}
