import type { Report, TokenUnits } from "../../core/report/report.js";
import { grouped, INTEGER, printable, shortened } from "./readable.js";

/** How a report's tokens are to be read. */
export class Units {
  readonly #tokens: readonly TokenUnits[];

  constructor({ tokens }: Pick<Report, "tokens">) {
    this.#tokens = tokens;
  }

  /** An amount of base units in whole tokens, exact: "2.5 USDC"; null if the text is no amount or the token's units are unknown. */
  text(baseUnits: string | null, token: string | null | undefined): string | null {
    const units = this.of(token);
    if (units === null || baseUnits === null || !INTEGER.test(baseUnits)) return null;
    const [whole = "", fraction] = wholeTokens(baseUnits, units.decimals).split(".");
    const number = fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}`;
    return [number, this.#nameOf(units)].filter((part) => part !== "").join(" ");
  }

  /** What is known of a token; null where nothing is. */
  of(token: string | null | undefined): TokenUnits | null {
    return this.#tokens.find((known) => known.token === token) ?? null;
  }

  /** "25,000,000 (2.5 USDC)"; `shown` alone if the token's units are unknown. */
  beside(shown: string, baseUnits: string | null, token: string | null | undefined): string {
    const text = this.text(baseUnits, token);
    return text === null ? shown : `${shown} (${text})`;
  }

  /** Who says how the amounts are to be read, a line a token. */
  get facts(): string[] {
    return this.#tokens.map(({ token, symbol, decimals, source }) => {
      const name = symbol === null ? "token" : printable(symbol);
      const origin = source === "chain" ? "read from chain: what its issuer wrote" : "as configured";
      return `${name} ${shortened(token)} has ${decimals} decimals (${origin})`;
    });
  }

  /** Two tokens may call themselves the same. */
  #nameOf({ token, symbol }: TokenUnits): string {
    if (symbol === null) return "";
    const isUnique = this.#tokens.filter((other) => other.symbol === symbol).length === 1;
    return isUnique ? printable(symbol) : `${printable(symbol)} ${shortened(token)}`;
  }
}

/** An integer of base units as a decimal number of whole tokens, exact, for programs: "-2.5". */
export function wholeTokens(baseUnits: string, decimals: number): string {
  const sign = baseUnits.startsWith("-") ? "-" : "";
  const digits = baseUnits.slice(sign.length).padStart(decimals + 1, "0");
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  const whole = digits.slice(0, digits.length - decimals).replace(/^0+(?=\d)/, "");
  return `${sign}${whole}${decimals === 0 || fraction === "" ? "" : `.${fraction}`}`;
}
