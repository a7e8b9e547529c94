/** How a field's value is read on both sides and compared (docs/configuration.md#the-mapping). */
export const FIELD_TYPES = ["amount", "address", "status", "timestamp", "integer", "boolean", "text"] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** What a field means to the invariants, independent of its name in the contract. */
export const ROLES = [
  "id",
  "total",
  "released",
  "status",
  "recipient",
  "sender",
  "token",
  "start",
  "end",
  "duration",
  "last_update",
  "paused_at",
  "total_paused",
  "fee_bps",
  "rate",
  "balance",
  "active",
] as const;
export type Role = (typeof ROLES)[number];

/**
 * A value in the form in which both sides are compared. Amounts (in base units), integers and timestamps (in seconds)
 * are bigint; addresses are strkeys; statuses are in upper case; SQL NULL and an Option's None are null.
 */
export type FieldValue = bigint | string | boolean | null;

/** A value that cannot be read as its type. Affects one row or entry, never the run. */
export class UnreadableValue extends Error {
  override readonly name: string = "UnreadableValue";
}

/** What `read` returns, or what `otherwise` says of a value that cannot be read; any other error is a bug. */
export function readOr<T, Else>(read: () => T, otherwise: (error: UnreadableValue) => Else): T | Else {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableValue) return otherwise(error);
    throw error;
  }
}
