import type { Report } from "../core/report/report.js";
import { integerDifference } from "./text/readable.js";

/** Differences of one field in streams of one token, in base units; both sums are zero or above. */
export interface FieldStake {
  readonly field: string;
  readonly findings: number;
  /** Summed over the findings where the contract's amount is the larger one. */
  readonly onChainMore: bigint;
  /** Summed over the findings where the database's amount is the larger one. */
  readonly databaseMore: bigint;
}

/** What findings concern of one token, in base units. */
export interface Stake {
  /** null: the report does not tell which token it is, so amounts of several tokens may be in here and are not added up. */
  readonly token: string | null;
  /** Of each drifted stream the largest difference of its amounts, summed; null where the token is not told. */
  readonly drift: bigint | null;
  readonly driftStreams: number;
  /** The same of lagging streams. */
  readonly lag: bigint | null;
  readonly lagStreams: number;
  /** What the escrow lacks to pay what it owes. */
  readonly shortfall: bigint;
  readonly fields: readonly FieldStake[];
}

/** Integers that are no amount of money by the words in their names: times, ids, counters, and rates. */
const NO_AMOUNT =
  /(^|[_\s])(ids?|at|time|times|timestamp|date|start|end|started|ended|ledger|seq|sequence|seconds?|duration|bps|percent|count|nonce|version|index|updated?)($|[_\s])/i;

export const isAmount = (field: string): boolean => !NO_AMOUNT.test(field.replace(/([a-z\d])([A-Z])/g, "$1_$2"));

/** The amounts at stake, by token, the largest first, exactly. Lists no token about which there is nothing to say. */
export function stakes(report: Report): Stake[] {
  const tallies = new Map<string | null, Tally>();
  const of = (token: string | null): Tally => {
    const known = tallies.get(token) ?? new Tally(token);
    tallies.set(token, known);
    return known;
  };
  for (const found of report.discrepancies) {
    const { streamId, field, classification, dbValue, onChainValue, token } = found;
    if (field === "presence") {
      // Listed, though the report does not tell the amounts of a stream that one side lacks.
      if (token !== null) of(token);
      continue;
    }
    const delta = isAmount(field) ? integerDifference(dbValue, onChainValue) : null;
    if (delta !== null && delta !== 0n) of(token).add(streamId, field, classification, delta);
  }
  for (const { invariant, streamId, values } of report.violations) {
    const { shortfall } = values;
    if (invariant === "solvent" && shortfall != null && /^\d+$/.test(shortfall)) {
      of(values.token ?? streamId).shortfall += BigInt(shortfall);
    }
  }
  return [...tallies.values()].map((tally) => tally.stake()).sort(largestFirst);
}

class Tally {
  readonly token: string | null;
  readonly #largest = { drift: new Map<string, bigint>(), lag: new Map<string, bigint>() };
  readonly #fields = new Map<string, FieldStake>();
  shortfall = 0n;

  constructor(token: string | null) {
    this.token = token;
  }

  add(streamId: string, field: string, classification: "drift" | "lag", delta: bigint): void {
    const size = delta < 0n ? -delta : delta;
    const largest = this.#largest[classification];
    if (size > (largest.get(streamId) ?? 0n)) largest.set(streamId, size);
    const { findings, onChainMore, databaseMore } = this.#fields.get(field) ?? {
      findings: 0,
      onChainMore: 0n,
      databaseMore: 0n,
    };
    this.#fields.set(field, {
      field,
      findings: findings + 1,
      onChainMore: onChainMore + (delta > 0n ? delta : 0n),
      databaseMore: databaseMore + (delta < 0n ? -delta : 0n),
    });
  }

  stake(): Stake {
    const sum = (amounts: ReadonlyMap<string, bigint>) =>
      this.token === null ? null : [...amounts.values()].reduce((a, b) => a + b, 0n);
    return {
      token: this.token,
      drift: sum(this.#largest.drift),
      driftStreams: this.#largest.drift.size,
      lag: sum(this.#largest.lag),
      lagStreams: this.#largest.lag.size,
      shortfall: this.shortfall,
      fields: [...this.#fields.values()],
    };
  }
}

function largestFirst(a: Stake, b: Stake): number {
  const [left, right] = [weight(a), weight(b)];
  return left === right ? 0 : left > right ? -1 : 1;
}

const weight = ({ drift, lag, shortfall }: Stake): bigint => shortfall + (drift ?? 0n) + (lag ?? 0n);
