import { isUtf8 } from "node:buffer";
import { ConfigurationError } from "../../../core/errors.js";
import { parseExactly } from "./json/json-text.js";
import { describeJson, isArray, isObject, type JsonObject, type JsonValue, member } from "./json/json-value.js";
import { damageFromParser } from "./json-damage.js";
import type { ElementPlace } from "./key-table.js";

/** An element of `ledger_entries`, in any version's format; its content is still undecoded. */
export interface SnapshotElement {
  /** Index in `ledger_entries`. */
  readonly position: number;
  /** The LedgerKey that V1 writes next to the entry; undefined in other versions. */
  readonly key: JsonValue | undefined;
  /** The LedgerEntry: last_modified_ledger_seq, data, ext. */
  readonly entry: JsonObject;
  readonly liveUntil: JsonValue | undefined;
}

/**
 * Recognises the versions: V1 `[key, [entry, live_until]]` (soroban-sdk 20 to 23), V2 `{entry, live_until}`
 * (25 and later), and the compact `[entry, live_until]` that soroban-ledger-snapshot also reads.
 * @throws ConfigurationError for anything else: then the file is wrong, not just one entry.
 * @throws JsonDamage for two values under one name; NotUtf8.
 */
export function readElement(bytes: Buffer, place: ElementPlace, path: string): SnapshotElement {
  const json = parseElement(bytes, place);
  const { position } = place;
  if (isObject(json)) {
    const entry = member(json, "entry");
    if (isEntry(entry)) return { position, key: undefined, entry, liveUntil: member(json, "live_until") };
  } else if (isArray(json) && json.length === 2) {
    const [first, second] = json;
    if (isArray(second) && second.length === 2) {
      const [entry, liveUntil] = second;
      if (isEntry(entry)) return { position, key: first, entry, liveUntil };
    }
    if (isEntry(first) && !isArray(second)) return { position, key: undefined, entry: first, liveUntil: second };
  }
  throw new ConfigurationError("snapshot_wrong_shape", "the ledger snapshot contains an invalid ledger entry", {
    details: [
      `file: ${path}`,
      `place: ledger_entries[${position}]`,
      `found: ${describeJson(json)}`,
      'expected: {"entry": {…, "data"}, "live_until"}, or [key, [{…, "data"}, live_until]]',
    ],
    hints: ["create the snapshot again; if it was edited by hand, check the place named above"],
  });
}

function isEntry(json: JsonValue | undefined): json is JsonObject {
  return isObject(json) && isObject(member(json, "data"));
}

/** An element contains invalid UTF-8. */
export class NotUtf8 extends Error {
  override readonly name = "NotUtf8";
}

/**
 * Parses an element that is known to be JSON: with JSON.parse, which is many times faster, if the skimmer vouches that
 * it loses nothing; otherwise with the exact parser.
 */
function parseElement(bytes: Buffer, place: ElementPlace): JsonValue {
  if (!isUtf8(bytes)) throw new NotUtf8();
  const text = bytes.toString("utf8");
  if (place.isPlain) return JSON.parse(text) as JsonValue;
  try {
    return parseExactly(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw damageFromParser(error, text, "damaged", (byte) => place.offset + byte);
  }
}
