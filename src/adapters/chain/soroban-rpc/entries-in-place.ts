import type { EntryBatch, LedgerEntry } from "../../../ports/on-chain-client.js";
import { readEntryData } from "./entry-row.js";
import { JsonBytes } from "./json-bytes.js";
import type { KeyedRequest } from "./ledger-entries.js";
import { Base64Target } from "./strict-base64.js";

const named = (name: string): Uint8Array => Buffer.from(JSON.stringify(name));
const [COMMA, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [0x2c, 0x5b, 0x5d, 0x7b, 0x7d];

const ENVELOPE = ["jsonrpc", "id", "result"].map(named);
const RESULT = ["entries", "latestLedger"].map(named);
const ROW = ["key", "xdr", "lastModifiedLedgerSeq", "liveUntilLedgerSeq", "extXdr"].map(named);

/**
 * Reads the answer to getLedgerEntries from its bytes, without a string for all of it and without an object a row.
 * It recognises answers about which there is nothing to say: written plainly, with rows in the order of the keys, each
 * of them good. Anything else is null, and for `readLedgerEntries` to read and to judge.
 */
export function readEntriesInPlace(body: Buffer, id: number, request: KeyedRequest): EntryBatch | null {
  return new EntriesInPlace(body, id, request).read();
}

class EntriesInPlace {
  readonly #json: JsonBytes;
  readonly #id: number;
  readonly #request: KeyedRequest;
  readonly #target: Base64Target;
  readonly #entries: (LedgerEntry | null)[];
  /** The first key that no row has answered yet. */
  #next = 0;
  #ledger = 0;
  #newestChange = 0;

  constructor(body: Buffer, id: number, request: KeyedRequest) {
    this.#json = new JsonBytes(body);
    this.#id = id;
    this.#request = request;
    this.#target = new Base64Target(body.length);
    this.#entries = new Array<LedgerEntry | null>(request.keys.length).fill(null);
  }

  read(): EntryBatch | null {
    const readEnvelope = (field: number) => {
      if (field === 0) return this.#json.takeString();
      if (field === 1) return this.#json.uint32() === this.#id;
      return this.#takeObject(RESULT, readResult) === ALL(RESULT);
    };
    const readResult = (field: number) => {
      if (field === 0) return this.#takeRows();
      this.#ledger = this.#json.uint32();
      return this.#ledger > 0;
    };
    if (this.#takeObject(ENVELOPE, readEnvelope) !== ALL(ENVELOPE) || !this.#json.isAtEnd) return null;
    return this.#newestChange > this.#ledger ? null : { ledger: this.#ledger, entries: this.#entries };
  }

  /**
   * Steps over an object with these fields alone, each once at most and in any order.
   * @returns the fields that were there, a bit each; -1 where `takeValue` or anything else was not as it should be
   */
  #takeObject(names: readonly Uint8Array[], takeValue: (field: number) => boolean): number {
    const json = this.#json;
    if (!json.take(OPEN)) return -1;
    let seen = 0;
    for (let guess = 0; ; ) {
      const field = this.#takeNameOf(names, guess);
      if (field < 0 || (seen & (1 << field)) !== 0 || !takeValue(field)) return -1;
      seen |= 1 << field;
      if (json.take(CLOSE)) return seen;
      if (!json.take(COMMA)) return -1;
      guess = field + 1;
    }
  }

  /** @param guess the one that most likely follows */
  #takeNameOf(names: readonly Uint8Array[], guess: number): number {
    for (let i = 0; i < names.length; i++) {
      const field = (guess + i) % names.length;
      if (this.#json.takeName(names[field]!)) return field;
    }
    return -1;
  }

  #takeRows(): boolean {
    const json = this.#json;
    if (!json.take(OPEN_LIST)) return false;
    if (json.take(CLOSE_LIST)) return true;
    do {
      if (!this.#takeRow()) return false;
    } while (json.take(COMMA));
    return json.take(CLOSE_LIST);
  }

  #key: string | null = null;
  #xdr: string | null = null;
  #lastModified = -1;
  #liveUntil: number | null = null;

  readonly #takeField = (field: number): boolean => {
    const json = this.#json;
    switch (field) {
      case 0:
        this.#key = json.string();
        return this.#key !== null;
      case 1:
        this.#xdr = json.string();
        return this.#xdr !== null;
      case 2:
        this.#lastModified = json.uint32();
        return this.#lastModified >= 0;
      case 3:
        this.#liveUntil = json.uint32();
        return this.#liveUntil >= 0;
      default:
        return json.takeString();
    }
  };

  #takeRow(): boolean {
    this.#liveUntil = null;
    const seen = this.#takeObject(ROW, this.#takeField);
    if (seen < 0 || (seen & NEEDED) !== NEEDED) return false;
    const { keys, texts } = this.#request;
    while (this.#next < texts.length && texts[this.#next] !== this.#key) this.#next += 1;
    if (this.#next === texts.length) return false;
    const value = readEntryData(this.#xdr!, keys[this.#next]!, this.#target);
    if (!(value instanceof Uint8Array)) return false;
    const lastModifiedLedger = this.#lastModified;
    if (lastModifiedLedger > this.#newestChange) this.#newestChange = lastModifiedLedger;
    this.#entries[this.#next] = { kind: "entry", value, lastModifiedLedger, liveUntilLedger: this.#liveUntil };
    this.#next += 1;
    return true;
  }
}

const ALL = (names: readonly Uint8Array[]): number => (1 << names.length) - 1;
/** Of a row: key, xdr and the ledger of its last change. */
const NEEDED = 0b111;
