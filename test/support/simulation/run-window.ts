/** The ledgers at which the tool may have looked. */
export interface RunWindow {
  /** The chain's ledger when the run started. */
  readonly first: number;
  /** When it ended. */
  readonly last: number;
  /** The oldest that a node behind the load balancer may have shown. */
  readonly oldest: number;
}
