import type { ReadOptions } from "./on-chain-client.js";

/** Ledgers from the first to the last, both included. */
export interface LedgerRange {
  readonly first: number;
  readonly last: number;
}

/** A contract event. Values stay XDR, as in ledger entries. */
export interface ContractEvent {
  /** Unique, and orders the events of one ledger. */
  readonly id: string;
  readonly ledger: number;
  /** When its ledger closed, in seconds since the epoch; null if the source does not say. */
  readonly closedAt: bigint | null;
  /** The transaction's hash in lower-case hex. */
  readonly txHash: string;
  /** XDR of each topic's ScVal. */
  readonly topics: readonly Uint8Array[];
  /** XDR of the data's ScVal. */
  readonly value: Uint8Array;
}

/** A transaction that a ledger applied. */
export interface AppliedTransaction {
  /** Lower-case hex; null if the node does not say. */
  readonly hash: string | null;
  readonly ledger: number;
  /** In seconds since the epoch; null if the source does not say. */
  readonly closedAt: bigint | null;
  readonly succeeded: boolean;
  /** XDR of the TransactionEnvelope: who requested what. */
  readonly envelope: Uint8Array;
  /** XDR of the TransactionMeta: what it changed. Empty if the source does not provide it. */
  readonly meta: Uint8Array;
}

/**
 * Recent events and transactions, as far back as the source keeps them. Unlike ledger entries, they do not prove the
 * present state: a missing event may simply have been dropped.
 */
export interface ChainHistory {
  /**
   * The ledgers the source still keeps; the first one advances as ledgers close.
   * @throws UnavailableError if the source cannot be read
   */
  retained(options?: ReadOptions): Promise<LedgerRange>;
  /**
   * The contract's events in a range of ledgers, in order, a page at a time. Ends only after the whole range.
   * @throws UnavailableError if part of the range could not be read
   */
  events(contractId: string, range: LedgerRange, options?: ReadOptions): AsyncIterable<readonly ContractEvent[]>;
  /**
   * Every transaction of one ledger, for any contract, a page at a time.
   * @throws UnavailableError if they could not be read
   */
  transactions(ledger: number, options?: ReadOptions): AsyncIterable<readonly AppliedTransaction[]>;
  close(): Promise<void>;
}
