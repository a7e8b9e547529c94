import type { Report } from "../core/report.js";
import { grouped } from "./readable.js";

/** What is known of a token's units. */
export interface TokenUnits {
  readonly token: string | null;
  readonly symbol: string | null;
  readonly decimals: number | null;
}

/** The amount in the token's units, exactly; null where its decimals are not known. */
export function amountInUnits(amount: bigint, { symbol, decimals }: TokenUnits): string | null {
  if (decimals === null) return null;
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const part = digits.slice(digits.length - decimals).replace(/0+$/, "");
  const number = `${amount < 0n ? "-" : ""}${grouped(whole)}${part === "" ? "" : `.${part}`}`;
  return symbol === null ? number : `${number} ${symbol}`;
}

/** How a token is called: by its symbol and address. */
export function tokenName({ token, symbol }: TokenUnits): string {
  const address = token ?? "not told";
  return symbol === null ? address : `${symbol} (${address})`;
}

/** The tokens whose units the report tells; reports of earlier versions tell of none. */
export const tokensOf = (report: Report & { readonly tokens?: readonly TokenUnits[] }): readonly TokenUnits[] =>
  report.tokens ?? [];
