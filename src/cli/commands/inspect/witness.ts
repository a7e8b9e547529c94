import { bytesText } from "../../../core/contract/instance-storage.js";
import { ReconcileError } from "../../../core/errors.js";
import type { Evidence, SeenEntry } from "../../../core/inspection/inspect-stream.js";
import type { StreamReader, StreamRow, StreamSnapshot } from "../../../ports/db-client.js";
import type { LedgerHead, OnChainClient, ReadOptions } from "../../../ports/on-chain-client.js";
import type { Watch } from "../../reconciliation/run-reconciliation.js";

/**
 * Keeps what a run for one stream reads last: the row and the entry that its verdict is about. To read them again would
 * show another moment than the one that was judged.
 */
export class Witness implements Watch {
  #row: StreamRow | null = null;
  #globalCursor: StreamSnapshot["globalCursor"];
  /** By the key's bytes as text; of one stream there are few. */
  readonly #entries = new Map<string, SeenEntry>();
  readonly #heads: LedgerHead[] = [];
  #lastRead: number | null = null;
  /** Whether the database was asked for the stream. */
  hasReadRows = false;

  get evidence(): Evidence {
    return {
      row: this.#row,
      globalCursor: this.#globalCursor,
      entryOf: (key) => this.#entries.get(bytesText(key)) ?? null,
      heads: this.#heads,
    };
  }

  rows(reader: StreamReader): StreamReader {
    return {
      getStreams: async (query, signal) => {
        const snapshot = await reader.getStreams(query, signal);
        // A read of the whole table looks for the greatest cursor, not for the stream.
        return query.only === undefined ? snapshot : this.tap(snapshot);
      },
    };
  }

  chain(client: OnChainClient): OnChainClient {
    return {
      maxKeysPerRead: client.maxKeysPerRead,
      describe: (options) => client.describe(options),
      readEntries: async (keys, options) => {
        const batch = await client.readEntries(keys, options);
        keys.forEach((key, i) => {
          this.#entries.set(bytesText(key), { entry: batch.entries[i]!, ledger: batch.ledger });
        });
        this.#lastRead = batch.ledger;
        return batch;
      },
      latestLedger: async (options) => {
        const head = await client.latestLedger(options);
        this.#heads.push(head);
        return head;
      },
      close: () => client.close(),
    };
  }

  /** A run for a contract whose streams do not depend on the time never asks for it; a person wants to know it. */
  async compared(client: OnChainClient, options: ReadOptions): Promise<void> {
    const ledger = this.#lastRead;
    if (ledger === null || options.signal?.aborted || this.#heads.some((head) => head.ledger >= ledger)) return;
    try {
      this.#heads.push(await client.latestLedger(options));
    } catch (error) {
      // What was read is complete without it.
      if (!(error instanceof ReconcileError || options.signal?.aborted)) throw error;
    }
  }

  tap(snapshot: StreamSnapshot): StreamSnapshot {
    this.hasReadRows = true;
    this.#globalCursor = snapshot.globalCursor;
    return { globalCursor: snapshot.globalCursor, pages: this.#watched(snapshot.pages) };
  }

  async *#watched(pages: StreamSnapshot["pages"]): AsyncGenerator<readonly StreamRow[]> {
    for await (const page of pages) {
      // Of several rows for one stream the first is shown; that there are several is a finding of its own.
      if (page[0] !== undefined) this.#row = page[0];
      yield page;
    }
  }
}
