import type { EntryFault } from "../../../ports/on-chain-client.js";
import { fault } from "./entry-content.js";

interface Tally {
  readonly first: EntryFault;
  count: number;
}

/** Elements whose key is unknown: each may be the one that is looked for. Only the first is kept, and how many. */
export class KeylessElements {
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
