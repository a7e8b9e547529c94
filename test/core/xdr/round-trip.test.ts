import fc from "fast-check";
import { decodeScVal } from "../../../src/core/xdr/decode.js";
import { encodeScVal } from "../../../src/core/xdr/encode.js";
import type { ScVal } from "../../../src/core/xdr/scval.js";
import { ALL_ARMS, addressArbitraries, oracleBytes, scVals } from "../../support/core-scval.js";

describe("our XDR against the Stellar library's", () => {
  it("decodes what the library encodes, and encodes the same bytes, for random nested values", () => {
    fc.assert(
      fc.property(scVals, (value) => {
        const bytes = oracleBytes(value);
        expect(decodeScVal(bytes)).toEqual(value);
        expect(encodeScVal(value)).toEqual(bytes);
      }),
      { numRuns: 600 },
    );
  });

  it("tries every arm in those random values", () => {
    const seen = new Set<string>();
    const visit = (value: ScVal): void => {
      seen.add(value.type);
      if (value.type === "vec") value.value?.forEach(visit);
      const entries = value.type === "map" ? value.value : value.type === "contract_instance" ? value.storage : null;
      for (const { key, val } of entries ?? []) [key, val].forEach(visit);
    };
    fc.sample(scVals, { numRuns: 2_000, seed: 1 }).forEach(visit);
    expect([...seen].sort()).toEqual([...ALL_ARMS].sort());
  });

  const SIGNED = [
    ["i64", 64n],
    ["i128", 128n],
    ["i256", 256n],
  ] as const;
  const UNSIGNED = [
    ["u64", 64n],
    ["u128", 128n],
    ["u256", 256n],
    ["timepoint", 64n],
    ["duration", 64n],
  ] as const;
  const ends: ScVal[] = [
    ...SIGNED.flatMap(([type, bits]) =>
      [-(1n << (bits - 1n)), -(1n << 64n) / 2n - 1n, -1n, 0n, 1n, (1n << (bits - 1n)) - 1n]
        .filter((value) => value >= -(1n << (bits - 1n)))
        .map((value) => ({ type, value })),
    ),
    ...UNSIGNED.flatMap(([type, bits]) => [0n, 1n, (1n << bits) - 1n].map((value) => ({ type, value }))),
    ...[-(2 ** 31), -1, 0, 2 ** 31 - 1].map((value) => ({ type: "i32", value }) as const),
    ...[0, 2 ** 31, 2 ** 32 - 1].map((value) => ({ type: "u32", value }) as const),
  ];

  it.each(ends.map((value) => [value]))("keeps the ends of each integer type: %j", (value) => {
    const bytes = oracleBytes(value);
    expect(decodeScVal(bytes)).toEqual(value);
    expect(encodeScVal(value)).toEqual(bytes);
  });

  it.each(Object.entries(addressArbitraries))("keeps %s addresses", (_kind, addresses) => {
    fc.assert(
      fc.property(addresses, (value) => {
        const bytes = oracleBytes({ type: "address", value });
        expect(decodeScVal(bytes)).toEqual({ type: "address", value });
        expect(encodeScVal({ type: "address", value })).toEqual(bytes);
      }),
    );
  });

  it("decodes a view into a larger buffer, as adapters hand them over", () => {
    const value = { type: "i128", value: -5n } as const;
    const bytes = oracleBytes(value);
    const larger = new Uint8Array(bytes.length + 7).fill(0xff);
    larger.set(bytes, 3);
    expect(decodeScVal(larger.subarray(3, 3 + bytes.length))).toEqual(value);
  });

  it("encodes more than the writer's first buffer holds", () => {
    const value: ScVal = { type: "bytes", value: new Uint8Array(70_001).fill(7) };
    expect(encodeScVal(value)).toEqual(oracleBytes(value));
  });
});
