/** How entries stand with their time to live, by the ledger at which they were read. */
export interface Lifetimes {
  /** Entries whose time to live is told. */
  told: number;
  /** Near their end, by the policy. */
  low: number;
  expired: number;
  /** A time to live of 0: archived, or the node does not tell it (docs/contract-facts.md#times-to-live). */
  archived: number;
  /** The fewest ledgers left of any that lives. */
  least: number | null;
}

export const noLifetimes = (): Lifetimes => ({ told: 0, low: 0, expired: 0, archived: 0, least: null });

/** @param liveUntil the last ledger at which the entry lives; null where the source does not tell */
export function addLifetime(sum: Lifetimes, liveUntil: number | null, ledger: number, warningLedgers: number): void {
  if (liveUntil === null) return;
  sum.told += 1;
  if (liveUntil === 0) sum.archived += 1;
  else if (liveUntil < ledger) sum.expired += 1;
  else {
    const left = liveUntil - ledger;
    if (left < warningLedgers) sum.low += 1;
    sum.least = Math.min(sum.least ?? left, left);
  }
}
