import { decodeStrKey } from "../../../core/values/strkey.js";
import { contractDataKey } from "../../../core/xdr/ledger-key.js";
import type { EntryFault } from "../../../ports/on-chain-client.js";
import { fault, unreadable } from "./entry-content.js";
import { readScVal } from "./json/json-scval.js";
import { isObject, type JsonObject, type JsonValue, member, readUnion, UnreadableJson } from "./json/json-value.js";
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
function ledgerKeyOf({ contract, body, where }: EntrySide & { kind: "contract-data" }): Uint8Array {
  const durability = member(body, "durability");
  if (durability !== "persistent" && durability !== "temporary") {
    throw new UnreadableJson(`${where}.durability`, '"persistent" or "temporary"', durability);
  }
  return contractDataKey(contract, readScVal(member(body, "key"), `${where}.key`), durability);
}

/** What an element says about one contract. */
export interface ElementClaims {
  /** XDR LedgerKeys of that contract; more than one if the element contradicts itself. */
  readonly keys: readonly Uint8Array[];
  /** Why a key is unknown: the element may be about any key of the contract. */
  readonly keyless: EntryFault | undefined;
  /** Why the element must not be trusted for the keys it claims, whatever it contains. */
  readonly doubt: EntryFault | undefined;
}

/** The distinct contracts that an element's sides name. */
export function contractsOf(sides: readonly EntrySide[]): string[] {
  const [first, second] = sides.map((side) => (side.kind === "contract-data" ? side.contract : undefined));
  if (first === undefined) return second === undefined ? [] : [second];
  return second === undefined || second === first ? [first] : [first, second];
}

/** @param position the element's index in `ledger_entries` */
export function claimsOn(contract: string, sides: readonly EntrySide[], position: number): ElementClaims {
  const read = sides.map((side) => readKey(side, contract));
  const problem = read.find((side) => side.problem !== undefined)?.problem;
  const keys: Uint8Array[] = [];
  for (const { key } of read) {
    if (key !== undefined && !keys.some((other) => Buffer.compare(key, other) === 0)) keys.push(key);
  }
  const keyless = problem === undefined ? undefined : unreadable(position, problem);
  const agree = keys.length < 2 && read.every((side) => side.key !== undefined);
  return { keys, keyless, doubt: keyless ?? (agree ? undefined : mismatch(position)) };
}

/** The key, or why it is unknown; nothing if the side is about something else. */
function readKey(side: EntrySide, contract: string): { key?: Uint8Array; problem?: string } {
  if (side.kind === "unknown") return { problem: side.problem };
  if (side.kind === "other" || side.contract !== contract) return {};
  try {
    return { key: ledgerKeyOf(side) };
  } catch (error) {
    if (error instanceof UnreadableJson) return { problem: error.message };
    throw error;
  }
}

function mismatch(position: number): EntryFault {
  const message = `ledger_entries[${position}] of the snapshot has an entry that does not match the key next to it`;
  return fault("snapshot_key_mismatch", message);
}
