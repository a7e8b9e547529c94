import type { EntryFault } from "../../../ports/on-chain-client.js";
import { claimsOn, contractsOf, sidesOf } from "./element-claims.js";
import { fault, unreadable } from "./entry-content.js";
import { type ElementPlace, KeyTable } from "./key-table.js";
import type { SnapshotElement } from "./snapshot-element.js";

/**
 * Where in the file the contract data of each LedgerKey may be. It holds no element: an element is read again, and its
 * key compared, when it is asked for.
 */
export class EntryIndex {
  readonly #table = new KeyTable();
  readonly #keyless = new KeylessElements();

  add(element: SnapshotElement, place: ElementPlace): void {
    const sides = sidesOf(element);
    const contracts = contractsOf(sides);
    for (const contract of contracts) {
      const { keys, keyless } = claimsOn(contract, sides, element.position);
      for (const key of keys) this.#table.add(key, place);
      if (keyless !== undefined) this.#keyless.add(contract, keyless);
    }
    if (contracts.length > 0) return;
    const unknown = sides.find((side) => side.kind === "unknown");
    if (unknown !== undefined) this.#keyless.add(undefined, unreadable(element.position, unknown.problem));
  }

  /** Ends the adding. */
  seal(): void {
    this.#table.seal();
  }

  /** The elements that may have the key: every one that has it, and rarely one that has not. */
  find(key: Uint8Array): ElementPlace[] {
    return this.#table.find(key);
  }

  /** What to answer for a key of the contract that no element has: null only when every key was read. */
  absent(contract: string): EntryFault | null {
    return this.#keyless.doubtOn(contract);
  }
}

interface Tally {
  readonly first: EntryFault;
  count: number;
}

/** Elements whose key is unknown: each may be the one that is looked for. Only the first is kept, and how many. */
class KeylessElements {
  /** By contract; under "" those that may be any contract's. */
  readonly #tallies = new Map<string, Tally>();

  /** `contract` is undefined when that is unknown too. */
  add(contract: string | undefined, why: EntryFault): void {
    const tally = this.#tallies.get(contract ?? "");
    if (tally === undefined) this.#tallies.set(contract ?? "", { first: why, count: 1 });
    else tally.count += 1;
  }

  /** Why a key of the contract that was not found must not be called missing; null when it may. */
  doubtOn(contract: string): EntryFault | null {
    const own = this.#tallies.get(contract);
    const anywhere = this.#tallies.get("");
    const first = own ?? anywhere;
    if (first === undefined) return null;
    const others = (own?.count ?? 0) + (anywhere?.count ?? 0) - 1;
    const more = others > 0 ? ` (and ${others} more such entries)` : "";
    const missing = "the snapshot shows no such entry, but one whose key is unknown may be it";
    return fault("snapshot_entry_unreadable", `${missing}: ${first.first.message}${more}`);
  }
}
