import type { CursorMeaning } from "../rules/verdict.js";

/** So many rows that agree, those with the greatest cursors, tell what cursors mean. */
const SAMPLE = 20;
/** An indexer that writes the event's ledger shows it in nearly every row; one that writes the time of a check, by chance only. */
const EVENT_SHARE = 0.25;

/** Those of many that have the greatest cursors. */
export class Greatest<T extends { readonly synced: number }> {
  /** In ascending order. */
  readonly all: T[] = [];

  take(one: T): void {
    const { all } = this;
    if (all.length === SAMPLE && one.synced <= all[0]!.synced) return;
    let at = all.length;
    while (at > 0 && all[at - 1]!.synced > one.synced) at -= 1;
    all.splice(at, 0, one);
    if (all.length > SAMPLE) all.shift();
  }
}

/** Tells from the rows that agree what a row's cursor means: the ledger of its last event, or of the last check. */
export class AgreeingCursors {
  readonly #greatest = new Greatest<{ readonly synced: number; readonly isOfChange: boolean }>();

  /** @param synced S of a row that agrees @param modified M of its entry */
  take(synced: number, modified: number): void {
    this.#greatest.take({ synced, isOfChange: synced === modified });
  }

  /** @param newestLedger that the node has reached */
  meaning(newestLedger: number, maxLagLedgers: number): Exclude<CursorMeaning, "global"> {
    const { all } = this.#greatest;
    const newest = all.at(-1);
    if (newest === undefined) return "unknown";
    const ofChange = all.filter(({ isOfChange }) => isOfChange).length;
    if (ofChange >= EVENT_SHARE * all.length) return "event";
    return newestLedger - newest.synced <= maxLagLedgers ? "check" : "unknown";
  }
}
