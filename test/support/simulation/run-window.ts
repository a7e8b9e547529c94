/** When, and at which ledgers, the tool may have looked. */
export interface RunWindow {
  /** The world's time when the run started, and when it ended. */
  readonly from: number;
  readonly to: number;
  /** The chain's ledger when the run started. */
  readonly first: number;
  /** When it ended. */
  readonly last: number;
  /** The oldest that a node behind the load balancer may have shown. */
  readonly oldest: number;
}
