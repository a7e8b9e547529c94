import type { Layout } from "../contract/layout.js";
import type { Discrepancy } from "../report/report.js";
import type { DatabaseMapping } from "../rules/mapping.js";

/** Fewer differences than this, or in fewer than three of four streams, are findings, not a wrong mapping. */
const FEW = 2;

/** A field that differs so often that the configuration is to blame, not the rows. */
export interface Clue {
  readonly found: string;
  readonly action: string;
}

/**
 * Mistakes in the configuration that explain differences in nearly every row.
 * @param onBothSides how many rows of the sample have a stream in the contract
 */
export function mappingClues(
  discrepancies: readonly Discrepancy[],
  onBothSides: number,
  mapping: DatabaseMapping,
  layout: Layout,
): Clue[] {
  const clues: Clue[] = [];
  for (const [name, { column }] of Object.entries(mapping.fields)) {
    const pairs = discrepancies.filter(({ field }) => field === name);
    if (pairs.length < FEW || pairs.length * 4 < onBothSides * 3) continue;
    const found = `${name} (column ${column}) differs in ${pairs.length} of ${onBothSides} streams`;
    const examples = `database ${shown(pairs[0]!.dbValue)}, on chain ${shown(pairs[0]!.onChainValue)}`;
    clues.push({
      found: `${found}, as in ${pairs[0]!.streamId}: ${examples}`,
      action: adviceFor(name, pairs, mapping, layout),
    });
  }
  return clues;
}

function adviceFor(name: string, pairs: readonly Discrepancy[], mapping: DatabaseMapping, layout: Layout): string {
  const type = layout.fields[name]?.type;
  if (type === "amount") {
    const decimals = decimalsBetween(pairs);
    const fitting = decimals === null ? null : mapping.amountDecimals + decimals;
    if (fitting !== null && fitting >= 0) {
      return `The two sides differ by a power of ten: database.amountDecimals: ${fitting}`;
    }
  }
  if (type === "status") {
    const names = statusesBetween(pairs);
    if (names !== null) return `If they mean the same: database.statuses: ${names}`;
  }
  if (type === "timestamp" && pairs.every((pair) => isThousandfold(pair))) {
    return `The column seems to be in milliseconds, but the contract uses seconds: compare a view with ${mapping.fields[name]!.column} / 1000`;
  }
  return `Check that database.fields.${name}.column is the right column and means the same as the contract's field.`;
}

/** How many decimals the database's amounts lack (below 0: have too many); null: decimals are not the difference. */
function decimalsBetween(pairs: readonly Discrepancy[]): number | null {
  const powers = new Set<number | null>();
  for (const { dbValue, onChainValue } of pairs) {
    if (dbValue === null || onChainValue === null || dbValue === "0" || onChainValue === "0") continue;
    powers.add(powerBetween(dbValue, onChainValue));
  }
  const [only] = powers;
  return powers.size === 1 ? (only ?? null) : null;
}

/** Two numbers differ by a power of ten if they differ only in their trailing zeros. */
function powerBetween(a: string, b: string): number | null {
  const significant = (text: string) => text.replace(/0+$/, "");
  return significant(a) === significant(b) && a !== b ? b.length - a.length : null;
}

/** The configuration that would make them equal; null: one name of the database means several of the contract. */
function statusesBetween(pairs: readonly Discrepancy[]): string | null {
  const names = new Map<string, string>();
  for (const { dbValue, onChainValue } of pairs) {
    if (dbValue === null || onChainValue === null) return null;
    if ((names.get(dbValue) ?? onChainValue) !== onChainValue) return null;
    names.set(dbValue, onChainValue);
  }
  const entries = [...names].map(([from, to]) => `${JSON.stringify(from)}: ${JSON.stringify(to)}`);
  return `{ ${entries.join(", ")} }`;
}

function isThousandfold({ dbValue, onChainValue }: Discrepancy): boolean {
  if (!/^\d+$/.test(dbValue ?? "") || !/^\d+$/.test(onChainValue ?? "")) return false;
  return BigInt(dbValue!) / 1000n === BigInt(onChainValue!) && onChainValue !== "0";
}

const shown = (value: string | null): string => (value === null ? "nothing" : JSON.stringify(value));
