import { SeededRandom } from "../support/simulation/seeded-random.js";

const drawn = (random: SeededRandom, count: number) => Array.from({ length: count }, () => random.uint32());

it("draws the same numbers for the same seed, and others for its neighbour", () => {
  expect(drawn(new SeededRandom(7), 5)).toEqual(drawn(new SeededRandom(7), 5));
  expect(drawn(new SeededRandom(7), 5)).not.toEqual(drawn(new SeededRandom(8), 5));
});

it("gives forks sequences of their own", () => {
  const random = new SeededRandom(7);
  const before = drawn(random.fork("a"), 3);
  random.uint32();
  expect(drawn(random.fork("a"), 3)).toEqual(before);
  expect(drawn(random.fork("b"), 3)).not.toEqual(before);
});

it("stays in its ranges and reaches both ends", () => {
  const random = new SeededRandom(1);
  const small = new Set(Array.from({ length: 500 }, () => random.int(3, 6)));
  expect([...small].sort()).toEqual([3, 4, 5, 6]);
  const big = new Set(Array.from({ length: 500 }, () => random.bigint(-1n, 1n)));
  expect(big).toEqual(new Set([-1n, 0n, 1n]));
  expect(() => random.int(2, 1)).toThrow(RangeError);
  expect(() => random.pick([])).toThrow(RangeError);
});

it.each([0, 0.3, 1, 4])("counts %d times on average", (mean) => {
  const random = new SeededRandom(5);
  const counts = Array.from({ length: 5_000 }, () => random.count(mean));
  expect(counts.reduce((a, b) => a + b, 0) / counts.length).toBeCloseTo(mean, 0);
  if (mean < 1) expect(counts.reduce((a, b) => a + b, 0) / counts.length).toBeLessThan(0.4);
});
