import type { StreamErrorCode } from "../core/codes.js";

/** Where bytes lie among others. */
export interface EntryPlace {
  readonly view: DataView;
  readonly at: number;
  readonly length: number;
}

/**
 * What the core needs from the chain: ledger entries by key, as bytes, many at a time.
 * Values stay XDR so that there is one decoder (core/xdr) whatever the source was.
 */
export interface LedgerEntry {
  readonly kind: "entry";
  /** XDR of the entry's ScVal (the `val` of a ContractDataEntry). */
  readonly value: Uint8Array;
  /** The same, from sources that have many values in one buffer: a view of its own for each costs more than comparing it. */
  readonly place?: EntryPlace;
  /** M of the verdict table: the ledger that last changed this entry. */
  readonly lastModifiedLedger: number;
  /** Last ledger at which the entry is live; 0 means archived or unknown; null when the source does not tell. */
  readonly liveUntilLedger: number | null;
}

/** An entry that the source returned and that cannot be trusted or read. It never fails its batch. */
export interface EntryFault {
  readonly kind: "fault";
  readonly code: StreamErrorCode;
  readonly message: string;
}

/** One atomic read. `entries[i]` answers `keys[i]`; null: the ledger holds no such entry. */
export interface EntryBatch {
  /** L of the verdict table: the ledger at which every entry of this batch was read. */
  readonly ledger: number;
  readonly entries: readonly (LedgerEntry | EntryFault | null)[];
}

export interface ChainDescription {
  /** The network's passphrase, where the source tells it. */
  readonly passphrase: string | null;
  /** SHA-256 of the passphrase in lower-case hex, where the source tells it. */
  readonly networkId: string | null;
  readonly latestLedger: number;
  /** When that ledger closed, in seconds since the epoch; null where the source does not tell. */
  readonly closeTime: bigint | null;
  /** A source that never changes (a file): reading it again is pointless. */
  readonly isStatic: boolean;
  /** Reads that are worth asking for at a time. */
  readonly readsAtATime: number;
}

/** The newest ledger that the source has. */
export interface LedgerHead {
  readonly ledger: number;
  /** When it closed, in seconds since the epoch; null when the source does not tell. */
  readonly closeTime: bigint | null;
}

export interface ReadOptions {
  /** Aborts the read, retries and waits included; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface OnChainClient {
  /** How many keys one `readEntries` may carry. */
  readonly maxKeysPerRead: number;
  /**
   * Opens the source and says what it is.
   * @throws ConfigurationError when what was configured is wrong (no such file, not a snapshot).
   * @throws UnavailableError when it cannot be reached, is unhealthy or does not speak the protocol.
   */
  describe(options?: ReadOptions): Promise<ChainDescription>;
  /**
   * Reads entries at one ledger, which the source chooses. Keys are XDR LedgerKeys without duplicates,
   * at least one and at most `maxKeysPerRead`.
   * @throws UnavailableError when the whole batch could not be read, after retries.
   */
  readEntries(keys: readonly Uint8Array[], options?: ReadOptions): Promise<EntryBatch>;
  /**
   * Asks how far the source is now. Every later read is at this ledger or a newer one.
   * @throws UnavailableError as readEntries does.
   */
  latestLedger(options?: ReadOptions): Promise<LedgerHead>;
  close(): Promise<void>;
}
