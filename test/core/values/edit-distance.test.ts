import fc from "fast-check";
import { editDistance } from "../../../src/core/values/edit-distance.js";

/** By definition, without any short cut. */
function plainDistance(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const [restA, restB] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return plainDistance(restA, restB);
  return 1 + Math.min(plainDistance(restA, restB), plainDistance(restA, b), plainDistance(a, restB));
}

it.each([
  ["", "", 0],
  ["stream", "stream", 0],
  ["strem", "stream", 1],
  ["stream_10", "stream_2", 2],
  ["kitten", "sitting", 3],
  ["abc", "", 3],
])("%j and %j are %d apart", (a, b, steps) => {
  expect(editDistance(a, b)).toBe(steps);
});

it("is what its definition says, and beyond the most that is asked for just more than that", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 7 });
  fc.assert(
    fc.property(word, word, fc.nat(5), (a, b, most) => {
      const steps = plainDistance(a, b);
      expect(editDistance(a, b)).toBe(steps);
      if (steps <= most) expect(editDistance(a, b, most)).toBe(steps);
      else expect(editDistance(a, b, most)).toBeGreaterThan(most);
    }),
    { numRuns: 3_000 },
  );
});
