import type { EntryBatch, EntryPlace, LedgerEntry } from "../../../../ports/on-chain-client.js";
import { valueIn } from "./entry-row.js";
import { JsonBytes, viewOf } from "./json-bytes.js";
import { KeyedRequest } from "./ledger-entries.js";
import { Base64Target, base64Length } from "./strict-base64.js";

const named = (name: string): DataView => viewOf(Buffer.from(JSON.stringify(name)));
const [COMMA, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [0x2c, 0x5b, 0x5d, 0x7b, 0x7d];

/** The letters that only the URL-safe alphabet has. */
const [MINUS, UNDERSCORE] = [0x2d, 0x5f];

const ENVELOPE = ["jsonrpc", "id", "result"].map(named);
const RESULT = ["entries", "latestLedger"].map(named);
const ROW = ["key", "xdr", "lastModifiedLedgerSeq", "liveUntilLedgerSeq", "extXdr"].map(named);

/**
 * Reads the answer to getLedgerEntries from its bytes, without creating a string or an object per row. It only accepts
 * unremarkable answers: plainly written, with valid rows in the order of the keys. For anything else it returns null,
 * and `readLedgerEntries` has to read the answer.
 */
export function readEntriesInPlace(body: Buffer, id: number, request: KeyedRequest): EntryBatch | null {
  return new EntriesInPlace(body, id, request).read();
}

class EntriesInPlace {
  readonly #json: JsonBytes;
  readonly #id: number;
  readonly #request: KeyedRequest;
  readonly #target: Base64Target;
  /** Covers all decoded bytes. */
  readonly #view: DataView;
  /** The bytes of the request's parameters, which include the keys' texts. */
  readonly #asked: DataView;
  /** The offset there of the first key text not yet compared with a row. */
  #textAt = KeyedRequest.firstText;
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
    this.#view = viewOf(this.#target.bytes);
    this.#asked = viewOf(Buffer.from(request.params, "latin1"));
    this.#entries = new Array<LedgerEntry | null>(request.keys.length).fill(null);
  }

  read(): EntryBatch | null {
    const { bytes } = this.#json;
    if (bytes.includes(MINUS) || bytes.includes(UNDERSCORE)) return null;
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
   * Steps over an object with only these fields, each at most once and in any order.
   * @returns the fields found, as bits; -1 if `takeValue` fails or anything else is unexpected
   */
  #takeObject(names: readonly DataView[], takeValue: (field: number) => boolean): number {
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

  /** @param guess the index of the most likely name */
  #takeNameOf(names: readonly DataView[], guess: number): number {
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

  /** The index of the key that the row answers. */
  #index = -1;
  #dataStart = 0;
  #dataCharacters = 0;
  #lastModified = -1;
  #liveUntil: number | null = null;

  readonly #takeField = (field: number): boolean => {
    const json = this.#json;
    switch (field) {
      case 0:
        return this.#takeKey();
      case 1:
        return this.#takeData();
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

  /** Keys without an entry have no row, so the row's key is the next one or a later one. */
  #takeKey(): boolean {
    const { keys } = this.#request;
    for (this.#index = this.#next; this.#index < keys.length; this.#index += 1) {
      const start = this.#textAt;
      const length = base64Length(keys[this.#index]!.length);
      this.#textAt = start + length + KeyedRequest.gap;
      if (this.#json.takeText(this.#asked, start, length)) return true;
    }
    return false;
  }

  /** Most data are as long as the previous ones; otherwise the next quote ends them. */
  #takeData(): boolean {
    const json = this.#json;
    if (!json.takeQuote()) return false;
    this.#dataStart = this.#target.used;
    if (json.mayEndAfter(this.#dataCharacters) && this.#decode(this.#dataCharacters)) return true;
    this.#dataCharacters = json.lengthToQuote;
    return this.#dataCharacters >= 0 && this.#decode(this.#dataCharacters);
  }

  #decode(characters: number): boolean {
    const json = this.#json;
    if (!this.#target.writeBytes(json.bytes, json.at, json.at + characters)) return false;
    json.at += characters + 1;
    return true;
  }

  #takeRow(): boolean {
    this.#liveUntil = null;
    const seen = this.#takeObject(ROW, this.#takeField);
    if (seen < 0 || (seen & NEEDED) !== NEEDED) return false;
    const index = this.#index;
    const { bytes, used: end } = this.#target;
    const at = valueIn(bytes, this.#dataStart, end, this.#request.keys[index]!);
    if (typeof at !== "number") return false;
    const lastModifiedLedger = this.#lastModified;
    if (lastModifiedLedger > this.#newestChange) this.#newestChange = lastModifiedLedger;
    this.#entries[index] = new EntryInPlace(this.#view, at, end - at, lastModifiedLedger, this.#liveUntil);
    this.#next = index + 1;
    return true;
  }
}

/** An entry within its answer's bytes, without a view of its own. */
class EntryInPlace implements LedgerEntry, EntryPlace {
  readonly kind = "entry";
  readonly view: DataView;
  readonly at: number;
  readonly length: number;
  readonly lastModifiedLedger: number;
  readonly liveUntilLedger: number | null;

  constructor(view: DataView, at: number, length: number, lastModifiedLedger: number, liveUntilLedger: number | null) {
    this.view = view;
    this.at = at;
    this.length = length;
    this.lastModifiedLedger = lastModifiedLedger;
    this.liveUntilLedger = liveUntilLedger;
  }

  get place(): EntryPlace {
    return this;
  }

  get value(): Uint8Array {
    return new Uint8Array(this.view.buffer, this.view.byteOffset + this.at, this.length);
  }
}

const ALL = (names: readonly DataView[]): number => (1 << names.length) - 1;
/** A row's required fields: key, xdr and the ledger of its last change. */
const NEEDED = 0b111;
