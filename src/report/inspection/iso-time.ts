/** Seconds since the epoch as ISO 8601; null where they are no time that a calendar has. */
export function isoTime(seconds: bigint | null): string | null {
  if (seconds === null || seconds < 0n || seconds > 253_402_300_799n) return null;
  return new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z");
}
