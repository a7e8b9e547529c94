import type { EntryFault } from "../../../ports/on-chain-client.js";
import { fault, unreadable } from "./entry-content.js";
import { type EntrySide, ledgerKeyOf } from "./entry-side.js";
import { UnreadableJson } from "./json/unreadable-json.js";

/** What an element says about one contract. */
export interface ElementClaims {
  /** XDR LedgerKeys of that contract; more than one when the element contradicts itself. */
  readonly keys: readonly Uint8Array[];
  /** Why a key is unknown: the element may be about any key of the contract. */
  readonly keyless: EntryFault | undefined;
  /** Why the element must not be believed under the keys it does claim, whatever it holds. */
  readonly doubt: EntryFault | undefined;
}

/** The contracts that an element's sides name, each once. */
export function contractsOf(sides: readonly EntrySide[]): string[] {
  const [first, second] = sides.map((side) => (side.kind === "contract-data" ? side.contract : undefined));
  if (first === undefined) return second === undefined ? [] : [second];
  return second === undefined || second === first ? [first] : [first, second];
}

/** `sides` are the element's, `position` its place in `ledger_entries`. */
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

/** The key, nothing when the side is about something else, or why it cannot be told. */
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
  const message = `ledger_entries[${position}] of the snapshot holds an entry that does not belong to the key beside it`;
  return fault("snapshot_key_mismatch", message);
}
