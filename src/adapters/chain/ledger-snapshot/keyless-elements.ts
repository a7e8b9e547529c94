import type { EntryFault } from "../../../ports/on-chain-client.js";
import { fault } from "./entry-content.js";

interface Tally {
  readonly first: EntryFault;
  count: number;
}

/** Elements with unknown keys, each of which may be the wanted one. Keeps only the first and their number. */
export class KeylessElements {
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
