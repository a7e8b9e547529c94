import type { ReadOptions } from "./on-chain-client.js";

/** What a node says about itself; null where its version does not say. */
export interface NodeDescription {
  readonly version: string | null;
  readonly protocol: number | null;
  readonly passphrase: string;
}

/** Inspects a node rather than its ledger. */
export interface NodeProbe {
  /** Unhealthy nodes answer too. @throws UnavailableError if the node cannot be reached */
  describe(options?: ReadOptions): Promise<NodeDescription>;
  /** The oldest ledger whose events and transactions it keeps; null if it does not say. */
  oldestLedger(options?: ReadOptions): Promise<number | null>;
  close(): Promise<void>;
}
