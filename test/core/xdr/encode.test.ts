import { encodeScVal } from "../../../src/core/xdr/encode.js";
import { contractDataKey, instanceKey } from "../../../src/core/xdr/ledger-key.js";
import type { ScVal } from "../../../src/core/xdr/scval.js";
import { accountId, contractId } from "../../support/streampay-contract.js";

describe("values that their type cannot hold", () => {
  const bits = (type: string) => BigInt(/\d+/.exec(type)?.[0] ?? 64);
  const unsigned = (["u64", "timepoint", "duration", "u128", "u256"] as const).flatMap((type): ScVal[] => [
    { type, value: -1n },
    { type, value: 1n << bits(type) },
  ]);
  const signed = (["i64", "ledger_key_nonce", "i128", "i256"] as const).flatMap((type): ScVal[] => [
    { type, value: -(1n << (bits(type) - 1n)) - 1n },
    { type, value: 1n << (bits(type) - 1n) },
  ]);
  const small: ScVal[] = [
    ...[-1, 2 ** 32, 1.5, Number.NaN].map((value) => ({ type: "u32", value }) as const),
    ...[-(2 ** 31) - 1, 2 ** 31].map((value) => ({ type: "i32", value }) as const),
  ];

  it.each([...unsigned, ...signed, ...small].map((value) => [value]))("refuses %j", (value) => {
    expect(() => encodeScVal(value)).toThrow(RangeError);
  });

  it("refuses a symbol that no network would take", () => {
    expect(() => encodeScVal({ type: "symbol", value: "naïve" })).toThrow(/only ASCII characters: naïve/);
    expect(() => encodeScVal({ type: "symbol", value: "a".repeat(33) })).toThrow(/at most 32 characters/);
    expect(() => encodeScVal({ type: "symbol", value: "a".repeat(32) })).not.toThrow();
  });

  it("refuses an address that is no strkey, and says why", () => {
    const value = `${accountId(1).slice(0, -1)}A`;
    expect(() => encodeScVal({ type: "address", value })).toThrow(`${value} is not an address: wrong checksum`);
  });
});

describe("ledger keys", () => {
  it("refuse an owner that is no address", () => {
    expect(() => contractDataKey("C123", { type: "void" })).toThrow(RangeError);
    expect(() => instanceKey(contractId(1).toLowerCase())).toThrow(RangeError);
  });
});
