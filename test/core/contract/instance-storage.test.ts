import type { xdr } from "@stellar/stellar-base";
import fc from "fast-check";
import { instanceStorage } from "../../../src/core/contract/instance-storage.js";
import { bytesText } from "../../../src/core/values/byte-text.js";
import { UnreadableValue } from "../../../src/core/values/field.js";
import { encodeScVal } from "../../../src/core/xdr/encode.js";
import { XdrError } from "../../../src/core/xdr/xdr-error.js";
import { decoded } from "../../support/core-chain-record.js";
import { instance, smallKey } from "../../support/core-small-escrow.js";
import { i128, u64, unitVariant } from "../../support/streampay-contract.js";

const bytesOf = (value: xdr.ScVal) => Uint8Array.from(value.toXDR());
const keyOf = (value: xdr.ScVal) => bytesText(encodeScVal(decoded(value)));

describe("the storage inside a contract's instance", () => {
  it("is found by each key's own bytes", () => {
    const storage = instanceStorage(
      bytesOf(
        instance([
          [smallKey(1), i128(7n)],
          [smallKey(2), i128(8n)],
          [unitVariant("next_id"), u64(3n)],
        ]),
      ),
    );
    expect(storage.get(keyOf(smallKey(2)))).toEqual({ type: "i128", value: 8n });
    expect(storage.get(keyOf(unitVariant("next_id")))).toEqual({ type: "u64", value: 3n });
    expect(storage.has(keyOf(smallKey(3)))).toBe(false);
    expect(storage.size).toBe(3);
  });

  it("is empty where the host has not written any", () => {
    expect(instanceStorage(bytesOf(instance(null))).size).toBe(0);
  });

  it("is in no other entry", () => {
    expect(() => instanceStorage(bytesOf(u64(1n)))).toThrow(
      new UnreadableValue("expected a contract instance, found u64 1"),
    );
    expect(() => instanceStorage(Uint8Array.of(1, 2))).toThrow(XdrError);
  });
});

describe("bytes as a text", () => {
  it("are told apart as the bytes are, also where they are no text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 20 }), (a, b) => {
        expect(bytesText(a) === bytesText(b)).toBe(Buffer.compare(a, b) === 0);
        expect(Buffer.from(bytesText(a), "latin1")).toEqual(Buffer.from(a));
      }),
    );
  });

  it("may be long", () => {
    expect(bytesText(new Uint8Array(300_000))).toHaveLength(300_000);
  });
});
