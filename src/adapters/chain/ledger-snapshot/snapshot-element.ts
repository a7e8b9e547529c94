import { ConfigurationError } from "../../../core/errors.js";
import { describeJson, isArray, isObject, type JsonObject, type JsonValue, member } from "./json/json-value.js";

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
 */
export function readElement(json: JsonValue, position: number, path: string): SnapshotElement {
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
