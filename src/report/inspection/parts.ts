import type { ChalkInstance } from "chalk";
import type { Inspection } from "../../core/inspection/inspection.js";
import { type Column, grid } from "../text/grid.js";
import { grouped } from "../text/readable.js";
import { Units } from "../text/units.js";

/** The one place that writes an amount: base units, in groups of three digits. */
export const amountText = (value: bigint): string => grouped(String(value));

/** The same with the token's own units beside it, where they are known: "25,000,000 (2.5 USDC)". */
export function amountsOf({ token, tokens }: Pick<Inspection, "token" | "tokens">): (value: bigint) => string {
  const units = new Units({ tokens });
  return (value) => units.beside(amountText(value), String(value), token);
}

/** A block with its heading; nothing where there is nothing to show. */
export const titled = (title: string, body: string, paint: ChalkInstance): string =>
  body === "" ? "" : `${paint.bold(title)}\n${body}`;

/** Names and what they stand for, in columns without headings, indented. */
export function pairs(rows: readonly (readonly string[])[], width: number, align: readonly Column["align"][] = []) {
  if (rows.length === 0) return "";
  const columns = rows[0]!.map((_, i): Column => ({ title: "", align: align[i] ?? "left" }));
  const [, ...lines] = grid(columns, rows, width - 2).split("\n");
  return lines.map((line) => `  ${line}`).join("\n");
}
