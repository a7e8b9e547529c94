import { decodeStrKey } from "../../../core/values/strkey.js";
import { contractDataKey } from "../../../core/xdr/ledger-key.js";
import { readScVal } from "./json/json-scval.js";
import { readUnion } from "./json/json-union.js";
import { isObject, type JsonObject, type JsonValue, member } from "./json/json-value.js";
import { UnreadableJson } from "./json/unreadable-json.js";
import type { SnapshotElement } from "./snapshot-element.js";

/** What one side of an element (its key or its entry) says it is about. */
export type EntrySide =
  /** An account, a trustline, contract code, …: never requested from this adapter. */
  | { readonly kind: "other" }
  /** It may be about any contract. */
  | { readonly kind: "unknown"; readonly problem: string }
  | { readonly kind: "contract-data"; readonly contract: string; readonly body: JsonObject; readonly where: string };

/** V2 says once what an entry is about; V1 says it twice and may contradict itself. Keys are not decoded yet. */
export function sidesOf(element: SnapshotElement): readonly EntrySide[] {
  const data = readSide(member(element.entry, "data"), "data");
  return element.key === undefined ? [data] : [readSide(element.key, "key"), data];
}

function readSide(json: JsonValue | undefined, where: string): EntrySide {
  try {
    const { arm, value: body, at } = readUnion(json, where);
    if (arm !== "contract_data") return { kind: "other" };
    if (!isObject(body)) throw new UnreadableJson(at, "an object with contract, key and durability", body);
    const contract = member(body, "contract");
    if (typeof contract !== "string" || "fault" in decodeStrKey(contract)) {
      throw new UnreadableJson(`${at}.contract`, "a contract's address", contract);
    }
    return { kind: "contract-data", contract, body, where: at };
  } catch (error) {
    if (error instanceof UnreadableJson) return { kind: "unknown", problem: error.message };
    throw error;
  }
}

/**
 * The XDR LedgerKey of the contract data that a side describes.
 * @throws UnreadableJson if this version does not know the key or the durability.
 */
export function ledgerKeyOf({ contract, body, where }: EntrySide & { kind: "contract-data" }): Uint8Array {
  const durability = member(body, "durability");
  if (durability !== "persistent" && durability !== "temporary") {
    throw new UnreadableJson(`${where}.durability`, '"persistent" or "temporary"', durability);
  }
  return contractDataKey(contract, readScVal(member(body, "key"), `${where}.key`), durability);
}
