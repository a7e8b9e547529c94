import { isUtf8 } from "node:buffer";
import type { ExactParser } from "./json/json-text.js";
import type { JsonValue } from "./json/json-value.js";
import { damageFromParser } from "./json-damage.js";
import type { ElementPlace } from "./key-table.js";

/** An element contains invalid UTF-8. */
export class NotUtf8 extends Error {
  override readonly name = "NotUtf8";
}

/**
 * Parses an element that is known to be JSON: with JSON.parse, which is many times faster, if the skimmer vouches that
 * it loses nothing; otherwise with the exact parser.
 * @throws JsonDamage for two values under one name; NotUtf8.
 */
export function parseElement(bytes: Buffer, place: ElementPlace, parseExactly: ExactParser): JsonValue {
  if (!isUtf8(bytes)) throw new NotUtf8();
  const text = bytes.toString("utf8");
  if (place.isPlain) return JSON.parse(text) as JsonValue;
  try {
    return parseExactly(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw damageFromParser(error, text, "damaged", (byte) => place.offset + byte);
  }
}
