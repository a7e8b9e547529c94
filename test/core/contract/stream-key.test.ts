import { Address, nativeToScVal, xdr } from "@stellar/stellar-base";
import type { KeyTemplate, Layout } from "../../../src/core/contract/layout.js";
import { greatestId, keyValue, streamLocator } from "../../../src/core/contract/stream-key.js";
import { encodeScVal } from "../../../src/core/xdr/encode.js";
import { contractDataKey } from "../../../src/core/xdr/ledger-key.js";
import { streampay } from "../../../src/presets/streampay.js";
import { accountId, contractId, streamKey, u64 } from "../../support/streampay-contract.js";
import { ledgerKeyOf } from "../../support/test-ledger.js";

const CONTRACT = contractId(9);
const symbol = (name: string) => xdr.ScVal.scvSymbol(name);
const hex = (bytes: Uint8Array | Buffer) => Buffer.from(bytes).toString("hex");
const U64_MAX = (1n << 64n) - 1n;
const I128_MAX = (1n << 127n) - 1n;

/** Keys of real contracts (docs/contract-facts.md#other-contracts) and of every kind, built by the Stellar library. */
const TEMPLATES: readonly [KeyTemplate, bigint, xdr.ScVal][] = [
  [["Stream", { u64: "$id" }], 7n, streamKey(7n)],
  [["Stream", { u64: "$id" }], U64_MAX, streamKey(U64_MAX)],
  [["stream", { u32: "$id" }], 175n, xdr.ScVal.scvVec([symbol("stream"), xdr.ScVal.scvU32(175)])],
  [{ u64: "$id" }, 0n, u64(0n)],
  [{ i128: "$id" }, I128_MAX, nativeToScVal(I128_MAX, { type: "i128" })],
  [["S", { u64: "3" }, { u64: "$id" }], 4n, xdr.ScVal.scvVec([symbol("S"), u64(3n), u64(4n)])],
  [[{ symbol: "S" }, [{ u64: "$id" }]], 4n, xdr.ScVal.scvVec([symbol("S"), xdr.ScVal.scvVec([u64(4n)])])],
  [[{ string: "ż" }, { u64: "$id" }], 4n, xdr.ScVal.scvVec([xdr.ScVal.scvString(Buffer.from("ż")), u64(4n)])],
  [[{ address: accountId(1) }, { u64: "$id" }], 4n, xdr.ScVal.scvVec([new Address(accountId(1)).toScVal(), u64(4n)])],
];

describe("key templates", () => {
  it.each(TEMPLATES)("%j with id %p is the key that the library builds", (template, id, oracle) => {
    expect(hex(encodeScVal(keyValue(template, id)))).toBe(oracle.toXDR("hex"));
  });

  it.each<[KeyTemplate, bigint]>([
    [["Stream", { u64: "$id" }], U64_MAX],
    [["stream", { u32: "$id" }], 0xffff_ffffn],
    [{ i128: "$id" }, I128_MAX],
    [["S", { u64: "99" }, ["x", { u32: "$id" }]], 0xffff_ffffn],
    [["S", { u64: "$id" }, { u32: "$id" }], 0xffff_ffffn],
    [["S", { u32: "$id" }, { i128: "$id" }], 0xffff_ffffn],
    [["S", { string: "$id" }], 0n],
    ["$id", 0n],
  ])("%j can express ids up to %p, and the greatest can be encoded", (template, limit) => {
    expect(greatestId(template)).toBe(limit);
    expect(() => encodeScVal(keyValue(template, limit))).not.toThrow();
  });
});

describe("streamLocator", () => {
  const layoutOf = (storage: Layout["stream"]["storage"]): Layout => ({
    ...streampay,
    stream: { ...streampay.stream, storage },
  });

  it.each(["persistent", "temporary"] as const)(
    "names an entry of its own for each stream in %s storage",
    (durability) => {
      const locator = streamLocator(layoutOf(durability), CONTRACT);
      const oracle = ledgerKeyOf({ contract: CONTRACT, key: streamKey(7n), durability });
      expect(hex(locator.ledgerKey(7n))).toBe(oracle.toXDR("hex"));
      expect(locator).toMatchObject({ sharesOneEntry: false, greatestId: U64_MAX });
      expect(locator.innerKey(7n)).toBeNull();
    },
  );

  it.each([
    ["one place", ["Stream", { u64: "$id" }]],
    ["two places", ["Stream", { u64: "$id" }, { u64: "$id" }]],
    ["two types", ["Stream", { u64: "$id" }, { i128: "$id" }]],
    ["32 bits", ["Stream", { u32: "$id" }]],
  ] as const)("writes the id into %s of the key", (_, key) => {
    const layout: Layout = { ...streampay, stream: { storage: "persistent", key } };
    const locator = streamLocator(layout, CONTRACT);
    const ids = [0n, 1n, 255n, 256n, (1n << 32n) - 1n, 1n << 32n, 0x0123_4567_89ab_cdefn, U64_MAX];
    for (const id of ids.filter((id) => id <= locator.greatestId)) {
      expect(hex(locator.ledgerKey(id))).toBe(hex(contractDataKey(CONTRACT, keyValue(key, id), "persistent")));
    }
  });

  it("names one entry for all streams in instance storage, and the key inside it", () => {
    const locator = streamLocator(layoutOf("instance"), CONTRACT);
    const key = xdr.ScVal.scvLedgerKeyContractInstance();
    const oracle = ledgerKeyOf({ contract: CONTRACT, key, durability: "persistent" }).toXDR("hex");
    expect([1n, 2n].map((id) => hex(locator.ledgerKey(id)))).toEqual([oracle, oracle]);
    expect(hex(locator.innerKey(7n)!)).toBe(streamKey(7n).toXDR("hex"));
    expect(locator).toMatchObject({ sharesOneEntry: true, greatestId: U64_MAX });
  });
});
