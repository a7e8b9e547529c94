import type { Look, Observation } from "./observer.js";

interface Suspect {
  readonly last: Look;
}

/** The suspects of one round that have not been seen again yet. */
export class Waiting<S extends Suspect> {
  readonly #waiting: Set<S>;
  readonly #byStreamId = new Map<string, S[]>();
  readonly #byOnChainId = new Map<bigint, S[]>();
  /** Streams for which a row was seen in this round. */
  readonly #idsWithRow = new Set<bigint>();
  readonly #hadRow: (onChainId: bigint) => boolean;

  /** @param hadRow whether the first pass saw a row for the stream */
  constructor(suspects: Iterable<S>, hadRow: (onChainId: bigint) => boolean) {
    this.#waiting = new Set(suspects);
    this.#hadRow = hadRow;
    for (const suspect of this.#waiting) {
      const { rowPrint, streamId, onChainId } = suspect.last;
      if (rowPrint !== null) append(this.#byStreamId, streamId, suspect);
      if (onChainId !== null) append(this.#byOnChainId, onChainId, suspect);
    }
  }

  streamIds(): string[] {
    return [...this.#byStreamId.keys()];
  }

  /** The streams of those that still wait and for which no row was seen. */
  onChainIds(): bigint[] {
    const ids = new Set<bigint>();
    for (const { last } of this.#waiting) if (last.onChainId !== null) ids.add(last.onChainId);
    return [...ids].filter((id) => !this.#idsWithRow.has(id));
  }

  awaits(streamId: string): boolean {
    return this.#byStreamId.has(streamId);
  }

  /** The suspect whose row this is, no longer waiting: several rows may have one streamId, or one stream. */
  take({ streamId, onChainId }: Observation): S | undefined {
    if (onChainId !== null) this.#idsWithRow.add(onChainId);
    return this.#find(this.#byStreamId.get(streamId), ({ last }) => last.onChainId === onChainId);
  }

  /**
   * The suspect that a row has become which nobody waits for as it is: its stream had no row, its row had another
   * name, or named another stream. To be asked once every row had the chance to be taken as what it was.
   */
  takeChanged({ streamId, onChainId }: Observation): S | undefined {
    const sameStream = onChainId === null ? undefined : this.#find(this.#byOnChainId.get(onChainId));
    if (sameStream !== undefined) return sameStream;
    const isKnown = onChainId !== null && this.#hadRow(onChainId);
    return isKnown ? undefined : this.#find(this.#byStreamId.get(streamId));
  }

  rest(): S[] {
    return [...this.#waiting];
  }

  #find(suspects: readonly S[] = [], fits: (suspect: S) => boolean = () => true): S | undefined {
    const found = suspects.find((suspect) => this.#waiting.has(suspect) && fits(suspect));
    if (found !== undefined) this.#waiting.delete(found);
    return found;
  }
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
