import type { ObservationSummary } from "../look/observation.js";
import { PackedList } from "./packed-list.js";
import { summaryCodec } from "./summary-codec.js";

/** Rows of one look that match no suspect as they are, in order. Packed: a whole table may have got other names. */
export class UnmatchedRows {
  readonly #rows = new PackedList<ObservationSummary>(summaryCodec());

  add(seen: ObservationSummary): void {
    this.#rows.push(seen);
  }

  [Symbol.iterator](): Iterator<ObservationSummary> {
    return this.#rows[Symbol.iterator]();
  }
}
