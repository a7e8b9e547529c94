import { onAbort } from "../../../core/look/on-abort.js";
import type {
  ChainDescription,
  EntryBatch,
  LedgerHead,
  OnChainClient,
  ReadOptions,
} from "../../../ports/on-chain-client.js";
import { type LoadedSnapshot, readEntries } from "./entry-reader.js";
import { loadSnapshot } from "./load-snapshot.js";

/** No network is involved, so reads may be large; the limit bounds memory per batch. */
const MAX_KEYS_PER_READ = 1000;

/** A disk has little latency: a few reads keep both it and the program busy. */
const READS_AT_A_TIME = 8;

/**
 * Reads contract data from a ledger snapshot file, as `stellar snapshot create` and soroban-sdk tests write it.
 * The file may be of any size: on first use, one pass records where each entry is, and entries are read from there on
 * demand. Every batch is at the snapshot's one ledger. Snapshots may omit evicted entries and do not say when entries
 * expire, so a missing entry is weaker evidence than from a node.
 */
export function openLedgerSnapshot(path: string): OnChainClient {
  const closing = new AbortController();
  let loading: Promise<LoadedSnapshot> | undefined;

  /** Callers share one pass over the file. Each may give up; only close() aborts the pass. */
  async function load({ signal }: ReadOptions): Promise<LoadedSnapshot> {
    closing.signal.throwIfAborted();
    signal?.throwIfAborted();
    loading ??= loadSnapshot(path, closing.signal);
    return signal === undefined ? loading : unlessAborted(loading, signal);
  }

  return {
    maxKeysPerRead: MAX_KEYS_PER_READ,

    async describe(options: ReadOptions = {}): Promise<ChainDescription> {
      const { networkId, sequence, closeTime } = (await load(options)).header;
      const source = { passphrase: null, networkId, isStatic: true, readsAtATime: READS_AT_A_TIME };
      return { ...source, latestLedger: sequence, closeTime };
    },

    async readEntries(keys: readonly Uint8Array[], options: ReadOptions = {}): Promise<EntryBatch> {
      if (keys.length === 0 || keys.length > MAX_KEYS_PER_READ) {
        throw new RangeError(`readEntries takes 1 to ${MAX_KEYS_PER_READ} keys, not ${keys.length}`);
      }
      const snapshot = await load(options);
      return { ledger: snapshot.header.sequence, entries: await readEntries(snapshot, keys, options.signal) };
    },

    async latestLedger(options: ReadOptions = {}): Promise<LedgerHead> {
      const { sequence, closeTime } = (await load(options)).header;
      return { ledger: sequence, closeTime };
    },

    async close(): Promise<void> {
      closing.abort(new Error("the ledger snapshot was closed"));
      // Not awaited: a hanging disk must not delay the end of a run.
      loading?.then(({ file }) => file.close()).catch(() => {});
    },
  };
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    work.then(resolve, reject).finally(forget);
  });
}
