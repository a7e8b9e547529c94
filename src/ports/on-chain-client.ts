import type { StreamErrorCode } from "../core/codes.js";

/** Where a value is within a larger buffer. */
export interface EntryPlace {
  readonly view: DataView;
  readonly at: number;
  readonly length: number;
}

/**
 * What the core needs from the chain: ledger entries by key, as bytes, many at a time.
 * Values stay XDR so that every source shares one decoder (core/xdr).
 */
export interface LedgerEntry {
  readonly kind: "entry";
  /** XDR of the entry's ScVal (the `val` of a ContractDataEntry). */
  readonly value: Uint8Array;
  /** The same value, where many share a buffer: creating a view of each would cost more than comparing it. */
  readonly place?: EntryPlace;
  /** M of the verdict table: the ledger that last changed this entry. */
  readonly lastModifiedLedger: number;
  /** Last ledger at which the entry is live; 0 means archived or unknown; null if the source does not say. */
  readonly liveUntilLedger: number | null;
}

/** An entry that the source returned but that cannot be trusted or read. It never fails its batch. */
export interface EntryFault {
  readonly kind: "fault";
  readonly code: StreamErrorCode;
  readonly message: string;
}

/** One atomic read. `entries[i]` answers `keys[i]`; null means the ledger has no such entry. */
export interface EntryBatch {
  /** L of the verdict table: the ledger at which every entry of this batch was read. */
  readonly ledger: number;
  readonly entries: readonly (LedgerEntry | EntryFault | null)[];
}

export interface ChainDescription {
  /** The network's passphrase; null if the source does not say. */
  readonly passphrase: string | null;
  /** SHA-256 of the passphrase in lower-case hex; null if the source does not say. */
  readonly networkId: string | null;
  readonly latestLedger: number;
  /** When that ledger closed, in seconds since the epoch; null if the source does not say. */
  readonly closeTime: bigint | null;
  /** The source never changes (a file), so reading it again is pointless. */
  readonly isStatic: boolean;
  /** How many reads are worth running at the same time. */
  readonly readsAtATime: number;
}

/** The newest ledger of the source. */
export interface LedgerHead {
  readonly ledger: number;
  /** When it closed, in seconds since the epoch; null if the source does not say. */
  readonly closeTime: bigint | null;
}

export interface ReadOptions {
  /** Aborts the read, including retries and waits; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Also accept an answer at an earlier ledger than any seen before: the caller looks at its ledger. Default: false. */
  readonly anyLedger?: boolean;
}

export interface OnChainClient {
  /** How many keys one `readEntries` may carry. */
  readonly maxKeysPerRead: number;
  /**
   * Opens the source and describes it.
   * @throws ConfigurationError if the configured source is wrong (no such file, not a snapshot).
   * @throws UnavailableError if it cannot be reached, is unhealthy or does not speak the protocol.
   */
  describe(options?: ReadOptions): Promise<ChainDescription>;
  /**
   * Reads entries at one ledger, which the source chooses. Keys are XDR LedgerKeys without duplicates,
   * at least one and at most `maxKeysPerRead`.
   * @throws UnavailableError if the batch could not be read, even after retries.
   */
  readEntries(keys: readonly Uint8Array[], options?: ReadOptions): Promise<EntryBatch>;
  /**
   * Asks for the newest ledger. Every later read is at this ledger or a newer one, unless it takes any ledger.
   * @throws UnavailableError as readEntries does.
   */
  latestLedger(options?: ReadOptions): Promise<LedgerHead>;
  close(): Promise<void>;
}
