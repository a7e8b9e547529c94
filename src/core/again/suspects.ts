import type { ObservationSummary } from "../look/observation.js";
import { type Codec, list, nullable, plain, tuple } from "./codec.js";
import { PackedList } from "./packed-list.js";
import { summaryCodec } from "./summary-codec.js";
import type { EntryState, Trail } from "./trail.js";

/** A stream that differs, and what its looks have shown so far. */
export interface Suspect {
  readonly last: ObservationSummary;
  /** null until the first look at all streams is over: only then it is known how far the database has come. */
  readonly trail: Trail | null;
  readonly looks: number;
}

const suspectCodec = (): Codec<Suspect> =>
  tuple({ last: summaryCodec(), trail: nullable(trailCodec()), looks: plain() });

const trailCodec = (): Codec<Trail> =>
  tuple({
    firstLedger: plain(),
    firstGap: plain(),
    entries: list(tuple<EntryState>({ from: plain(), to: plain(), state: plain() })),
    rows: plain(),
    rowSynced: plain(),
    rowWatermark: plain(),
    existsFrom: plain(),
    missingSince: plain(),
    contradictsSince: plain(),
    apart: nullable(
      tuple<NonNullable<Trail["apart"]>>({ looks: plain(), since: plain(), hasMoved: plain(), blind: plain() }),
    ),
    follows: plain(),
    isProven: plain(),
  });

/**
 * The streams that are to be looked at again, in the order in which they were found: packed, since there may be as many
 * as there are streams. A suspect's place stays the same until the end.
 */
export class Suspects {
  readonly #all: PackedList<Suspect>;
  #isSettled = new Uint8Array(64);
  #count = 0;
  /** The suspect that was read last is often the next to be asked for. */
  #recent: { readonly place: number; readonly suspect: Suspect } | null = null;

  /** @param chunkBytes for tests: how much memory is asked for at a time */
  constructor(chunkBytes?: number) {
    this.#all = new PackedList(suspectCodec(), chunkBytes);
  }

  add(last: ObservationSummary): void {
    if (this.#all.length === this.#isSettled.length) {
      const longer = new Uint8Array(2 * this.#isSettled.length);
      longer.set(this.#isSettled);
      this.#isSettled = longer;
    }
    this.#all.push({ last, trail: null, looks: 1 });
    this.#count += 1;
  }

  /** How many are not settled. */
  get count(): number {
    return this.#count;
  }

  /** All places, of settled suspects, too, are below this. */
  get end(): number {
    return this.#all.length;
  }

  /** What they take up. */
  get bytes(): number {
    return this.#all.bytes + this.#isSettled.length;
  }

  at(place: number): Suspect {
    if (this.#recent?.place !== place) this.#recent = { place, suspect: this.#all.at(place) };
    return this.#recent.suspect;
  }

  set(place: number, suspect: Suspect): void {
    this.#recent = null;
    this.#all.set(place, suspect);
  }

  /** Takes a suspect out of those that are left. */
  settle(place: number): void {
    this.#isSettled[place] = 1;
    this.#count -= 1;
  }

  /** The places of those that are left, in order; they may be settled meanwhile. */
  *places(): Generator<number> {
    for (let place = 0; place < this.#all.length; place++) {
      if (this.#isSettled[place] === 0) yield place;
    }
  }
}
