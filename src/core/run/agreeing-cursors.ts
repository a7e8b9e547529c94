import type { CursorMeaning } from "../rules/verdict.js";

/** So many rows that agree, those with the greatest cursors, tell what cursors mean. */
const SAMPLE = 20;
/** An indexer that writes the event's ledger shows it in nearly every row; one that writes the time of a check, by chance only. */
const EVENT_SHARE = 0.25;

/** Tells from the rows that agree what a row's cursor means: the ledger of its last event, or of the last check. */
export class AgreeingCursors {
  /** Those with the greatest cursors, in ascending order. */
  readonly #greatest: { readonly synced: number; readonly isOfChange: boolean }[] = [];

  /** @param synced S of a row that agrees @param modified M of its entry */
  take(synced: number, modified: number): void {
    const greatest = this.#greatest;
    if (greatest.length === SAMPLE && synced <= greatest[0]!.synced) return;
    let at = greatest.length;
    while (at > 0 && greatest[at - 1]!.synced > synced) at -= 1;
    greatest.splice(at, 0, { synced, isOfChange: synced === modified });
    if (greatest.length > SAMPLE) greatest.shift();
  }

  /** @param newestLedger that the node has reached @param watermark the greatest cursor by now */
  meaning(newestLedger: number, watermark: number | null, maxLagLedgers: number): Exclude<CursorMeaning, "global"> {
    if (this.#greatest.length === 0 || watermark === null) return "unknown";
    const ofChange = this.#greatest.filter(({ isOfChange }) => isOfChange).length;
    if (ofChange >= EVENT_SHARE * this.#greatest.length) return "event";
    return newestLedger - watermark <= maxLagLedgers ? "check" : "unknown";
  }
}
