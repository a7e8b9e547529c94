import type { EntryFault, LedgerEntry } from "../../ports/on-chain-client.js";
import type { ErrorCode } from "../codes.js";
import { bytesText } from "../values/byte-text.js";
import { readOr, UnreadableValue } from "../values/field.js";
import { decodeScVal } from "../xdr/decode.js";
import type { ScVal } from "../xdr/scval.js";
import { XdrError } from "../xdr/xdr-error.js";
import { instanceStorage } from "./instance-storage.js";
import type { Layout } from "./layout.js";
import type { StreamLocator } from "./stream-key.js";
import { type ChainStream, readStruct } from "./stream-struct.js";
import { StructReader } from "./struct-reader.js";

/** One stream as the chain has it. */
export type StreamOnChain =
  | {
      readonly kind: "stream";
      readonly stream: ChainStream;
      /** M of the verdict table. */
      readonly modified: number;
      readonly liveUntil: number | null;
    }
  | { readonly kind: "missing" }
  | { readonly kind: "fault"; readonly code: ErrorCode; readonly message: string };

/** Finds and decodes streams in the entries of one batch. */
export class StreamsOnChain {
  readonly #layout: Layout;
  readonly #locator: StreamLocator;
  readonly structs: StructReader;
  /** The instance entry of the batch, decoded once: its storage by the key's bytes. */
  #storage: { readonly entry: LedgerEntry; readonly values: ReadonlyMap<string, ScVal> } | null = null;

  constructor(layout: Layout, locator: StreamLocator) {
    this.#layout = layout;
    this.#locator = locator;
    this.structs = new StructReader(layout);
  }

  /** @param id the stream's id in the contract @param entry the entry at `locator.ledgerKey(id)` */
  find(id: bigint, entry: LedgerEntry | EntryFault | null): StreamOnChain {
    if (entry === null) return { kind: "missing" };
    if (entry.kind === "fault") return entry;
    try {
      const stream = this.#streamIn(id, entry);
      if (stream === null) return { kind: "missing" };
      return {
        kind: "stream",
        stream,
        modified: entry.lastModifiedLedger,
        liveUntil: entry.liveUntilLedger,
      };
    } catch (error) {
      if (error instanceof XdrError) {
        return { kind: "fault", code: "entry_undecodable", message: `the entry cannot be decoded: ${error.message}` };
      }
      if (error instanceof UnreadableValue) return { kind: "fault", code: "entry_unreadable", message: error.message };
      throw error;
    }
  }

  /** The contract's raw value for a stream, to explain why it does not fit; null: there is none. */
  valueOf(id: bigint, entry: LedgerEntry): ScVal | null {
    const inner = this.#locator.innerKey(id);
    return readOr(
      () => (inner === null ? decodeScVal(entry.value) : (instanceStorage(entry.value).get(bytesText(inner)) ?? null)),
      () => null,
    );
  }

  #streamIn(id: bigint, entry: LedgerEntry): ChainStream | null {
    const inner = this.#locator.innerKey(id);
    if (inner === null) return this.structs.read(entry.value);
    if (this.#storage?.entry !== entry) this.#storage = { entry, values: instanceStorage(entry.value) };
    const value = this.#storage.values.get(bytesText(inner));
    return value === undefined ? null : readStruct(value, this.#layout);
  }
}
