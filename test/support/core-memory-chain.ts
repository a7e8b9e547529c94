import type {
  EntryBatch,
  EntryFault,
  LedgerEntry,
  LedgerHead,
  OnChainClient,
  ReadOptions,
} from "../../src/ports/on-chain-client.js";
import { ledgerEntry } from "./core-chain-record.js";
import { type StreamStruct, streamKey, streamVal } from "./streampay-contract.js";
import { ledgerKeyOf, type TestEntry } from "./test-ledger.js";

const hex = (bytes: Uint8Array | Buffer) => Buffer.from(bytes).toString("hex");

/**
 * A chain in memory. It answers only what it was told, absences included: a key that no test has spoken of fails the
 * test, so that a wrong key can never read as "the chain has no such stream". It refuses what nodes refuse.
 */
export class MemoryChain implements OnChainClient {
  ledger = 1000;
  /** Close time of `ledger`, in seconds; null: this source does not tell. */
  closeTime: bigint | null = null;
  /** The keys of each read, in the order of the calls. */
  readonly reads: (readonly string[])[] = [];
  /** Called before each answer with the read's number from 0: throw to fail it, wait to delay it, move the ledger. */
  beforeAnswer: (read: number, options: ReadOptions) => void | Promise<void> = () => {};
  /** By how many ledgers the node that answers a read is behind `ledger`: it knows what was so then. */
  ledgersBehind: (read: number) => number = () => 0;
  readonly maxKeysPerRead: number;
  /** What was set under each key, with the ledger at which it was, in the order of the calls. */
  readonly #entries = new Map<string, { readonly since: number; readonly answer: EntryBatch["entries"][number] }[]>();

  constructor(maxKeysPerRead = 200) {
    this.maxKeysPerRead = maxKeysPerRead;
  }

  set(entry: Pick<TestEntry, "contract" | "key"> & Partial<TestEntry>, answer: LedgerEntry | EntryFault | null): void {
    const name = ledgerKeyOf({ durability: "persistent", ...entry }).toXDR("hex");
    this.#entries.set(name, [...(this.#entries.get(name) ?? []), { since: this.ledger, answer }]);
  }

  setStream(contract: string, stream: StreamStruct, more: Partial<LedgerEntry> = {}): void {
    this.set({ contract, key: streamKey(stream.id) }, ledgerEntry(streamVal(stream), more));
  }

  setAbsent(contract: string, id: bigint): void {
    this.set({ contract, key: streamKey(id) }, null);
  }

  async readEntries(keys: readonly Uint8Array[], options: ReadOptions = {}): Promise<EntryBatch> {
    const names = keys.map(hex);
    if (names.length === 0) throw new Error("a read without keys");
    if (names.length > this.maxKeysPerRead) throw new Error(`a read of ${names.length} keys`);
    if (new Set(names).size !== names.length) throw new Error("a read with the same key twice");
    const read = this.reads.push(names) - 1;
    await this.beforeAnswer(read, options);
    options.signal?.throwIfAborted();
    const behind = this.ledgersBehind(read);
    const ledger = this.ledger - behind;
    const entries = names.map((name) => {
      const known = this.#entries.get(name);
      if (known === undefined) throw new Error(`no test has said what the chain holds under ${name}`);
      // What was so at first was so for ever.
      const then = Math.max(ledger, known[0]!.since);
      return (behind === 0 ? known.at(-1) : known.findLast(({ since }) => since <= then))!.answer;
    });
    return { ledger, entries };
  }

  async latestLedger(): Promise<LedgerHead> {
    return { ledger: this.ledger, closeTime: this.closeTime };
  }

  async describe(): Promise<never> {
    throw new Error("the core describes no chain");
  }

  async close(): Promise<void> {}
}
