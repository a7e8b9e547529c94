import { isObject, type JsonValue } from "./json-value.js";
import { UnreadableJson } from "./unreadable-json.js";

interface JsonUnion {
  readonly arm: string;
  /** undefined for an arm without a value. */
  readonly value: JsonValue | undefined;
  /** Where the value is. */
  readonly at: string;
}

/**
 * A union of XDR-JSON: the bare name of the arm, or an object whose one key is that name (SEP-51 lets any object
 * carry a `$schema` besides).
 */
export function readUnion(json: JsonValue | undefined, where: string): JsonUnion {
  if (typeof json === "string") return { arm: json, value: undefined, at: where };
  if (isObject(json)) {
    const arms = Object.entries(json).filter(([name]) => name !== "$schema");
    const [first] = arms;
    if (arms.length === 1 && first !== undefined) return { arm: first[0], value: first[1], at: `${where}.${first[0]}` };
  }
  throw new UnreadableJson(where, "a name, or an object with one key", json);
}
