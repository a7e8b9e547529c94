import { StrKey } from "@stellar/stellar-base";
import fc from "fast-check";
import { decodeStrKey, encodeStrKey, isStrKeyOf, type StrKeyKind } from "../../../src/core/values/strkey.js";
import { addressArbitraries, bytesOf } from "../../support/core-scval.js";

/** The library's own reading of each kind. */
const LIBRARY: Readonly<Record<StrKeyKind, { encode(data: Buffer): string; isValid(text: string): boolean }>> = {
  account: { encode: StrKey.encodeEd25519PublicKey, isValid: StrKey.isValidEd25519PublicKey },
  contract: { encode: StrKey.encodeContract, isValid: StrKey.isValidContract },
  muxed: { encode: StrKey.encodeMed25519PublicKey, isValid: StrKey.isValidMed25519PublicKey },
  "claimable-balance": { encode: StrKey.encodeClaimableBalance, isValid: StrKey.isValidClaimableBalance },
  "liquidity-pool": { encode: StrKey.encodeLiquidityPool, isValid: StrKey.isValidLiquidityPool },
};
const LENGTH: Readonly<Record<StrKeyKind, number>> = {
  ...{ account: 32, contract: 32, muxed: 40, "claimable-balance": 33, "liquidity-pool": 32 },
};
const KINDS = Object.keys(LIBRARY) as StrKeyKind[];
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const payloads = (kind: StrKeyKind) =>
  kind === "claimable-balance" ? bytesOf(32).map((id) => Uint8Array.from([0, ...id])) : bytesOf(LENGTH[kind]);
const accepted = (text: string) => !("fault" in decodeStrKey(text));
const knownToLibrary = (text: string) => KINDS.some((kind) => LIBRARY[kind].isValid(text));

describe("strkeys against the Stellar library's", () => {
  it.each(KINDS)("writes and reads every %s address", (kind) => {
    fc.assert(
      fc.property(payloads(kind), (payload) => {
        const text = LIBRARY[kind].encode(Buffer.from(payload));
        expect(encodeStrKey(kind, payload)).toBe(text);
        expect(decodeStrKey(text)).toEqual({ kind, payload });
      }),
    );
  });

  it.each(KINDS)("refuses a %s address with any one character changed to any other", (kind) => {
    const [text] = fc.sample(addressArbitraries[kind], { numRuns: 1, seed: 7 });
    const taken: string[] = [];
    for (let i = 0; i < text!.length; i++) {
      for (const char of `${ALPHABET}abz0189=-_+/ \u0000\u00c1\u0391\u{1f600}`) {
        if (char === text![i]) continue;
        const mutated = text!.slice(0, i) + char + text!.slice(i + 1);
        if (accepted(mutated)) taken.push(mutated);
      }
    }
    expect(taken).toEqual([]);
  });

  it("refuses what the library refuses: cut, extended, two characters swapped, lower case, spaces", () => {
    const any = fc.oneof(...Object.values(addressArbitraries));
    fc.assert(
      fc.property(any, fc.nat({ max: 70 }), fc.constantFrom(...ALPHABET), (text, where, char) => {
        const at = where % (text.length - 1);
        const variants = [
          text.slice(0, at),
          text.slice(at + 1),
          text + char,
          char + text,
          text.slice(0, at) + char + text.slice(at),
          text.slice(0, at) + text[at + 1]! + text[at]! + text.slice(at + 2),
          text.toLowerCase(),
          ` ${text}`,
          `${text}\n`,
          `${text}=`,
        ];
        for (const variant of variants) {
          if (variant !== text) expect([variant, accepted(variant)]).toEqual([variant, knownToLibrary(variant)]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("says why a text is no address", () => {
    const account = LIBRARY.account.encode(Buffer.alloc(32, 1));
    const fault = (text: string) => decodeStrKey(text);
    expect(fault("")).toEqual({ fault: "not a strkey" });
    expect(fault("GA")).toEqual({ fault: "not a strkey" });
    expect(fault(account.toLowerCase())).toEqual({ fault: "not a strkey" });
    expect(fault(account.replace(/.$/, "é"))).toEqual({ fault: "not a strkey" });
    expect(fault(StrKey.encodeEd25519SecretSeed(Buffer.alloc(32, 1)))).toEqual({ fault: "unknown kind" });
    expect(fault(account.slice(0, -1))).toEqual({ fault: "wrong length" });
    expect(fault(`${account}A`)).toEqual({ fault: "wrong length" });
    expect(fault(account.replace(/.$/, (last) => (last === "A" ? "B" : "A")))).toEqual({ fault: "wrong checksum" });
  });

  it.each(["muxed", "claimable-balance"] as const)(
    "refuses a %s address with left-over bits that are not zero",
    (kind) => {
      const text = LIBRARY[kind].encode(Buffer.alloc(LENGTH[kind]));
      const last = ALPHABET.indexOf(text.at(-1)!);
      const forged = text.slice(0, -1) + ALPHABET[last | 1];
      expect(forged).not.toBe(text);
      expect(decodeStrKey(forged)).toEqual({ fault: "wrong length" });
      expect(LIBRARY[kind].isValid(forged)).toBe(false);
    },
  );

  it.each(KINDS)("refuses to write a %s address of another length", (kind) => {
    expect(() => encodeStrKey(kind, new Uint8Array(LENGTH[kind] + 1))).toThrow(RangeError);
  });
});

describe("isStrKeyOf", () => {
  const kinds = fc.constantFrom("account" as const, "contract" as const);

  it("knows what the library writes, wherever the bytes lie", () => {
    fc.assert(
      fc.property(kinds, bytesOf(32), fc.nat({ max: 9 }), (kind, payload, at) => {
        const view = new DataView(Uint8Array.from([...new Uint8Array(at), ...payload, 1, 2, 3]).buffer);
        const text = LIBRARY[kind].encode(Buffer.from(payload));
        expect(isStrKeyOf(text, kind, view, at)).toBe(true);
        expect(isStrKeyOf(text, kind === "account" ? "contract" : "account", view, at)).toBe(false);
      }),
    );
  });

  it("knows no text that differs in one character", () => {
    const [payload] = fc.sample(bytesOf(32), { numRuns: 1, seed: 7 });
    const view = new DataView(Uint8Array.from(payload!).buffer);
    const text = LIBRARY.account.encode(Buffer.from(payload!));
    const taken: string[] = [];
    for (let i = 0; i < text.length; i++) {
      for (const char of `${ALPHABET}ab0189= \u0141`) {
        const changed = text.slice(0, i) + char + text.slice(i + 1);
        if (char !== text[i] && isStrKeyOf(changed, "account", view, 0)) taken.push(changed);
      }
    }
    expect(taken).toEqual([]);
    expect(isStrKeyOf(`${text}A`, "account", view, 0) || isStrKeyOf(text.slice(1), "account", view, 0)).toBe(false);
  });
});
