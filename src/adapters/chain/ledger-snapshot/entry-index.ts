import type { EntryFault } from "../../../ports/on-chain-client.js";
import { claimsOn, contractsOf } from "./element-claims.js";
import { unreadable } from "./entry-content.js";
import { sidesOf } from "./entry-side.js";
import { type ElementPlace, KeyTable } from "./key-table.js";
import { KeylessElements } from "./keyless-elements.js";
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
