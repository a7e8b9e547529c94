import type { ReadOptions } from "./on-chain-client.js";

/** What a node says of itself; null is what its version does not tell. */
export interface NodeDescription {
  readonly version: string | null;
  readonly protocol: number | null;
  readonly passphrase: string;
}

/** Looks at a node rather than at its ledger. */
export interface NodeProbe {
  /** Also answered by nodes that are not healthy. @throws UnavailableError when it cannot be reached */
  describe(options?: ReadOptions): Promise<NodeDescription>;
  /** The oldest ledger whose events and transactions it keeps; null when it does not tell. */
  oldestLedger(options?: ReadOptions): Promise<number | null>;
  close(): Promise<void>;
}
