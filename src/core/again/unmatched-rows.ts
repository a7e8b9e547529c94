import { type Observation, type ObservationSummary, summaryOf } from "../look/observer.js";
import { plain, tuple } from "./codec.js";
import { PackedList } from "./packed-list.js";
import { summaryCodec } from "./summary-codec.js";

/** What a later look has shown of a stream. */
export interface LaterObservation {
  readonly look: ObservationSummary;
  /** The look failed: it says nothing. */
  readonly hasFailed: boolean;
  /** All that was seen; null where nothing but the look matters. */
  readonly seen: Observation | null;
}

export function laterObservationOf(seen: Observation): LaterObservation {
  return { look: summaryOf(seen), hasFailed: seen.chain?.kind === "fault", seen };
}

type UnmatchedRow = Pick<LaterObservation, "look" | "hasFailed">;

/** Rows of one look that nobody waits for as they are, in order. Packed: a whole table may have got other names. */
export class UnmatchedRows {
  readonly #rows = new PackedList(tuple<UnmatchedRow>({ look: summaryCodec(), hasFailed: plain() }));
  /** Those that could not be judged, and may be when it is known since when they are as they are. */
  readonly #unjudged = new Map<number, Observation>();

  add(seen: Observation): void {
    const { look, hasFailed } = laterObservationOf(seen);
    if (seen.outcome?.bucket === "unchecked" && seen.db !== null && !hasFailed) {
      this.#unjudged.set(this.#rows.length, seen);
    }
    this.#rows.push({ look, hasFailed });
  }

  *[Symbol.iterator](): Generator<LaterObservation> {
    for (let i = 0; i < this.#rows.length; i++) {
      yield { ...this.#rows.at(i), seen: this.#unjudged.get(i) ?? null };
    }
  }
}
