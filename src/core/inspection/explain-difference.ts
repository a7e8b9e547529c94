import type { StreamEvent } from "./stream-event.js";

/** How much of one amount's difference the events account for. */
export interface EventExplanation {
  readonly kind: /** These amounts are exactly what the database lacks. */
    | "missed"
    /** These amounts are exactly what the database counted once too often. */
    | "counted-twice"
    /** These amounts are part of the difference. */
    | "partly"
    | "unexplained";
  /** How much of the difference the amounts make up. */
  readonly explained: bigint;
  readonly events: readonly ExplainingAmount[];
  /** How many amounts were combined, and how many there were. Each one doubles the combinations. */
  readonly combined: { readonly tried: number; readonly of: number };
}

export interface ExplainingAmount {
  readonly event: StreamEvent;
  readonly amount: bigint;
}

/** The most amounts to combine, which takes 2 times 2^12 sums. */
const MOST_COMBINED = 24;

/**
 * Finds the events whose amounts add up exactly to the difference. Prefers the most likely cause: the latest
 * consecutive events of one kind, then of all kinds, then the fewest events of any kind.
 * @param difference on-chain minus database @param events in order, the latest last
 * @param falls whether events reduce the amount, as payments reduce a balance, instead of increasing it
 */
export function explainDifference(
  difference: bigint,
  events: readonly StreamEvent[],
  falls: boolean = false,
): EventExplanation {
  const all = events.flatMap((event) =>
    event.amounts.flatMap(({ label, value }) => (value === 0n ? [] : [{ event, amount: value, label }])),
  );
  const wanted = difference < 0n ? -difference : difference;
  const lacksEvents = falls ? difference < 0n : difference > 0n;
  const combined = { tried: Math.min(all.length, MOST_COMBINED), of: all.length };
  const groups = [...groupsOf(all), all];
  const exact =
    firstOf(groups, (group) => suffixOf(group, wanted)) ??
    firstOf(groups, (group) => subsetOf(group.slice(-MOST_COMBINED), wanted));
  if (exact !== null) {
    return { kind: lacksEvents ? "missed" : "counted-twice", explained: difference, events: exact, combined };
  }
  // There is no partial explanation for an event counted too often: any event would fit.
  const part = lacksEvents ? greatestSuffix(groups, wanted) : null;
  if (part === null) return { kind: "unexplained", explained: 0n, events: [], combined };
  return { kind: "partly", explained: falls ? -sumOf(part) : sumOf(part), events: part, combined };
}

interface Candidate extends ExplainingAmount {
  readonly label: string;
}

/** Groups amounts with the same event name and label, which mean the same thing. */
function groupsOf(all: readonly Candidate[]): Candidate[][] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of all) {
    const key = `${candidate.event.name} ${candidate.label}`;
    groups.set(key, [...(groups.get(key) ?? []), candidate]);
  }
  return [...groups.values()];
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}

const sumOf = (amounts: readonly ExplainingAmount[]): bigint => amounts.reduce((sum, { amount }) => sum + amount, 0n);

function suffixOf(group: readonly Candidate[], wanted: bigint): readonly Candidate[] | null {
  let sum = 0n;
  for (let i = group.length - 1; i >= 0; i--) {
    sum += group[i]!.amount;
    if (sum === wanted) return group.slice(i);
  }
  return null;
}

/** The latest consecutive events whose sum comes closest to the difference without exceeding it. */
function greatestSuffix(groups: readonly (readonly Candidate[])[], wanted: bigint): readonly Candidate[] | null {
  let best: readonly Candidate[] | null = null;
  for (const group of groups) {
    let sum = 0n;
    for (let i = group.length - 1; i >= 0; i--) {
      sum += group[i]!.amount;
      if (sum <= 0n || sum > wanted) break;
      if (best === null || sum > sumOf(best)) best = group.slice(i);
    }
  }
  return best;
}

/** The fewest amounts that add up to it, preferring the latest; combines the sums of two halves. */
function subsetOf(group: readonly Candidate[], wanted: bigint): readonly Candidate[] | null {
  const middle = group.length >> 1;
  const fewest = new Map<bigint, number>();
  const lower = sumsOf(group.slice(0, middle));
  lower.forEach((sum, bits) => {
    const known = fewest.get(sum);
    if (known === undefined || bitCount(bits) <= bitCount(known)) fewest.set(sum, bits);
  });
  let best: { readonly lower: number; readonly upper: number; readonly count: number } | null = null;
  sumsOf(group.slice(middle)).forEach((sum, upper) => {
    const lower = fewest.get(wanted - sum);
    if (lower === undefined || (lower === 0 && upper === 0)) return;
    const count = bitCount(lower) + bitCount(upper);
    if (best === null || count < best.count || (count === best.count && upper > best.upper)) {
      best = { lower, upper, count };
    }
  });
  if (best === null) return null;
  const { lower: low, upper } = best as { lower: number; upper: number };
  return group.filter((_, i) => (i < middle ? (low >> i) & 1 : (upper >> (i - middle)) & 1) === 1);
}

/** The sum of every subset; bit i of its index says whether the i-th amount is in it. */
function sumsOf(group: readonly Candidate[]): bigint[] {
  const sums = [0n];
  for (const { amount } of group) for (let i = 0, n = sums.length; i < n; i++) sums.push(sums[i]! + amount);
  return sums;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
