import type {
  ChainDescription,
  EntryBatch,
  LedgerHead,
  OnChainClient,
  ReadOptions,
} from "../../../ports/on-chain-client.js";
import { EntryIndex } from "./entry-index.js";
import { readElement } from "./snapshot-element.js";
import { readSnapshotFile } from "./snapshot-file.js";
import { readDocument } from "./snapshot-header.js";
import { parseSnapshot } from "./snapshot-json.js";

/** Nothing travels, so a read may be large; a bound keeps what one batch holds in memory small. */
const MAX_KEYS_PER_READ = 1000;

interface Snapshot {
  readonly description: ChainDescription;
  readonly head: LedgerHead;
  readonly index: EntryIndex;
}

/**
 * Reads contract data from a ledger snapshot file, as `stellar snapshot create` and soroban-sdk tests write it.
 * The file is read once, when first needed. Every batch is of the one ledger that the snapshot shows. Such a file may
 * leave evicted entries out and does not tell when entries expire: a missing entry is weaker evidence than a node's.
 */
export function openLedgerSnapshot(path: string): OnChainClient {
  let loading: Promise<Snapshot> | undefined;
  let closed = false;

  async function load({ signal }: ReadOptions): Promise<Snapshot> {
    if (closed) throw new Error("the ledger snapshot was closed");
    signal?.throwIfAborted();
    loading ??= loadSnapshot(path);
    const snapshot = await loading;
    signal?.throwIfAborted();
    return snapshot;
  }

  return {
    maxKeysPerRead: MAX_KEYS_PER_READ,

    async describe(options: ReadOptions = {}): Promise<ChainDescription> {
      return (await load(options)).description;
    },

    async readEntries(keys: readonly Uint8Array[], options: ReadOptions = {}): Promise<EntryBatch> {
      if (keys.length === 0 || keys.length > MAX_KEYS_PER_READ) {
        throw new RangeError(`a read carries 1 to ${MAX_KEYS_PER_READ} keys, not ${keys.length}`);
      }
      const { index } = await load(options);
      return { ledger: index.sequence, entries: keys.map((key) => index.find(key)) };
    },

    async latestLedger(options: ReadOptions = {}): Promise<LedgerHead> {
      return (await load(options)).head;
    },

    async close(): Promise<void> {
      closed = true;
      loading = undefined;
    },
  };
}

async function loadSnapshot(path: string): Promise<Snapshot> {
  const document = readDocument(await parseSnapshot(await readSnapshotFile(path), path), path);
  const index = new EntryIndex(document.sequence);
  for (const [position, json] of document.elements.entries()) index.add(readElement(json, position, path));
  const description = {
    passphrase: null,
    networkId: document.networkId,
    latestLedger: document.sequence,
    isStatic: true,
  };
  return { description, head: { ledger: document.sequence, closeTime: document.closeTime }, index };
}
