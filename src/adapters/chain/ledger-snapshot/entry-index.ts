import type { EntryFault } from "../../../ports/on-chain-client.js";
import { claimsOn, contractsOf, sidesOf } from "./element-claims.js";
import { fault, unreadable } from "./entry-content.js";
import { type ElementPlace, KeyTable } from "./key-table.js";
import type { SnapshotElement } from "./snapshot-element.js";

/**
 * Where in the file the contract data of each LedgerKey may be. It stores no elements: lookups read the element again
 * and compare its key.
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

  /** Must be called after the last `add`. */
  seal(): void {
    this.#table.seal();
  }

  /** The elements that may have the key: all that have it and, rarely, others. */
  find(key: Uint8Array): ElementPlace[] {
    return this.#table.find(key);
  }

  /** The answer for a key of the contract that no element has: null only if every key could be read. */
  absent(contract: string): EntryFault | null {
    return this.#keyless.doubtOn(contract);
  }
}

interface Tally {
  readonly first: EntryFault;
  count: number;
}

/** Elements with unknown keys, each of which may be the wanted one. Keeps only the first and their number. */
class KeylessElements {
  /** By contract; "" for those that may belong to any contract. */
  readonly #tallies = new Map<string, Tally>();

  /** @param contract undefined if that is unknown too */
  add(contract: string | undefined, why: EntryFault): void {
    const tally = this.#tallies.get(contract ?? "");
    if (tally === undefined) this.#tallies.set(contract ?? "", { first: why, count: 1 });
    else tally.count += 1;
  }

  /** Why a key of the contract that was not found must not be reported as missing; null if it may. */
  doubtOn(contract: string): EntryFault | null {
    const own = this.#tallies.get(contract);
    const anywhere = this.#tallies.get("");
    const first = own ?? anywhere;
    if (first === undefined) return null;
    const others = (own?.count ?? 0) + (anywhere?.count ?? 0) - 1;
    const more = others > 0 ? ` (and ${others} more such entries)` : "";
    const missing = "the snapshot has no such entry, but it may be one whose key cannot be read";
    return fault("snapshot_entry_unreadable", `${missing}: ${first.first.message}${more}`);
  }
}
