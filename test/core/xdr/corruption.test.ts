import { xdr } from "@stellar/stellar-base";
import fc from "fast-check";
import { decodeScVal } from "../../../src/core/xdr/decode.js";
import { XdrError } from "../../../src/core/xdr/xdr-error.js";
import { oracleBytes, scVals, toOracle } from "../../support/core-scval.js";

/** What we refuse and the library accepts: no contract host writes it, and a comparison must not guess. */
const STRICTER = /^a symbol has only ASCII characters$|^the value is nested more than 200 levels deep$/;

function oracleAccepts(bytes: Uint8Array): boolean {
  try {
    xdr.ScVal.fromXDR(Buffer.from(bytes));
    return true;
  } catch {
    return false;
  }
}

/** Either both read the same value, or ours refuses with an XdrError, and the library refuses too. */
function agreesWithOracle(bytes: Uint8Array): void {
  let value: ReturnType<typeof decodeScVal>;
  try {
    value = decodeScVal(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(XdrError);
    if (!STRICTER.test((error as XdrError).message)) expect(oracleAccepts(bytes)).toBe(false);
    return;
  }
  expect(Uint8Array.from(toOracle(value).toXDR())).toEqual(bytes);
}

const words = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 24 }) },
  fc.constantFrom(0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x4000_0000, 32, 33, 256),
);
const wordBytes = (list: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(list.length * 4);
  const view = new DataView(bytes.buffer);
  list.forEach((word, i) => {
    view.setUint32(i * 4, word);
  });
  return bytes;
};

type Damage = (bytes: Uint8Array) => Uint8Array;
const at = (bytes: Uint8Array, where: number) => Math.floor(where * bytes.length);
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(place, fc.nat({ max: 7 })).map(
    ([where, bit]): Damage =>
      (bytes) => {
        const damaged = Uint8Array.from(bytes);
        damaged[at(bytes, where)]! ^= 1 << bit;
        return damaged;
      },
  ),
  fc.tuple(place, words).map(
    ([where, word]): Damage =>
      (bytes) => {
        const damaged = Uint8Array.from(bytes);
        new DataView(damaged.buffer).setUint32(Math.floor((where * (bytes.length - 3)) / 4) * 4, word);
        return damaged;
      },
  ),
  place.map(
    (where): Damage =>
      (bytes) =>
        bytes.slice(0, at(bytes, where)),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 9 }).map(
    (more): Damage =>
      (bytes) =>
        Uint8Array.from([...bytes, ...more]),
  ),
  place.map(
    (where): Damage =>
      (bytes) => {
        const cut = Math.floor(at(bytes, where) / 4) * 4;
        return Uint8Array.from([...bytes.slice(0, cut), ...bytes.slice(cut + 4)]);
      },
  ),
);

describe("bytes that are no value", () => {
  it("agrees with the library on damaged values: the same value, or both refuse", () => {
    fc.assert(
      fc.property(scVals, fc.array(damages, { minLength: 1, maxLength: 3 }), (value, list) => {
        const damaged = list.reduce((bytes, damage) => (bytes.length < 4 ? bytes : damage(bytes)), oracleBytes(value));
        agreesWithOracle(damaged);
      }),
      { numRuns: 1_000 },
    );
  });

  it("agrees with the library on random bytes and random words", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), agreesWithOracle), { numRuns: 500 });
    fc.assert(fc.property(fc.array(words, { maxLength: 24 }).map(wordBytes), agreesWithOracle), { numRuns: 1_500 });
  });

  const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
  it.each([
    ["nothing", "", /ends after 0 bytes/],
    ["half a discriminant", "0000", /ends after 2 bytes, in the middle of a field/],
    ["bytes left over", "00000001 00", /1 bytes are left over after the value/],
    ["an unknown arm", "00000016", /SCVal arm 22/],
    ["a boolean of 2", "00000000 00000002", /a boolean must be 0 or 1, found 2/],
    ["padding that is not zero", "0000000d 00000001 01000001", /padding bytes must be zero/],
    ["an unknown error type", "00000002 0000000a 00000000", /SCError type 10/],
    ["an unknown error code", "00000002 00000005 0000000a", /SCError code 10/],
    ["a symbol of 33 characters", `0000000f 00000021 ${"61".repeat(33)}000000`, /at most 32 characters, found 33/],
    ["a symbol that is not ASCII", "0000000f 00000001 80000000", /a symbol has only ASCII characters/],
    ["an unknown address", `00000012 00000005 ${"00".repeat(32)}`, /SCAddress arm 5/],
    ["an account that is not ed25519", `00000012 00000000 00000001 ${"00".repeat(32)}`, /key type must be ed25519/],
    ["a claimable balance of version 1", `00000012 00000003 00000001 ${"00".repeat(32)}`, /must have version 0/],
    ["an unknown executable", "00000013 00000002 00000000", /ContractExecutable arm 2/],
    ["a forged count of elements", "00000010 00000001 ffffffff 00000001", /a list of 4294967295 elements does not fit/],
    ["a forged count of entries", "00000011 00000001 40000000 00000001", /a list of 1073741824 elements does not fit/],
    ["a count of one too many", "00000010 00000001 00000002 00000001", /a list of 2 elements does not fit/],
    ["a forged length", "0000000d ffffffff 00000000", /ends after 12 bytes/],
  ])("refuses %s and says why", (_what, bytes, message) => {
    expect(() => decodeScVal(hex(bytes))).toThrow(XdrError);
    expect(() => decodeScVal(hex(bytes))).toThrow(message);
  });

  const nested = (levels: number) => wordBytes([...Array.from({ length: levels }, () => [16, 1, 1]).flat(), 1]);

  it("reads 200 levels of nesting and refuses more, however many there are", () => {
    expect(() => decodeScVal(nested(200))).not.toThrow();
    expect(() => decodeScVal(nested(201))).toThrow(new XdrError("the value is nested more than 200 levels deep"));
    expect(() => decodeScVal(nested(20_000))).toThrow(XdrError);
  });

  it("reads a long list of lists in one pass, each with a count that claims all that is left", () => {
    const bytes = wordBytes(
      Array.from({ length: 50_000 }, (_, i) => (i % 3 === 0 ? 16 : i % 3 === 1 ? 1 : 49_990 - i)),
    );
    expect(() => decodeScVal(bytes)).toThrow(XdrError);
  });
});
