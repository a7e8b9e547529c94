import fc from "fast-check";
import { IdSet } from "../../../src/core/run/id-set.js";

const I128_MAX = (1n << 127n) - 1n;
/** The ends of the set's chunks and of integer types are where bits go wrong. */
const ids = fc.oneof(
  fc.bigInt({ min: 0n, max: 70_000n }),
  fc.constantFrom(
    0n,
    7n,
    8n,
    32_767n,
    32_768n,
    65_535n,
    65_536n,
    1n << 53n,
    (1n << 53n) + 1n,
    (1n << 64n) - 1n,
    I128_MAX,
  ),
);

describe("a set of ids", () => {
  it("tells of each id whether it is new, and afterwards that it is there", () => {
    fc.assert(
      fc.property(fc.array(ids), ids, (added, other) => {
        const set = new IdSet();
        const model = new Set<bigint>();
        for (const id of added) {
          expect(set.add(id)).toBe(!model.has(id));
          model.add(id);
        }
        for (const id of added) expect(set.has(id)).toBe(true);
        expect(set.has(other)).toBe(model.has(other));
      }),
    );
  });

  it("lists what is missing of a range, in order, the end left out", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 50n })), fc.bigInt({ min: 0n, max: 60n }), (added, to) => {
        const set = new IdSet();
        for (const id of added) set.add(id);
        const expected = Array.from({ length: 60 }, (_, id) => BigInt(id)).filter((id) => id >= 3n && id < to);
        expect([...set.missing(3n, to)]).toEqual(expected.filter((id) => !added.includes(id)));
      }),
    );
  });

  it("lists across the borders of its parts", () => {
    const set = new IdSet();
    for (let id = 32_760n; id < 32_775n; id++) if (id !== 32_767n && id !== 32_768n) set.add(id);
    expect([...set.missing(32_760n, 32_775n)]).toEqual([32_767n, 32_768n]);
    expect([...set.missing(5n, 5n)]).toEqual([]);
    expect([...set.missing(6n, 5n)]).toEqual([]);
  });

  it("holds a million ids", () => {
    const set = new IdSet();
    for (let id = 1n; id <= 1_000_000n; id++) if (id % 250_000n !== 0n) set.add(id);
    expect([...set.missing(1n, 1_000_001n)]).toEqual([250_000n, 500_000n, 750_000n, 1_000_000n]);
  });
});
