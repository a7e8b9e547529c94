import type { EntryBatch, EntryFault, LedgerEntry } from "../../../../ports/on-chain-client.js";
import { badAnswer } from "../http/rpc-fault.js";
import { isObject, quote, readLedger, readResult } from "./answer-values.js";
import { fault, readRow } from "./entry-row.js";
import { Base64Target, encodeBase64 } from "./strict-base64.js";

/** Nodes reject more (docs/contract-facts.md#ledger-entries). */
export const MAX_KEYS_PER_READ = 200;
const CONTRACT_DATA = 6;

const BEFORE_KEYS = '{"keys":["';
const BETWEEN_KEYS = '","';
const AFTER_KEYS = '"],"xdrFormat":"base64"}';

/** A request for keys. The keys' texts are only created when needed, because many requests run at a time. */
export class KeyedRequest {
  readonly keys: readonly Uint8Array[];
  /** JSON with the keys as base64. */
  readonly params: string;

  constructor(keys: readonly Uint8Array[], texts: readonly string[]) {
    this.keys = keys;
    this.params = BEFORE_KEYS + texts.join(BETWEEN_KEYS) + AFTER_KEYS;
  }

  /** The offset of the first key's text in `params`. */
  static readonly firstText = BEFORE_KEYS.length;
  /** The number of characters between two key texts. */
  static readonly gap = BETWEEN_KEYS.length;

  get texts(): readonly string[] {
    return textsOf(this.keys);
  }
}

/** @throws Error if the caller violates the port's contract: no keys, too many or duplicate ones. */
export function keyedRequest(keys: readonly Uint8Array[]): KeyedRequest {
  if (keys.length === 0 || keys.length > MAX_KEYS_PER_READ) {
    throw new Error(`readEntries takes 1 to ${MAX_KEYS_PER_READ} keys, not ${keys.length}`);
  }
  let isAscending = true;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    if (key.length < 12 || key[0] !== 0 || key[1] !== 0 || key[2] !== 0 || key[3] !== CONTRACT_DATA) {
      throw new Error(`readEntries takes LedgerKeys of contract data, which key ${index} is not`);
    }
    isAscending &&= index === 0 || isBefore(keys[index - 1]!, key);
  }
  const texts = textsOf(keys);
  // Keys in ascending order, as those of ids usually are, cannot be duplicates.
  if (!isAscending && new Set(texts).size !== texts.length) throw new Error("readEntries takes no duplicate keys");
  return new KeyedRequest(keys, texts);
}

/** Keys differ in their last bytes: an id, followed by the durability. */
const TELLING_BYTES = 12;

/** Whether one key's last bytes sort before the other's: if that holds for each neighbouring pair, all keys differ. */
function isBefore(one: Uint8Array, other: Uint8Array): boolean {
  const { length } = one;
  if (length !== other.length) return false;
  let at = length - TELLING_BYTES;
  while (at < length && one[at] === other[at]) at += 1;
  return at < length && one[at]! < other[at]!;
}

/** The keys as base64: all at once, if no group of three bytes spans two keys. */
function textsOf(keys: readonly Uint8Array[]): readonly string[] {
  const { length } = keys[0]!;
  if (length % 3 !== 0 || keys.some((key) => key.length !== length)) return keys.map(encodeBase64);
  const text = Buffer.concat(keys).toString("base64");
  const size = (length / 3) * 4;
  return keys.map((_, index) => text.slice(index * size, (index + 1) * size));
}

/**
 * Reads the result of getLedgerEntries. Rows are matched by `key`, because missing entries have no row. A row that
 * matches no key means that the answer is not (only) for this request: keys without a row are then faults, since
 * "absent" would be a guess.
 * @throws RpcFault if the result as a whole cannot be read.
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
      entries[index] = fault("entry_duplicate", "the answer has more than one row for its key");
    } else {
      entries[index] = readRow(row as Record<string, unknown>, request.keys[index]!, ledger, target);
    }
  }
  if (strangers === 0) return entries;
  const found = `the answer has no row for it, and ${strangers} under a key that was not requested (${quote(stranger)})`;
  return entries.map((entry) => entry ?? fault("entry_unanswered", found));
}

const xdrLength = (row: unknown): number =>
  isObject(row) && typeof row.xdr === "string" ? Math.ceil(row.xdr.length / 4) * 4 : 0;

/** Finds the key that a row answers. Rows come in the order of the keys, with gaps, so it is usually the next one. */
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
    // Nearly always the text that was sent; otherwise the same bytes in another base64 variant (URL-safe, unpadded).
    const index = this.#indexOf.get(key) ?? this.#indexOf.get(encodeBase64(Buffer.from(key, "base64")));
    if (index !== undefined) this.#next = index + 1;
    return index;
  }
}
