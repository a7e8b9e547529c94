import { exactTextOfDouble, parseAmount, quoted } from "./amount.js";
import { type FieldValue, UnreadableValue } from "./field.js";

/** What a database column may hold, as the port's ColumnValue. */
export type RawValue = string | bigint | number | boolean | null | Uint8Array;

/** Text of a numeric value from any column type. */
function numberText(raw: RawValue): string {
  if (typeof raw === "bigint") return raw.toString();
  if (typeof raw === "number") return exactTextOfDouble(raw);
  if (typeof raw === "string") return raw;
  throw new UnreadableValue(`expected a number, found ${describeRaw(raw)}`);
}

export function readAmount(raw: RawValue, decimals: number): bigint | null {
  if (raw === null) return null;
  if (typeof raw === "bigint" && decimals === 0) return raw;
  return parseAmount(numberText(raw), decimals);
}

/** Reads an integer; "7.00" from a numeric column is 7. */
export function readInteger(raw: RawValue): bigint | null {
  if (raw === null || typeof raw === "bigint") return raw;
  const text = numberText(raw);
  try {
    return parseAmount(text, 0);
  } catch {
    // The advice in the amount's error does not apply here.
    throw new UnreadableValue(`${quoted(text)} is not a whole number`);
  }
}

export function readText(raw: RawValue): string | null {
  if (raw === null || typeof raw === "string") return raw;
  if (raw instanceof Uint8Array) throw new UnreadableValue("expected text, found binary data");
  return typeof raw === "number" ? exactTextOfDouble(raw) : String(raw);
}

const BOOLEANS = new Map<string, boolean>([
  ["true", true],
  ["t", true],
  ["1", true],
  ["false", false],
  ["f", false],
  ["0", false],
]);

export function readBoolean(raw: RawValue): boolean | null {
  if (raw === null || typeof raw === "boolean") return raw;
  const value = raw instanceof Uint8Array ? undefined : BOOLEANS.get(String(raw).trim().toLowerCase());
  if (value === undefined) throw new UnreadableValue(`expected true or false, found ${describeRaw(raw)}`);
  return value;
}

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d+))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/**
 * Reads an integer, or SQL or ISO 8601 text, as seconds since the epoch, which contracts store. Text without a time
 * zone is UTC.
 * @throws UnreadableValue for anything else, and for fractions of a second, which a contract cannot store
 */
export function readTimestamp(raw: RawValue): bigint | null {
  if (raw === null) return null;
  const match = typeof raw === "string" ? DATE_TIME.exec(raw.trim()) : null;
  if (match === null) return readInteger(raw);
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = match;
  if (/[1-9]/.test(fraction)) {
    throw new UnreadableValue(`${JSON.stringify(raw)} has a fraction of a second, but the chain stores whole seconds`);
  }
  const utc = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // The parser turns 30 February into 1 or 2 March.
  if (Number.isNaN(utc) || new Date(utc).getUTCDate() !== Number.parseInt(day!, 10)) {
    throw new UnreadableValue(`${JSON.stringify(raw)} is not a valid date`);
  }
  return BigInt(utc / 1000 - offsetSeconds(zone));
}

function offsetSeconds(zone: string): number {
  if (zone.toUpperCase() === "Z") return 0;
  const sign = zone.startsWith("-") ? -1 : 1;
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  const [hours, minutes] = [Number.parseInt(digits.slice(0, 2), 10), Number.parseInt(digits.slice(2), 10)];
  if (hours > 15 || minutes > 59) throw new UnreadableValue(`${zone} is not a time zone`);
  return sign * (hours * 3600 + minutes * 60);
}

/** Describes a value for a message, truncated. */
export function describeRaw(raw: RawValue): string {
  if (raw === null) return "NULL";
  if (raw instanceof Uint8Array) return `binary data of ${raw.length} bytes`;
  return typeof raw === "string" ? quoted(raw) : `${typeof raw} ${raw}`;
}

/** Exact text for the report; amounts in base units. */
export function displayValue(value: FieldValue): string | null {
  return value === null ? null : String(value);
}
