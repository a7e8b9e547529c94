import type { CursorMeaning } from "../verdict/verdict.js";

/** So many rows that agree, those with the greatest cursors, tell what cursors mean. */
const SAMPLE = 20;
/** An indexer writes the event's ledger into nearly every row; one that writes when it checked a row, by chance only. */
const EVENT_SHARE = 0.75;
/** Of streams that change all the time, or share an entry, the few rows that agree may have such a cursor by chance. */
const FEWEST = 3;

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
    // The entry was touched since, by another stream or without an effect: that tells nothing.
    if (synced >= modified) this.#greatest.take({ synced, isOfChange: synced === modified });
  }

  /** @param newestLedger that the node has reached @param watermark the greatest cursor by now */
  meaning(newestLedger: number, watermark: number | null, maxLagLedgers: number): Exclude<CursorMeaning, "global"> {
    const { all } = this.#greatest;
    if (all.length === 0 || watermark === null) return "unknown";
    const ofChange = all.filter(({ isOfChange }) => isOfChange).length;
    if (ofChange >= EVENT_SHARE * all.length) return all.length < FEWEST ? "unknown" : "event";
    return newestLedger - watermark <= maxLagLedgers ? "check" : "unknown";
  }
}
