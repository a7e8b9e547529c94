import type { ContractInvariant } from "../codes.js";
import type { KnownNextId } from "../contract/next-id.js";
import { readBalances, type TokenBalance } from "../contract/token-balance.js";
import type { Violation } from "../report/report.js";
import type { Liabilities } from "../rules/liabilities.js";
import type { EscrowReading } from "./escrow-parts.js";
import { readEscrow } from "./escrow-reading.js";
import type { EscrowOptions } from "./escrow-requests.js";
import { reportLifetime } from "./lifetime-notices.js";
import type { RunContext } from "./run-context.js";

/** What is known of one token: nothing wrong, where there is no violation and nothing undecided. */
interface Solvency {
  readonly token: string;
  readonly balance: TokenBalance;
  readonly violations: readonly Violation[];
  /** Why it cannot be told whether the contract can pay, and whether reading again may help; null: it is told. */
  readonly undecided: { readonly message: string; readonly mayClear: boolean } | null;
}

/** Without a violation in sight, more streams than this are not read again only to be exact about a moving escrow. */
const MOST_STREAMS_FOR_EXACTNESS = 200_000;

/** Reports tokens of which the contract holds too little, or of which that cannot be told. */
export async function reportSolvency(context: RunContext): Promise<void> {
  const { run, findings, books, read } = context;
  const { ledger } = findings;
  if (!context.isFull || run.dbOnly || ledger === null || !run.layout.invariants?.includes("solvent")) return;
  const { liabilities, completeness } = books;
  const counter = completeness.isPlausible ? completeness.counter : null;
  if (counter === null) liabilities.isComplete = false;
  for (const found of await checkSolvency(liabilities, { ...run, read, counter, notBefore: ledger.first })) {
    const { token, balance } = found;
    reportLifetime(context, `the contract's balance of ${token}`, balance.liveUntil, balance.ledger);
    reportLifetime(context, `the instance of token ${token}`, balance.tokenLiveUntil, balance.ledger);
    for (const violation of found.violations) context.addViolation(violation);
    if (found.undecided !== null) findings.addNotice("solvency_undecided", found.undecided.message);
  }
}

/**
 * Whether the contract's balance of each token covers what its streams are owed
 * (docs/contract-facts.md#streampays-invariants, 16). What was summed up during the run is the answer if nothing changed
 * meanwhile. Otherwise it is a first impression, and the escrow is read again until all of it is known at one ledger.
 * @param options `notBefore`: the ledger of the first read that went into `liabilities`. `counter`: null where the
 *   counter is unknown or beyond reason, so that the streams cannot be read again
 * @throws UnavailableError when the chain cannot be read
 */
async function checkSolvency(
  liabilities: Liabilities,
  options: Omit<EscrowOptions, "counter"> & { readonly counter: KnownNextId | null },
): Promise<readonly Solvency[]> {
  const tokens = [...liabilities.owed.keys()];
  const { counter } = options;
  const first = await firstImpression(tokens, liabilities, options);
  const found = new Map(tokens.map((token) => [token, solvencyOf(token, first)]));
  const isOpen = (token: string) => found.get(token)!.undecided?.mayClear === true;
  const isSuspect = (token: string) => {
    const { amount, isFrozen } = first.balances.get(token)!;
    return isFrozen || (amount ?? 0n) < first.owed.get(token)!;
  };
  const isSmall = liabilities.count <= MOST_STREAMS_FOR_EXACTNESS;
  const open = tokens.filter((token) => isOpen(token) && (isSmall || isSuspect(token)));
  // With their balances a request still has room for streams.
  const atATime = Math.max(1, Math.floor(options.chain.maxKeysPerRead / 4));
  for (let at = 0; counter !== null && at < open.length; at += atATime) {
    const some = open.slice(at, at + atATime);
    for await (const reading of readEscrow(some, { ...options, counter })) {
      for (const token of some.filter(isOpen)) found.set(token, solvencyOf(token, reading));
      if (!some.some(isOpen)) break;
    }
  }
  return [...found.values()];
}

async function firstImpression(
  tokens: readonly string[],
  { owed, newest, isComplete }: Liabilities,
  { chain, contractId, read, notBefore }: Omit<EscrowOptions, "counter">,
): Promise<EscrowReading> {
  const { balances, ledger } = await readBalances(chain, tokens, contractId, { ...read, anyLedger: true });
  const known = [...balances.values()].filter(({ amount }) => amount !== null);
  const newestChange = Math.max(newest, ...known.map(({ modified }) => modified));
  return { owed, balances, proof: newestChange <= Math.min(notBefore, ledger) ? "one-ledger" : "mixed", isComplete };
}

function solvencyOf(token: string, { owed: owedByToken, balances, proof, isComplete }: EscrowReading): Solvency {
  const owed = owedByToken.get(token) ?? 0n;
  const balance = balances.get(token)!;
  const { amount, isFrozen } = balance;
  const undecided = (message: string, mayClear: boolean) => ({
    ...{ token, balance, violations: [] },
    undecided: { message, mayClear },
  });
  if (amount === null) {
    const why = "its balance is missing, cannot be trusted, or has no known form";
    return undecided(`what the contract holds of ${token} cannot be told: ${why}`, false);
  }
  const violations = [
    ...(isFrozen && owed > 0n ? [frozen(token, amount, owed)] : []),
    ...(amount < owed ? [shortfall(token, amount, owed)] : []),
  ];
  if (proof !== "mixed" && violations.length > 0) return { token, balance, violations, undecided: null };
  if (proof !== "one-ledger") {
    const why = "it was paid into or from whenever its streams were read: run again";
    return undecided(`whether the contract holds enough of ${token} cannot be told: ${why}`, true);
  }
  if (isComplete) return { token, balance, violations, undecided: null };
  const message = `the contract holds enough of ${token} for the streams that could be read, but not all could`;
  // Of an unreadable row the stream was not read at all.
  return undecided(message, true);
}

function shortfall(token: string, amount: bigint, owed: bigint): Violation {
  const missing = owed - amount;
  const message =
    `the contract holds ${amount} of the token, but its streams are owed ${owed}: ${missing} are missing ` +
    "(at least: other kinds of streams in the same contract are not counted)";
  return violation("solvent", token, message, { balance: amount, owed, shortfall: missing });
}

function frozen(token: string, amount: bigint, owed: bigint): Violation {
  const message =
    `the contract's balance of the token is frozen (not authorized by its issuer): none of the ${amount} can be paid ` +
    `out, and the streams are owed ${owed}`;
  return violation("balance_frozen", token, message, { balance: amount, owed });
}

function violation(
  invariant: ContractInvariant,
  token: string,
  message: string,
  amounts: Readonly<Record<string, bigint>>,
): Violation {
  const values = Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount.toString()]));
  return { streamId: token, invariant, side: "on_chain", message, values: { token, ...values } };
}
