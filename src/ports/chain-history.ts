import type { ReadOptions } from "./on-chain-client.js";

/** Ledgers from the first to the last, both included. */
export interface LedgerRange {
  readonly first: number;
  readonly last: number;
}

/** An event of a contract. Values stay XDR, as those of ledger entries do. */
export interface ContractEvent {
  /** Tells events apart, and orders those of one ledger. */
  readonly id: string;
  readonly ledger: number;
  /** When its ledger closed, in seconds since the epoch; null when the source does not tell. */
  readonly closedAt: bigint | null;
  /** The transaction's hash in hex, lower case. */
  readonly txHash: string;
  /** XDR of each topic's ScVal. */
  readonly topics: readonly Uint8Array[];
  /** XDR of the data's ScVal. */
  readonly value: Uint8Array;
}

/** A transaction as the ledger applied it. */
export interface AppliedTransaction {
  /** In hex, lower case; null from nodes that do not tell. */
  readonly hash: string | null;
  readonly ledger: number;
  /** In seconds since the epoch; null when the source does not tell. */
  readonly closedAt: bigint | null;
  readonly succeeded: boolean;
  /** XDR of the TransactionEnvelope: who asked for what. */
  readonly envelope: Uint8Array;
  /** XDR of the TransactionMeta: what it changed. Empty when the source does not tell. */
  readonly meta: Uint8Array;
}

/**
 * What happened in the last days, as far back as the source remembers. Unlike the ledger's entries it is no evidence
 * of what is: an event that is not found may only have been forgotten.
 */
export interface ChainHistory {
  /**
   * The ledgers that it still knows; the first one moves on as ledgers close.
   * @throws UnavailableError when it cannot be asked
   */
  retained(options?: ReadOptions): Promise<LedgerRange>;
  /**
   * The contract's events in a range of ledgers, in order, a page at a time. It ends only when the whole range was
   * gone through.
   * @throws UnavailableError when it could not be
   */
  events(contractId: string, range: LedgerRange, options?: ReadOptions): AsyncIterable<readonly ContractEvent[]>;
  /**
   * Every transaction of one ledger, of whatever contract, a page at a time.
   * @throws UnavailableError when they could not be read
   */
  transactions(ledger: number, options?: ReadOptions): AsyncIterable<readonly AppliedTransaction[]>;
  close(): Promise<void>;
}
