import type { EntryFault } from "../../../ports/on-chain-client.js";
import { fault, unreadable } from "./entry-content.js";
import { type EntrySide, ledgerKeyOf } from "./entry-side.js";
import { UnreadableJson } from "./json/unreadable-json.js";

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
