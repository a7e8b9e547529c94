import fc from "fast-check";
import { explainDifference } from "../../../src/core/inspection/explain-difference.js";
import type { StreamEvent } from "../../../src/core/inspection/stream-event.js";

let counter = 0;

function event(name: string, ...amounts: bigint[]): StreamEvent {
  counter += 1;
  return {
    id: String(counter).padStart(6, "0"),
    ledger: counter,
    closedAt: null,
    txHash: `tx${counter}`,
    name,
    amounts: amounts.map((value, i) => ({ label: amounts.length === 1 ? "" : `#${i + 1}`, value })),
  };
}

const amountsOf = (found: ReturnType<typeof explainDifference>) => found.events.map(({ amount }) => amount);

describe("explainDifference()", () => {
  it("takes the last events of a kind in a row before any other combination", () => {
    const events = [event("withdrawn", 600n), event("withdrawn", 250n), event("withdrawn", 350n)];
    const found = explainDifference(600n, events);
    expect(found).toMatchObject({ kind: "missed", explained: 600n, combined: { tried: 3, of: 3 } });
    expect(amountsOf(found)).toEqual([250n, 350n]);
  });

  it("leaves out an event of another kind that comes with the last one", () => {
    const found = explainDifference(350n, [
      event("withdrawn", 250n),
      event("withdrawn", 350n),
      event("settled", 2_000n),
    ]);
    expect(found.events.map(({ event: { name } }) => name)).toEqual(["withdrawn"]);
  });

  it("takes events of several kinds in a row", () => {
    const found = explainDifference(30n, [event("created", 500n), event("a", 10n), event("b", 20n)]);
    expect(amountsOf(found)).toEqual([10n, 20n]);
  });

  it("finds one event that was missed between others", () => {
    const events = [event("withdrawn", 7n), event("withdrawn", 100n), event("withdrawn", 9n)];
    expect(amountsOf(explainDifference(100n, events))).toEqual([100n]);
  });

  it("prefers few events, and of those the latest", () => {
    const events = [event("w", 5n), event("w", 2n), event("w", 3n), event("w", 5n), event("w", 11n)];
    const found = explainDifference(5n, events);
    expect(found.events.map(({ event }) => event.id)).toEqual([events[3]!.id]);
  });

  it("takes an event twice applied for the cause of a database that is ahead", () => {
    const found = explainDifference(-250n, [event("withdrawn", 100n), event("withdrawn", 250n)]);
    expect(found).toMatchObject({ kind: "counted-twice", explained: -250n });
    expect(amountsOf(found)).toEqual([250n]);
  });

  it("says how much of the difference the last events make up", () => {
    const found = explainDifference(2_500n, [event("withdrawn", 9_000n), event("withdrawn", 1_000n)]);
    expect(found).toMatchObject({ kind: "partly", explained: 1_000n });
    expect(amountsOf(found)).toEqual([1_000n]);
  });

  it("explains nothing of a database that is ahead by a part", () => {
    expect(explainDifference(-2_500n, [event("withdrawn", 1_000n)])).toMatchObject({
      kind: "unexplained",
      explained: 0n,
      events: [],
    });
  });

  it("passes over amounts of zero and events without any", () => {
    const found = explainDifference(5n, [event("paused"), event("withdrawn", 0n)]);
    expect(found).toMatchObject({ kind: "unexplained", combined: { tried: 0, of: 0 } });
  });

  it("combines a bounded number of amounts, and says so", () => {
    // Powers of two: every subset has a sum of its own, and only the first, out of reach, would do.
    const events = Array.from({ length: 40 }, (_, i) => event(`kind${i}`, 2n ** BigInt(i + 1)));
    const found = explainDifference(2n + 2n ** 30n, events);
    expect(found.combined).toEqual({ tried: 24, of: 40 });
    expect(found.kind).not.toBe("missed");
  });

  it("finds a combination exactly where there is one, and it always adds up", () => {
    const amount = fc.bigInt({ min: -4n, max: 9n });
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 9 }), fc.bigInt({ min: 1n, max: 20n }), (amounts, wanted) => {
        const events = amounts.map((value, i) => event(i % 2 === 0 ? "a" : "b", value));
        const found = explainDifference(wanted, events);
        const sum = amountsOf(found).reduce((a, b) => a + b, 0n);
        expect(sum).toBe(found.explained);
        expect(new Set(found.events.map(({ event: { id } }) => id)).size).toBe(found.events.length);
        expect(found.kind === "missed").toBe(subsetSums(amounts).has(wanted));
      }),
    );
  });
});

/** By going through all of them. */
function subsetSums(amounts: readonly bigint[]): Set<bigint> {
  const sums = new Set<bigint>();
  for (let bits = 1; bits < 2 ** amounts.length; bits++) {
    sums.add(amounts.reduce((sum, value, i) => ((bits >> i) & 1 ? sum + value : sum), 0n));
  }
  return sums;
}
