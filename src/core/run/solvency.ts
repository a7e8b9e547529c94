import type { ContractInvariant } from "../codes.js";
import type { TokenBalance } from "../contract/token-balance.js";
import type { Violation } from "../report/report.js";
import type { Liabilities } from "../rules/liabilities.js";
import { type EscrowOptions, type EscrowReading, readEscrow, readTokens } from "./escrow-reading.js";
import type { RunContext } from "./run-context.js";

export type Solvency =
  | { readonly kind: "solvent"; readonly token: string }
  | { readonly kind: "insolvent"; readonly token: string; readonly violation: Violation }
  | { readonly kind: "undecided"; readonly token: string; readonly message: string };

/** How often all streams are read again in search of a moment at which nothing moved. */
const MAX_READINGS = 3;
/** Without a shortfall in sight, more streams than this are not read again only to be exact about a moving escrow. */
const MOST_STREAMS_FOR_EXACTNESS = 20_000;

/** Reports tokens of which the contract holds too little, or of which that cannot be told. */
export async function reportSolvency(context: RunContext): Promise<void> {
  const { run, findings, books, read } = context;
  const { ledger } = findings;
  if (!context.isFull || run.dbOnly || ledger === null || !run.layout.invariants?.includes("solvent")) return;
  const { liabilities, completeness } = books;
  const isCountable = completeness.nextId !== null && completeness.isPlausible;
  if (!isCountable) liabilities.isComplete = false;
  for (const found of await checkSolvency(liabilities, ledger.first, { ...run, read, isCountable })) {
    if (found.kind === "insolvent") context.addViolation(found.violation);
    if (found.kind === "undecided") findings.addNotice("solvency_undecided", found.message);
  }
}

/**
 * Whether the contract's balance of each token covers what its streams are owed
 * (docs/contract-facts.md#streampays-invariants, 16). What was summed up while the chain moved is a first impression: a
 * shortfall counts once balance and streams were read with nothing in between, and is undecided without such a moment.
 * @param firstLedger the ledger of the first read that went into `liabilities`
 * @param options `isCountable`: the contract's counter is known and within reason, so its streams can be read again
 * @throws UnavailableError when the chain cannot be read
 */
export async function checkSolvency(
  liabilities: Liabilities,
  firstLedger: number,
  options: EscrowOptions & { readonly isCountable: boolean },
): Promise<Solvency[]> {
  const tokens = [...liabilities.owed.keys()];
  if (tokens.length === 0) return [];
  const balances = await readTokens(tokens, options);
  let reading: EscrowReading = {
    owed: liabilities.owed,
    balances,
    quietSince: firstLedger,
    isLowerBound: false,
    isComplete: liabilities.isComplete,
  };
  const maxReadings = options.isCountable ? MAX_READINGS : 0;
  for (let readings = 1; readings <= maxReadings; readings++) {
    const isOpen = (token: string) =>
      solvencyOf(token, reading).kind === "undecided" && isWorthAnotherLook(reading, token);
    if (!tokens.some(isOpen)) break;
    reading = await readEscrow(tokens, options);
  }
  return tokens.map((token) => solvencyOf(token, reading));

  function isWorthAnotherLook({ owed, balances }: EscrowReading, token: string): boolean {
    const amount = balances.get(token)?.amount ?? null;
    if (amount === null) return false;
    return amount < (owed.get(token) ?? 0n) || liabilities.count <= MOST_STREAMS_FOR_EXACTNESS;
  }
}

/** Whatever changes what a stream is owed moves the token, too: a balance that stood still vouches for the streams. */
function isQuiet({ balances, quietSince }: EscrowReading, token: string): boolean {
  return (balances.get(token)?.modified ?? 0) <= quietSince;
}

function solvencyOf(token: string, reading: EscrowReading): Solvency {
  const owed = reading.owed.get(token) ?? 0n;
  const { amount } = reading.balances.get(token) as TokenBalance;
  if (amount === null) {
    const message = `what the contract holds of ${token} cannot be told: its balance is missing, cannot be trusted, or has no known form`;
    return { kind: "undecided", token, message };
  }
  if (amount >= owed && !reading.isComplete) {
    const message = `the contract holds enough of ${token} for the streams that could be read, but not all could`;
    return { kind: "undecided", token, message };
  }
  if (amount >= owed && !isQuiet(reading, token)) {
    const message = `the contract seems to hold enough of ${token}, but it was paid into or from while its streams were read`;
    return { kind: "undecided", token, message };
  }
  if (amount >= owed) return { kind: "solvent", token };
  const shortfall = owed - amount;
  if (!isQuiet(reading, token) && !reading.isLowerBound) {
    const message = `the contract seems to hold ${shortfall} too little of ${token}, but it was paid from whenever its streams were read: run again`;
    return { kind: "undecided", token, message };
  }
  const message =
    `the contract holds ${amount} of the token, but its streams are owed ${owed}: ${shortfall} are missing ` +
    "(at least: other kinds of streams in the same contract are not counted)";
  const values = { token, balance: amount.toString(), owed: owed.toString(), shortfall: shortfall.toString() };
  return {
    kind: "insolvent",
    token,
    violation: { streamId: token, invariant: "solvent" satisfies ContractInvariant, side: "on_chain", message, values },
  };
}
