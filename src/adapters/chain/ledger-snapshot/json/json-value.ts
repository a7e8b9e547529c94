/**
 * JSON as the snapshot's parsers give it: integers as bigint, so that a u64 beyond 2^53 keeps every digit, and as
 * number only where the text was an integer so short that no digit can be lost.
 */
export type JsonValue = null | boolean | string | bigint | number | OddNumber | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A JSON number that is no integer, or one longer than any ledger integer. Kept as text: no snapshot holds one. */
export class OddNumber {
  constructor(readonly text: string) {}
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isArray(value) && !(value instanceof OddNumber);
}

export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The object's own member, undefined where there is none: `constructor` in a file must not reach a prototype. */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

const MAX_KEYS_TOLD = 8;

/** The names of an object's keys, for a message; long lists are cut and say so. */
function keysOf(object: JsonObject): string {
  const keys = Object.keys(object);
  if (keys.length === 0) return "no keys";
  const told = keys.slice(0, MAX_KEYS_TOLD).map((key) => JSON.stringify(key.slice(0, 40)));
  return keys.length > MAX_KEYS_TOLD ? `${told.join(", ")} and ${keys.length - MAX_KEYS_TOLD} more` : told.join(", ");
}

/** What a value is, in words for a message. Values themselves are told only where they are short. */
export function describeJson(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "bigint" || typeof value === "number") return `the number ${value}`;
  if (value instanceof OddNumber) return `the number ${value.text.slice(0, 40)}`;
  if (isObject(value)) return `an object with ${keysOf(value)}`;
  if (typeof value === "boolean") return `${value}`;
  return value.length <= 80 ? `the text ${JSON.stringify(value)}` : `a text of ${value.length} characters`;
}

/**
 * Part of one entry is not what the format says. It concerns that entry, never the file: whoever reads entries
 * catches it and answers with a fault.
 */
export class UnreadableJson extends Error {
  override readonly name = "UnreadableJson";

  /** `where` is the place within the entry, such as `val.map[3].val`. */
  constructor(where: string, expected: string, found: JsonValue | undefined) {
    super(`${shorten(where)}: expected ${expected}, found ${describeJson(found)}`);
  }
}

/** Both ends of a long place: what it belongs to, and where exactly. */
function shorten(where: string): string {
  return where.length <= 160 ? where : `${where.slice(0, 60)} … ${where.slice(-80)}`;
}

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
