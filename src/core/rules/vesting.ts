/** The parts of a stream that say how much of it has vested. Times in seconds, amounts in base units. */
export interface VestingTerms {
  readonly status: string;
  readonly total: bigint;
  readonly start: bigint;
  readonly end: bigint;
  readonly duration: bigint;
  readonly pausedAt: bigint;
  readonly totalPaused: bigint;
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/**
 * What the recipient has earned at a ledger's time, in integers as the contract computes it
 * (docs/contract-facts.md#streampays-vesting): linear, pauses left out.
 * @param now close time of the ledger, in seconds
 */
export function vested(terms: VestingTerms, now: bigint): bigint {
  if (terms.status === "DRAFT") return 0n;
  let time = max(terms.start, min(now, terms.end));
  if (terms.status === "PAUSED") time = min(time, terms.pausedAt);
  const elapsed = max(0n, max(0n, time - terms.start) - terms.totalPaused);
  if (terms.duration === 0n || elapsed >= terms.duration) return terms.total;
  return (terms.total * elapsed) / terms.duration;
}
