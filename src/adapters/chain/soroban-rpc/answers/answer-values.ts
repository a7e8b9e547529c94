import { badAnswer } from "../http/rpc-fault.js";

const UINT32_MAX = 0xffff_ffff;
const DECIMAL = /^(?:0|[1-9]\d{0,9})$/;

/**
 * Reads a ledger number, which nodes and gateways write as a JSON number or as decimal text.
 * Null for anything that is not an unsigned 32-bit integer: rounding or guessing would change a verdict.
 */
export function readUint32(value: unknown): number | null {
  const number = typeof value === "string" && DECIMAL.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= UINT32_MAX ? number : null;
}

/** Reads seconds since the epoch from a number or decimal text; null for anything else. */
export function readCloseTime(value: unknown): bigint | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : null;
  return typeof value === "string" && /^\d{1,19}$/.test(value) ? BigInt(value) : null;
}

/** @param name of the value, for the message @throws RpcFault unless it is the number of a ledger, above 0 */
export function readLedger(value: unknown, name: string): number {
  const ledger = readUint32(value);
  if (ledger === null || ledger === 0) throw badAnswer(`its ${name} is ${quote(value)}, not a ledger number`);
  return ledger;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The result of a method that answers with an object. @throws RpcFault */
export function readResult(result: unknown, method: string): Record<string, unknown> {
  if (!isObject(result)) throw badAnswer(`its result of ${method} is ${quote(result)}, not an object`);
  return result;
}

const LONGEST = 80;

/** Formats a value from an answer for a message: JSON, in printable ASCII, cut to 80 characters. */
export function quote(value: unknown): string {
  const json = (JSON.stringify(value) ?? "nothing").replace(/[^\x20-\x7e]/g, "?");
  return json.length > LONGEST ? `${json.slice(0, LONGEST)}…` : json;
}
