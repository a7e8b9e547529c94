/** How long the entry remains usable without a restore. */
export interface Lifetime {
  readonly state: "live" | "ends-soon" | "expired" | "archived-or-unknown" | "not-told";
  /** The last ledger at which it is live; null: unknown. */
  readonly liveUntil: number | null;
  /** Ledgers from the read to `liveUntil`; null unless the entry is live. */
  readonly ledgersLeft: number | null;
}

/** @param observed the ledger at which the entry was read */
export function lifetimeOf(liveUntil: number | null, observed: number, warningLedgers: number): Lifetime {
  if (liveUntil === null) return { state: "not-told", liveUntil, ledgersLeft: null };
  // By protocol, 0 means archived; some nodes also use it for unknown.
  if (liveUntil === 0) return { state: "archived-or-unknown", liveUntil: null, ledgersLeft: null };
  if (liveUntil < observed) return { state: "expired", liveUntil, ledgersLeft: null };
  const ledgersLeft = liveUntil - observed;
  return { state: ledgersLeft < warningLedgers ? "ends-soon" : "live", liveUntil, ledgersLeft };
}
