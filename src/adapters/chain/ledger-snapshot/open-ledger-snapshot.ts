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

/** Nothing travels, so a read may be large; a bound keeps what one batch holds in memory small. */
const MAX_KEYS_PER_READ = 1000;

/** A disk has no distance: a few keep it and the program busy at once. */
const READS_AT_A_TIME = 8;

/**
 * Reads contract data from a ledger snapshot file, as `stellar snapshot create` and soroban-sdk tests write it.
 * The file may be of any size: one pass, when it is first needed, notes where each entry is; entries are read from
 * there when they are asked for. Every batch is of the one ledger that the snapshot shows. Such a file may leave
 * evicted entries out and does not tell when entries expire: a missing entry is weaker evidence than a node's.
 */
export function openLedgerSnapshot(path: string): OnChainClient {
  const closing = new AbortController();
  let loading: Promise<LoadedSnapshot> | undefined;

  /** All share one pass over the file, which goes on until close() when one of them gives up. */
  async function load({ signal }: ReadOptions): Promise<LoadedSnapshot> {
    closing.signal.throwIfAborted();
    signal?.throwIfAborted();
    loading ??= loadSnapshot(path, closing.signal);
    return signal === undefined ? loading : unlessAborted(loading, signal);
  }

  return {
    maxKeysPerRead: MAX_KEYS_PER_READ,

    async describe(options: ReadOptions = {}): Promise<ChainDescription> {
      const { networkId, sequence } = (await load(options)).header;
      return { passphrase: null, networkId, latestLedger: sequence, isStatic: true, readsAtATime: READS_AT_A_TIME };
    },

    async readEntries(keys: readonly Uint8Array[], options: ReadOptions = {}): Promise<EntryBatch> {
      if (keys.length === 0 || keys.length > MAX_KEYS_PER_READ) {
        throw new RangeError(`a read carries 1 to ${MAX_KEYS_PER_READ} keys, not ${keys.length}`);
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
      // Not waited for: a disk that hangs must not hold up the end of a run.
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
