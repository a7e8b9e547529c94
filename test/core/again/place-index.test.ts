import fc from "fast-check";
import { PlaceIndex } from "../../../src/core/again/place-index.js";

/** An index of `keys`, whose hashes are as bad as `hashOf` makes them. */
function indexOf(keys: readonly string[], hashOf: (key: string) => number) {
  const index = new PlaceIndex(keys.length);
  const same = (key: string) => (place: number) => keys[place] === key;
  for (const [place, key] of keys.entries()) index.add(place, hashOf(key), same(key));
  return { first: (key: string) => index.first(hashOf(key), same(key)), index };
}

const KEYS = ["a", "b", "c", "d"];
const hashes = fc.constantFrom(
  (key: string) => key.charCodeAt(0),
  () => 0xffff_ffff,
  (key: string) => key.charCodeAt(0) % 2,
);

describe("a place index", () => {
  it("finds the first place of a key, and no other, also where hashes are the same", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...KEYS)), hashes, (keys, hashOf) => {
        const { first } = indexOf(keys, hashOf);
        expect([...KEYS, "e"].map(first)).toEqual([...KEYS, "e"].map((key) => keys.indexOf(key)));
      }),
    );
  });

  it("finds the first open place of a key that fits, while places close", () => {
    const closings = fc.array(fc.tuple(fc.constantFrom(...KEYS), fc.nat({ max: 30 }), fc.integer({ min: 1, max: 3 })));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...KEYS), { maxLength: 30 }), closings, hashes, (keys, asked, hashOf) => {
        const { first, index } = indexOf(keys, hashOf);
        const closed = new Set<number>();
        const isOpen = (place: number) => !closed.has(place);
        for (const [key, close, step] of asked) {
          const fits = (place: number) => place % step === 0;
          const expected = keys.findIndex((other, place) => other === key && isOpen(place) && fits(place));
          expect(index.firstOpen(first(key), isOpen, fits)).toBe(expected);
          closed.add(close);
        }
      }),
    );
  });
});
