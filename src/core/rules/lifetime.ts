/** How long the entry can still be used without being restored. */
export interface Lifetime {
  readonly state: "live" | "ends-soon" | "expired" | "archived-or-unknown" | "not-told";
  /** The last ledger at which it is live; null when the source does not tell. */
  readonly liveUntil: number | null;
  /** Ledgers from the one that was read to that one; null unless it is live. */
  readonly ledgersLeft: number | null;
}

/** @param observed the ledger at which the entry was read */
export function lifetimeOf(liveUntil: number | null, observed: number, warningLedgers: number): Lifetime {
  if (liveUntil === null) return { state: "not-told", liveUntil, ledgersLeft: null };
  // Facts of the protocol: 0 stands for an archived entry, and on some nodes for not knowing.
  if (liveUntil === 0) return { state: "archived-or-unknown", liveUntil: null, ledgersLeft: null };
  if (liveUntil < observed) return { state: "expired", liveUntil, ledgersLeft: null };
  const ledgersLeft = liveUntil - observed;
  return { state: ledgersLeft < warningLedgers ? "ends-soon" : "live", liveUntil, ledgersLeft };
}
