import { fingerprint, idHash, textHash } from "../../../src/core/values/fingerprint.js";

/** Rows as they are, each a digit or two from the next. */
const rows = Array.from(
  { length: 20_000 },
  (_, i) => `["${i}","G${i % 7}","${1_000_000_000_000 + i * 7919}","active"]`,
);

describe("a fingerprint", () => {
  it("is a whole number of 53 bits", () => {
    for (const text of ["", "a", ...rows.slice(0, 1_000)]) expect(Number.isSafeInteger(fingerprint(text))).toBe(true);
    expect(Math.max(...rows.map(fingerprint))).toBeGreaterThan(2 ** 52);
  });

  it("tells texts apart that are nearly the same", () => {
    expect(new Set(rows.map(fingerprint)).size).toBe(rows.length);
    const alike = ['["1",null]', '["1","null"]', '["1",""]', '["","1"]', '["1","",""]', "ab", "ba", "a", "a\0", "\0a"];
    expect(new Set(alike.map(fingerprint)).size).toBe(alike.length);
  });

  it("depends on each of its bits' halves: both come near to as many values as there are texts", () => {
    const low = new Set(rows.map((text) => fingerprint(text) % 2 ** 32));
    const high = new Set(rows.map((text) => Math.floor(fingerprint(text) / 2 ** 21)));
    expect(Math.min(low.size, high.size)).toBeGreaterThan(19_990);
  });
});

describe("hashes to look things up by", () => {
  it("spread ids and names that count up", () => {
    const ids = rows.map((_, i) => idHash(BigInt(i)));
    const names = rows.map((_, i) => textHash(`stream_${i}`));
    for (const hashes of [ids, names]) {
      expect(hashes.every((hash) => Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32)).toBe(true);
      // Thrown at random into 32,768 places, 54 % of them stay empty.
      expect(new Set(hashes.map((hash) => hash % 2 ** 15)).size).toBeGreaterThan(14_000);
    }
  });

  it("tell ids apart that differ in their upper half alone", () => {
    expect(idHash(2n ** 40n)).not.toBe(idHash(2n ** 41n));
  });
});
