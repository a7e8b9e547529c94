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
