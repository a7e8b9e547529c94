import type { CursorMeaning } from "../rules/verdict.js";

/** So many rows that agree, those with the greatest cursors, tell what cursors mean. */
const SAMPLE = 20;
/** An indexer writes the event's ledger into nearly every row; one that writes when it checked a row, by chance only. */
const EVENT_SHARE = 0.75;
/** Of streams that change all the time, or share an entry, the few rows that agree may have such a cursor by chance. */
const FEWEST = 3;

/** Tells from the rows that agree what a row's cursor means: the ledger of its last event, or of the last check. */
export class AgreeingCursors {
  /** Those with the greatest cursors, in ascending order. */
  readonly #greatest: { readonly synced: number; readonly isOfChange: boolean }[] = [];

  /** @param synced S of a row that agrees @param modified M of its entry */
  take(synced: number, modified: number): void {
    // The entry was touched since, by another stream or without an effect: that tells nothing.
    if (synced < modified) return;
    const greatest = this.#greatest;
    if (greatest.length === SAMPLE && synced <= greatest[0]!.synced) return;
    let at = greatest.length;
    while (at > 0 && greatest[at - 1]!.synced > synced) at -= 1;
    greatest.splice(at, 0, { synced, isOfChange: synced === modified });
    if (greatest.length > SAMPLE) greatest.shift();
  }

  /** @param newestLedger that the node has reached @param watermark the greatest cursor by now */
  meaning(newestLedger: number, watermark: number | null, maxLagLedgers: number): Exclude<CursorMeaning, "global"> {
    const { length } = this.#greatest;
    if (length === 0 || watermark === null) return "unknown";
    const ofChange = this.#greatest.filter(({ isOfChange }) => isOfChange).length;
    if (ofChange >= EVENT_SHARE * length) return length < FEWEST ? "unknown" : "event";
    return newestLedger - watermark <= maxLagLedgers ? "check" : "unknown";
  }
}
