import fc from "fast-check";
import { Units, wholeTokens } from "../../../src/report/text/units.js";
import { contractId } from "../../support/streampay-contract.js";

const TOKEN = contractId(3);
const units = (decimals: number, symbol: string | null = "USDC") =>
  new Units({ tokens: [{ token: TOKEN, symbol, decimals, source: "chain" }] });

describe("an amount in a token's units", () => {
  it.each([
    ["25000000", 7, "2.5 USDC"],
    ["0", 7, "0 USDC"],
    ["1", 7, "0.0000001 USDC"],
    ["-1", 7, "-0.0000001 USDC"],
    ["-25000000", 7, "-2.5 USDC"],
    ["12345678900000000", 7, "1,234,567,890 USDC"],
    ["10000000", 7, "1 USDC"],
    ["42", 0, "42 USDC"],
    ["-420", 0, "-420 USDC"],
    ["170141183460469231731687303715884105727", 38, "1.70141183460469231731687303715884105727 USDC"],
    ["170141183460469231731687303715884105727", 7, "17,014,118,346,046,923,173,168,730,371,588.4105727 USDC"],
  ])("of %s with %i decimals is %s", (base, decimals, text) => {
    expect(units(decimals).text(base, TOKEN)).toBe(text);
  });

  it("loses and adds nothing, whatever the amount", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(1n << 127n), max: (1n << 127n) - 1n }),
        fc.integer({ min: 0, max: 38 }),
        (base, d) => {
          const [whole = "", fraction = ""] = units(d, null)
            .text(base.toString(), TOKEN)!
            .replaceAll(",", "")
            .split(".");
          expect(fraction).not.toMatch(/0$/);
          expect(BigInt(whole.replace("-", "") + fraction.padEnd(d, "0"))).toBe(base < 0n ? -base : base);
          expect(whole.startsWith("-")).toBe(base < 0n);
          expect([whole, fraction].join(".").replace(/\.$/, "")).toBe(wholeTokens(base.toString(), d));
        },
      ),
    );
  });

  it("is not told where nobody knows how to read it", () => {
    for (const [base, token] of [
      ["5", contractId(4)],
      ["5", null],
      [null, TOKEN],
      ["present", TOKEN],
      ["1.5", TOKEN],
    ] as const) {
      expect(units(7).text(base, token)).toBeNull();
      expect(units(7).beside("shown", base, token)).toBe("shown");
    }
    expect(units(7, null).beside("25,000,000", "25000000", TOKEN)).toBe("25,000,000 (2.5)");
  });

  it("names the contract, too, where two tokens call themselves the same", () => {
    const both = [TOKEN, contractId(4)].map((token) => ({
      token,
      symbol: "USDC",
      decimals: 7,
      source: "chain" as const,
    }));
    expect(new Units({ tokens: both }).text("1", TOKEN)).toBe(`0.0000001 USDC ${TOKEN.slice(0, 6)}…${TOKEN.slice(-6)}`);
  });

  it("is told with who says so", () => {
    const short = `${TOKEN.slice(0, 6)}…${TOKEN.slice(-6)}`;
    expect(units(7).facts).toEqual([`USDC ${short} has 7 decimals (read from chain: what its issuer wrote)`]);
    expect(new Units({ tokens: [{ token: TOKEN, symbol: null, decimals: 2, source: "configuration" }] }).facts).toEqual(
      [`token ${short} has 2 decimals (as configured)`],
    );
  });
});
