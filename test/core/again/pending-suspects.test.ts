import fc from "fast-check";
import { PendingSuspects } from "../../../src/core/again/pending-suspects.js";
import { Suspects } from "../../../src/core/again/suspects.js";
import type { ObservationSummary } from "../../../src/core/look/observation.js";

interface Row {
  readonly streamId: string;
  readonly onChainId: bigint | null;
}
interface Known extends Row {
  readonly hasRow: boolean;
}

/** What `PendingSuspects` does, in the plainest way: lists that are searched from the start, as they were when the round began. */
class PlainPending {
  readonly #known: readonly Known[];
  readonly #waits: Set<number>;
  readonly #seen = new Set<bigint>();
  readonly #asked = new Set<bigint>();
  readonly #hadRow: (id: bigint) => boolean;

  constructor(known: readonly Known[], hadRow: (id: bigint) => boolean) {
    this.#known = known;
    this.#waits = new Set(known.keys());
    this.#hadRow = hadRow;
  }

  named = () => this.#known.filter(({ hasRow }) => hasRow).length;
  streamIds = () => [...new Set(this.#known.filter(({ hasRow }) => hasRow).map(({ streamId }) => streamId))];
  awaits = (name: string) => this.#known.some(({ hasRow, streamId }) => hasRow && streamId === name);
  rest = () => [...this.#waits].sort((a, b) => a - b);

  #unseen(): bigint[] {
    const ids = this.rest().map((place) => this.#known[place]!.onChainId);
    return ids.filter((id) => id !== null).filter((id) => !this.#seen.has(id));
  }

  onChainIds = () => [...new Set(this.#unseen())];

  askForRows(): number {
    for (const id of this.#unseen()) this.#asked.add(id);
    return this.#unseen().length;
  }

  awaitsRowOf = (id: bigint) => this.#asked.has(id);

  #take(fits: (known: Known) => boolean): number {
    const place = this.#known.findIndex((known, at) => this.#waits.has(at) && fits(known));
    this.#waits.delete(place);
    return place;
  }

  take({ streamId, onChainId }: Row): number {
    if (onChainId !== null) this.#seen.add(onChainId);
    return this.#take((known) => known.hasRow && known.streamId === streamId && known.onChainId === onChainId);
  }

  takeStream = (id: bigint) => this.#take(({ onChainId }) => onChainId === id);

  takeChanged({ streamId, onChainId }: Row): number {
    const sameStream = onChainId === null ? -1 : this.takeStream(onChainId);
    if (sameStream >= 0) return sameStream;
    if (onChainId !== null && this.#hadRow(onChainId)) return -1;
    return this.#take((known) => known.hasRow && known.streamId === streamId);
  }
}

const summaryOf = ({ streamId, onChainId, hasRow }: Known): ObservationSummary => ({
  ...{ streamId, onChainId, synced: null, ledger: 1, modified: null, outcome: null, contradiction: null },
  ...{ isNamed: hasRow, row: hasRow ? ([1] as const) : null, entry: null },
});

const rows = fc.record({
  streamId: fc.constantFrom("a", "b", "c", "d"),
  // Two of them have the same hash.
  onChainId: fc.constantFrom(null, 1n, 2n, 3n, 2n << 32n, 2n),
});
const known = rows.chain((row) => fc.boolean().map((hasRow) => ({ ...row, hasRow })));
const steps = fc.array(
  fc.tuple(fc.constantFrom("take", "takeChanged", "takeStream", "askForRows" as const), rows, rows),
);

describe("the suspects that wait", () => {
  it("are found and taken as if they were searched one by one, whatever they are called by then", () => {
    fc.assert(
      fc.property(
        fc.array(known, { maxLength: 12 }),
        fc.uniqueArray(fc.constantFrom<bigint>(1n, 2n, 3n)),
        steps,
        (all, had, does) => {
          const suspects = new Suspects();
          for (const one of all) suspects.add(summaryOf(one));
          const hadRow = (id: bigint) => had.includes(id);
          const plain = new PlainPending(all, hadRow);
          const pending = new PendingSuspects(suspects, hadRow);
          expect([pending.named, pending.streamIds()]).toEqual([plain.named(), plain.streamIds()]);
          for (const [step, row, next] of does) {
            const did = (it: PendingSuspects | PlainPending) => {
              if (step === "askForRows") return it.askForRows();
              return step === "takeStream" ? it.takeStream(row.onChainId ?? 9n) : it[step](row);
            };
            const [found, expected] = [did(pending), did(plain)];
            expect([step, found]).toEqual([step, expected]);
            // What was taken may be called otherwise from now on, but for a row that was found as it was.
            if (step === "takeChanged" && found >= 0) {
              const look = summaryOf({ ...next, onChainId: row.onChainId, streamId: row.streamId, hasRow: true });
              suspects.set(found, { last: look, trail: null, looks: 2 });
            }
            expect([...pending.rest()]).toEqual(plain.rest());
            expect([...pending.onChainIds()]).toEqual(plain.onChainIds());
            for (const { streamId, onChainId } of all) {
              expect(pending.awaits(streamId)).toBe(plain.awaits(streamId));
              if (onChainId !== null) expect(pending.awaitsRowOf(onChainId)).toBe(plain.awaitsRowOf(onChainId));
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
