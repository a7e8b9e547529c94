import { describeJson, type JsonValue } from "./json-value.js";

/**
 * Part of an entry does not match the format. This concerns only that entry, not the file: readers of entries catch it
 * and return a fault.
 */
export class UnreadableJson extends Error {
  override readonly name = "UnreadableJson";

  /** `where` is the place within the entry, such as `val.map[3].val`. */
  constructor(where: string, expected: string, found: JsonValue | undefined) {
    super(`${shorten(where)}: expected ${expected}, found ${describeJson(found)}`);
  }
}

/** Keeps both ends of a long place: what it belongs to, and where exactly. */
function shorten(where: string): string {
  return where.length <= 160 ? where : `${where.slice(0, 60)} … ${where.slice(-80)}`;
}
