/**
 * JSON as the snapshot's parsers return it: integers as bigint, so that a u64 beyond 2^53 keeps every digit, or as
 * number if the text is so short that no digit can be lost.
 */
export type JsonValue = null | boolean | string | bigint | number | OddNumber | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A JSON number that is not an integer, or longer than any in a ledger. Kept as text: no snapshot contains one. */
export class OddNumber {
  constructor(readonly text: string) {}
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isArray(value) && !(value instanceof OddNumber);
}

export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The object's own member, if any: `constructor` in a file must not reach a prototype. */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

const MAX_KEYS_LISTED = 8;
const LONGEST_KEY = 40;

/** An object's keys, for a message; long lists are shortened. */
function keysOf(object: JsonObject): string {
  const keys = Object.keys(object);
  if (keys.length === 0) return "no keys";
  const listed = keys
    .slice(0, MAX_KEYS_LISTED)
    .map((key) => JSON.stringify(key.length > LONGEST_KEY ? `${key.slice(0, LONGEST_KEY)}…` : key));
  return keys.length > MAX_KEYS_LISTED
    ? `${listed.join(", ")} and ${keys.length - MAX_KEYS_LISTED} more`
    : listed.join(", ");
}

/** Describes a value for a message. Only short values are quoted. */
export function describeJson(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "bigint" || typeof value === "number") return `the number ${value}`;
  if (value instanceof OddNumber) return `the number ${value.text.slice(0, 40)}`;
  if (isObject(value)) return `an object with ${keysOf(value)}`;
  if (typeof value === "boolean") return `${value}`;
  return value.length <= 80 ? `the text ${JSON.stringify(value)}` : `text of ${value.length} characters`;
}

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
