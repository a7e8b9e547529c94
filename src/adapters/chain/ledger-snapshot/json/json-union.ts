import { isObject, type JsonValue } from "./json-value.js";
import { UnreadableJson } from "./unreadable-json.js";

interface JsonUnion {
  readonly arm: string;
  /** undefined for an arm without a value. */
  readonly value: JsonValue | undefined;
  /** The value's place, for messages. */
  readonly at: string;
}

/**
 * Reads a union in XDR-JSON: the arm's bare name, or an object with that name as its only key (besides a `$schema`,
 * which SEP-51 allows in any object).
 */
export function readUnion(json: JsonValue | undefined, where: string): JsonUnion {
  if (typeof json === "string") return { arm: json, value: undefined, at: where };
  if (isObject(json)) {
    let arm: string | undefined;
    let count = 0;
    for (const name of Object.keys(json)) {
      if (name === "$schema") continue;
      arm = name;
      count += 1;
    }
    if (count === 1 && arm !== undefined) return { arm, value: json[arm], at: `${where}.${arm}` };
  }
  throw new UnreadableJson(where, "a name, or an object with one key", json);
}
