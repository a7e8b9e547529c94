import type { Inspection } from "../../core/inspection/inspection.js";
import { type Align, grid } from "../text/grid.js";
import { grouped } from "../text/readable.js";
import { Units } from "../text/units.js";

/** The one place that writes an amount: base units, in groups of three digits. */
export const amountText = (value: bigint): string => grouped(String(value));

/** The same with the token's own units beside it, where they are known: "25,000,000 (2.5 USDC)". */
export function amountsOf({ token, tokens }: Pick<Inspection, "token" | "tokens">): (value: bigint) => string {
  const units = new Units({ tokens });
  return (value) => units.beside(amountText(value), String(value), token);
}

/** Names and what they stand for, in columns without headings, indented. */
export const pairs = (rows: readonly (readonly string[])[], width: number, aligns: readonly Align[] = []): string =>
  grid(rows, width - 2, aligns)
    .map((line) => `  ${line}`)
    .join("\n");
