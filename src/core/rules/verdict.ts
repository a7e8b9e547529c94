/** The three ledger numbers that decide what a difference means. */
export interface LedgerPosition {
  /** S: the ledger that the database row claims to have seen; null when unknown. */
  readonly synced: number | null;
  /** M: the ledger that last changed the chain's entry; null when the chain has no entry. */
  readonly modified: number | null;
  /** L: the ledger at which the chain was read. */
  readonly observed: number;
}

/** `node-behind`: the node has not reached what the database has seen, so the difference cannot be judged. */
export type Verdict = "drift" | "lag" | "node-behind";

/** The verdict on a stream that differs: the table of docs/architecture.md ("Drift or lag"). */
export function judge({ synced, modified, observed }: LedgerPosition, maxLagLedgers: number): Verdict {
  if (synced !== null && synced > observed) return "node-behind";
  if (modified === null) return "drift";
  if (synced !== null && modified <= synced) return "drift";
  return observed - modified <= maxLagLedgers ? "lag" : "drift";
}
