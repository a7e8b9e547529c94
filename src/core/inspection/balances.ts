import type { Layout } from "../contract/layout.js";
import type { ChainStream } from "../contract/stream-struct.js";
import { statusBeforeCancel, VESTING_ROLES, vestingTerms } from "../rules/escrow-invariants.js";
import { OPEN_PHASES } from "../rules/liabilities.js";
import { ROLE, StreamFacts } from "../rules/stream-facts.js";
import { vested } from "../rules/vesting.js";
import { PHASES, phaseNames } from "../values/phase.js";

/** The time for which amounts were worked out. */
export interface BalanceTime {
  /** Seconds since the epoch. */
  readonly seconds: bigint;
  readonly source: /** The close of the ledger at which the entry was read. */
    | { readonly kind: "ledger"; readonly ledger: number }
    /** The close of a later ledger: the node does not tell that of the entry's own. */
    | { readonly kind: "later-ledger"; readonly ledger: number }
    /** This machine's clock: the node tells no close times. */
    | { readonly kind: "clock" };
}

/** What the stream's amounts come to at a moment, in base units. */
export interface Balances {
  readonly at: BalanceTime;
  readonly total: bigint;
  readonly released: bigint;
  /** What the recipient has earned; null where the layout does not say how it vests. */
  readonly vested: bigint | null;
  /** What the recipient could take out now. */
  readonly withdrawable: bigint | null;
  /** What the escrow still has to pay to anyone for this stream; null where nothing tells whether it is open. */
  readonly owed: bigint | null;
  /** Released beyond what had vested; 0: nothing. */
  readonly overpaid: bigint | null;
}

/** @returns null where the layout's roles, or this stream's values, do not tell */
export function balancesOf(stream: ChainStream, layout: Layout, at: BalanceTime): Balances | null {
  const facts = factsOf(stream, layout);
  if (!facts.has(ROLE.total) || !facts.has(ROLE.released)) return null;
  const [total, released] = [facts.int(ROLE.total), facts.int(ROLE.released)];
  const isOpen = whetherOpen(facts);
  const earned = vestsAsKnown(facts, layout) ? earnedAt(facts, at.seconds) : null;
  return {
    at,
    total,
    released,
    vested: earned,
    withdrawable: earned === null || isOpen === null ? null : isOpen && earned > released ? earned - released : 0n,
    owed: isOpen === null ? null : isOpen && total > released ? total - released : 0n,
    overpaid: earned === null ? null : released > earned ? released - earned : 0n,
  };
}

/** By the status, if its phase is known; by the flag where a contract has no more than that; null: nobody can tell. */
function whetherOpen(facts: StreamFacts): boolean | null {
  const phase = facts.has(ROLE.status) ? String(facts.phase) : null;
  if (phase !== null) return KNOWN_PHASES.includes(phase) ? OPEN_PHASES.includes(phase) : null;
  const active = facts.get(ROLE.active);
  return typeof active === "boolean" ? active : null;
}

const KNOWN_PHASES: readonly string[] = PHASES.map((phase) => phase.toUpperCase());

function factsOf(stream: ChainStream, layout: Layout): StreamFacts {
  const facts = new StreamFacts([], null, null, phaseNames(layout.phases));
  for (const [name, { role }] of Object.entries(layout.fields)) {
    const field = stream.get(name);
    if (role !== undefined && field !== undefined) facts.set(ROLE[role], field.value);
  }
  return facts;
}

/** The formula is one contract's own: a layout says that it holds by the invariants that rest on it. */
function vestsAsKnown(facts: StreamFacts, layout: Layout): boolean {
  const named = layout.invariants ?? [];
  const saysSo = named.includes("released_within_vested") || named.includes("cancel_paid_vested");
  return saysSo && VESTING_ROLES.every((role) => facts.has(ROLE[role]));
}

/** A stream that has ended earns nothing more: a cancelled one was settled by what it had earned then. */
function earnedAt(facts: StreamFacts, now: bigint): bigint {
  const terms = vestingTerms(facts);
  if (!facts.isStatus("CANCELLED") || !facts.has(ROLE.last_update)) return vested(terms, now);
  return vested({ ...terms, status: statusBeforeCancel(facts) }, facts.int(ROLE.last_update));
}
