import type { EntryBatch, EntryFault, LedgerEntry } from "../../../ports/on-chain-client.js";
import { isObject, quote, readLedger, readResult } from "./answer-values.js";
import { fault, readRow } from "./entry-row.js";
import { badAnswer } from "./http/rpc-fault.js";
import { Base64Target, encodeBase64 } from "./strict-base64.js";

/** stellar-rpc refuses more (get_ledger_entries.go: getLedgerEntriesMaxKeys). */
export const MAX_KEYS_PER_READ = 200;
const CONTRACT_DATA = 6;

const BEFORE_KEYS = '{"keys":["';
const BETWEEN_KEYS = '","';
const AFTER_KEYS = '"],"xdrFormat":"base64"}';

/** What was asked. The keys' own texts are made when they are needed: many requests are under way at a time. */
export class KeyedRequest {
  readonly keys: readonly Uint8Array[];
  /** JSON with the keys as base64. */
  readonly params: string;

  constructor(keys: readonly Uint8Array[], texts: readonly string[]) {
    this.keys = keys;
    this.params = BEFORE_KEYS + texts.join(BETWEEN_KEYS) + AFTER_KEYS;
  }

  /** Where in `params` the first key's text begins. */
  static readonly firstText = BEFORE_KEYS.length;
  /** How many characters stand between two of them. */
  static readonly gap = BETWEEN_KEYS.length;

  get texts(): readonly string[] {
    return textsOf(this.keys);
  }
}

/** @throws Error when the caller broke the port's contract: none, too many or equal keys fail the whole request. */
export function keyedRequest(keys: readonly Uint8Array[]): KeyedRequest {
  if (keys.length === 0 || keys.length > MAX_KEYS_PER_READ) {
    throw new Error(`readEntries takes 1 to ${MAX_KEYS_PER_READ} keys, not ${keys.length}`);
  }
  let isAscending = true;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    if (key.length < 12 || key[0] !== 0 || key[1] !== 0 || key[2] !== 0 || key[3] !== CONTRACT_DATA) {
      throw new Error(`readEntries takes LedgerKeys of contract data; key ${index} is none`);
    }
    isAscending &&= index === 0 || isBefore(keys[index - 1]!, key);
  }
  const texts = textsOf(keys);
  // Keys in ascending order, as those of ids mostly are, cannot be equal: nothing else needs to be looked at.
  if (!isAscending && new Set(texts).size !== texts.length) throw new Error("readEntries takes no key twice");
  return new KeyedRequest(keys, texts);
}

/** What tells keys apart, an id and the durability behind it, comes last. */
const TELLING_BYTES = 12;

/** Whether the last bytes of one key come before those of the other: keys of which that is true in a row all differ. */
function isBefore(one: Uint8Array, other: Uint8Array): boolean {
  const { length } = one;
  if (length !== other.length) return false;
  let at = length - TELLING_BYTES;
  while (at < length && one[at] === other[at]) at += 1;
  return at < length && one[at]! < other[at]!;
}

/** The keys as base64: where three bytes of a text never belong to two keys, all of them at once. */
function textsOf(keys: readonly Uint8Array[]): readonly string[] {
  const { length } = keys[0]!;
  if (length % 3 !== 0 || keys.some((key) => key.length !== length)) return keys.map(encodeBase64);
  const text = Buffer.concat(keys).toString("base64");
  const size = (length / 3) * 4;
  return keys.map((_, index) => text.slice(index * size, (index + 1) * size));
}

/**
 * Reads the result of getLedgerEntries. Rows are matched by `key`: a missing entry has no row, and the others close up.
 * A row that fits no key means that the answer is not (only) about our question: keys without a row are then faults,
 * since "absent" would be a guess.
 * @throws RpcFault when the result as a whole cannot be read.
 */
export function readLedgerEntries(result: unknown, request: KeyedRequest): EntryBatch {
  const { latestLedger, entries: rows } = readResult(result, "getLedgerEntries");
  const ledger = readLedger(latestLedger, "latestLedger");
  if (!Array.isArray(rows)) throw badAnswer(`its entries are ${quote(rows)}, not a list`);
  return { ledger, entries: matchRows(rows, request, ledger) };
}

function matchRows(rows: readonly unknown[], request: KeyedRequest, ledger: number): EntryBatch["entries"] {
  const entries = new Array<LedgerEntry | EntryFault | null>(request.keys.length).fill(null);
  const target = new Base64Target(rows.reduce<number>((sum, row) => sum + xdrLength(row), 0));
  const places = new Places(request.texts);
  let strangers = 0;
  let stranger: unknown;
  for (const row of rows) {
    const index = isObject(row) ? places.of(row.key) : undefined;
    if (index === undefined) {
      strangers += 1;
      stranger ??= isObject(row) ? row.key : row;
    } else if (entries[index] !== null) {
      entries[index] = fault("entry_duplicate", "the answer holds more than one row for its key");
    } else {
      entries[index] = readRow(row as Record<string, unknown>, request.keys[index]!, ledger, target);
    }
  }
  if (strangers === 0) return entries;
  const found = `the answer has no row for it, and ${strangers} under a key that was not asked for (${quote(stranger)})`;
  return entries.map((entry) => entry ?? fault("entry_unanswered", found));
}

const xdrLength = (row: unknown): number =>
  isObject(row) && typeof row.xdr === "string" ? Math.ceil(row.xdr.length / 4) * 4 : 0;

/** Finds which key a row answers. Rows come in the keys' order, with gaps, so that the next one is hardly ever far. */
class Places {
  readonly #texts: readonly string[];
  #next = 0;
  #indexOf: Map<string, number> | null = null;

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  of(key: unknown): number | undefined {
    if (typeof key !== "string") return undefined;
    if (this.#texts[this.#next] === key) return this.#next++;
    this.#indexOf ??= new Map(this.#texts.map((text, index) => [text, index]));
    // Nearly always the very text that was sent; else the same bytes in another form of base64 (URL-safe, unpadded).
    const index = this.#indexOf.get(key) ?? this.#indexOf.get(encodeBase64(Buffer.from(key, "base64")));
    if (index !== undefined) this.#next = index + 1;
    return index;
  }
}
