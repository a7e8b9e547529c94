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

/** An object's keys, for a message; long lists are shortened. */
function keysOf(object: JsonObject): string {
  const keys = Object.keys(object);
  if (keys.length === 0) return "no keys";
  const listed = keys.slice(0, MAX_KEYS_LISTED).map((key) => JSON.stringify(key.slice(0, 40)));
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
