import type { ObservationSummary } from "../look/observation.js";
import { idHash, textHash } from "../values/fingerprint.js";
import { PlaceIndex } from "./place-index.js";
import type { Suspects } from "./suspects.js";

/** What is known of a suspect in this round, as bits. */
const PENDING = 1;
const HAS_NAME = 2;
/** Of the first suspect of a stream, for all of them: a row was seen for it in this round. */
const ROW_SEEN = 4;
/** Its row was asked for by the stream's id. */
const ASKED_FOR = 8;

type Named = Pick<ObservationSummary, "streamId" | "onChainId">;

/** The suspects of one round that have not been seen again yet, by their places. */
export class PendingSuspects {
  readonly #suspects: Suspects;
  readonly #hadRow: (onChainId: bigint) => boolean;
  readonly #state: Uint8Array;
  readonly #byStreamId: PlaceIndex;
  readonly #byOnChainId: PlaceIndex;
  /** What suspects were called that are called something else by now. */
  readonly #formerly = new Map<number, Named>();
  /** How many suspects have a row, which can be asked for by its name. */
  readonly named: number;
  /** Whether there is a row that neither a name nor a stream's id can be asked for. */
  hasUnfindable = false;

  /** @param hadRow whether the first pass saw a row for the stream */
  constructor(suspects: Suspects, hadRow: (onChainId: bigint) => boolean) {
    this.#suspects = suspects;
    this.#hadRow = hadRow;
    this.#state = new Uint8Array(suspects.end);
    this.#byStreamId = new PlaceIndex(suspects.end);
    this.#byOnChainId = new PlaceIndex(suspects.end);
    let named = 0;
    for (const place of suspects.places()) {
      const { row, isNamed, streamId, onChainId } = suspects.at(place).last;
      this.#state[place] = PENDING;
      if (row !== null && !isNamed && onChainId === null) this.hasUnfindable = true;
      if (row !== null) {
        named += 1;
        this.#mark(place, HAS_NAME);
        this.#byStreamId.add(place, textHash(streamId), this.#hasName(streamId));
      }
      if (onChainId !== null) {
        this.#byOnChainId.add(place, idHash(onChainId), this.#hasId(onChainId));
      }
    }
    this.named = named;
  }

  /** The names of the rows that are waited for, none twice. */
  streamIds(): string[] {
    const names = new Set<string>();
    for (const place of this.#suspects.places()) {
      if (this.#is(place, HAS_NAME)) names.add(this.#nameOf(place).streamId);
    }
    return [...names];
  }

  awaits(streamId: string): boolean {
    return this.#named(streamId) >= 0;
  }

  /**
   * Notes the streams of those that are still pending and for which no row was seen: `awaitsRowOf` is about these.
   * @returns how many suspects that concerns
   */
  askForRows(): number {
    let count = 0;
    for (const { first } of this.#withoutRow()) {
      this.#mark(first, ASKED_FOR);
      count += 1;
    }
    return count;
  }

  awaitsRowOf(onChainId: bigint): boolean {
    const first = this.#withId(onChainId);
    return first >= 0 && this.#is(first, ASKED_FOR);
  }

  /**
   * The streams of those that are still pending and for which no row was seen, none twice. They are found one by one: what is
   * taken meanwhile is left out.
   */
  *onChainIds(): Generator<bigint> {
    for (const { place, first, onChainId } of this.#withoutRow()) {
      if (this.#byOnChainId.firstOpen(first, this.#isPending) === place) yield onChainId;
    }
  }

  *#withoutRow(): Generator<{ readonly place: number; readonly first: number; readonly onChainId: bigint }> {
    for (const place of this.rest()) {
      const { onChainId } = this.#nameOf(place);
      if (onChainId === null) continue;
      const first = this.#withId(onChainId);
      if (!this.#is(first, ROW_SEEN)) yield { place, first, onChainId };
    }
  }

  /**
   * The suspect whose row this is, no longer pending: several rows may have one streamId, or one stream.
   * @returns its place, as the other ways to take do; -1: there is none
   */
  take({ streamId, onChainId }: Named): number {
    const first = onChainId === null ? -1 : this.#withId(onChainId);
    if (first >= 0) this.#mark(first, ROW_SEEN);
    const isSameStream = (place: number) => this.#nameOf(place).onChainId === onChainId;
    return this.#taken(this.#byStreamId.firstOpen(this.#named(streamId), this.#isPending, isSameStream));
  }

  /**
   * The suspect that a row has become that is not pending as it is: its stream had no row, its row had another
   * name, or named another stream. To be asked once every row had the chance to be taken as what it was.
   */
  takeChanged({ streamId, onChainId }: Named): number {
    const place = this.#changed(streamId, onChainId);
    // Others are found by what this one was called when the round began.
    if (place >= 0 && this.#is(place, HAS_NAME)) {
      const { streamId, onChainId } = this.#nameOf(place);
      this.#formerly.set(place, { streamId, onChainId });
    }
    return this.#taken(place);
  }

  #changed(streamId: string, onChainId: bigint | null): number {
    const sameStream = onChainId === null ? -1 : this.#pendingOn(onChainId);
    if (sameStream >= 0) return sameStream;
    const isKnown = onChainId !== null && this.#hadRow(onChainId);
    return isKnown ? -1 : this.#byStreamId.firstOpen(this.#named(streamId), this.#isPending);
  }

  /** A suspect with this stream, no longer pending; all of them, when asked until there is none. */
  takeStream(onChainId: bigint): number {
    return this.#taken(this.#pendingOn(onChainId));
  }

  /** The places of those that are pending, found one by one. */
  *rest(): Generator<number> {
    for (let place = 0; place < this.#state.length; place++) if (this.#is(place, PENDING)) yield place;
  }

  #pendingOn(onChainId: bigint): number {
    return this.#byOnChainId.firstOpen(this.#withId(onChainId), this.#isPending);
  }

  readonly #isPending = (place: number): boolean => this.#is(place, PENDING);

  #taken(place: number): number {
    if (place >= 0) this.#state[place]! &= ~PENDING;
    return place;
  }

  #mark(place: number, state: number): void {
    this.#state[place]! |= state;
  }

  #is(place: number, state: number): boolean {
    return (this.#state[place]! & state) !== 0;
  }

  /** The first of the suspects whose row had this name. */
  #named(streamId: string): number {
    return this.#byStreamId.first(textHash(streamId), this.#hasName(streamId));
  }

  /** The first of the suspects with this stream. */
  #withId(onChainId: bigint): number {
    return this.#byOnChainId.first(idHash(onChainId), this.#hasId(onChainId));
  }

  #hasName(streamId: string): (place: number) => boolean {
    return (place) => this.#nameOf(place).streamId === streamId;
  }

  #hasId(onChainId: bigint): (place: number) => boolean {
    return (place) => this.#nameOf(place).onChainId === onChainId;
  }

  /** As it was when the round began. */
  #nameOf(place: number): Named {
    return this.#formerly.get(place) ?? this.#suspects.at(place).last;
  }
}
