import fc from "fast-check";
import { type VestingTerms, vested } from "../../../src/core/rules/vesting.js";

/** A fraction of two integers, the second above zero: nothing is cut off before the end. */
interface Rational {
  readonly over: bigint;
  readonly under: bigint;
}

/**
 * The share of a stream that has vested, as a fraction between 0 and 1, said differently than the contract does: the
 * seconds in which it ran are counted, not computed from its ends.
 */
function shareOf({ status, start, end, duration, pausedAt, totalPaused }: VestingTerms, now: bigint): Rational {
  if (status === "DRAFT") return { over: 0n, under: 1n };
  if (duration === 0n) return { over: 1n, under: 1n };
  let ran = 0n;
  for (let second = start; second < end && second < now; second++) {
    if (status === "PAUSED" && second >= pausedAt) break;
    ran += 1n;
  }
  const counted = ran > totalPaused ? ran - totalPaused : 0n;
  return counted < duration ? { over: counted, under: duration } : { over: 1n, under: 1n };
}

/** The whole units in a part of an amount: the most that is not above the exact value. */
function wholeUnits(total: bigint, { over, under }: Rational): bigint {
  let [low, high] = [0n, total];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle * under <= total * over) low = middle;
    else high = middle - 1n;
  }
  return low;
}

const seconds = (max: bigint) => fc.bigInt({ min: 0n, max });
const I128_MAX = (1n << 127n) - 1n;
const terms: fc.Arbitrary<VestingTerms> = fc.record({
  status: fc.constantFrom("DRAFT", "ACTIVE", "PAUSED", "SETTLED", "CANCELLED"),
  total: fc.oneof(seconds(1_000n), fc.bigInt({ min: 1n, max: I128_MAX }), fc.constant(I128_MAX)),
  start: seconds(200n),
  end: seconds(400n),
  duration: seconds(300n),
  pausedAt: seconds(400n),
  totalPaused: seconds(150n),
});

describe("what has vested, against a model of fractions", () => {
  it("is the whole units of the exact share, for any terms and at any time", () => {
    fc.assert(
      fc.property(terms, seconds(500n), (stream, now) => {
        // A window that ends before it starts: the contract makes none, and nothing has run.
        const given = stream.end < stream.start ? { ...stream, end: stream.start } : stream;
        // Nor does a pause begin before the stream does.
        const inWindow = given.pausedAt < given.start ? { ...given, pausedAt: given.start } : given;
        expect(vested(inWindow, now)).toBe(wholeUnits(inWindow.total, shareOf(inWindow, now)));
      }),
      { numRuns: 500 },
    );
  });

  it("lies between nothing and everything, and never falls as time passes", () => {
    fc.assert(
      fc.property(terms, seconds(500n), seconds(100n), (stream, now, later) => {
        const amount = vested(stream, now);
        expect(amount >= 0n && amount <= stream.total).toBe(true);
        expect(vested(stream, now + later)).toBeGreaterThanOrEqual(amount);
      }),
    );
  });
});
