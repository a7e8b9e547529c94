import type { Layout } from "../contract/layout.js";
import type { ChainStream } from "../contract/stream-struct.js";
import { statusBeforeCancel, VESTING_ROLES, vestingTerms } from "../rules/escrow-invariants.js";
import { OPEN_PHASES } from "../rules/liabilities.js";
import { ROLE, StreamFacts } from "../rules/stream-facts.js";
import { vested } from "../rules/vesting.js";
import { PHASES, phaseNames } from "../values/phase.js";

/** The time for which amounts were computed. */
export interface BalanceTime {
  /** Seconds since the epoch. */
  readonly seconds: bigint;
  readonly source: /** The close of the ledger at which the entry was read. */
    | { readonly kind: "ledger"; readonly ledger: number }
    /** The close of a later ledger, as the node does not report the close of the entry's own. */
    | { readonly kind: "later-ledger"; readonly ledger: number }
    /** This machine's clock, as the node reports no close times. */
    | { readonly kind: "clock" };
}

/** The stream's amounts at a given time, in base units. */
export interface Balances {
  readonly at: BalanceTime;
  readonly total: bigint;
  readonly released: bigint;
  /** What the recipient has earned; null if the layout does not say how the stream vests. */
  readonly vested: bigint | null;
  /** What the recipient could withdraw now. */
  readonly withdrawable: bigint | null;
  /** What the escrow still owes for this stream to anyone; null if it is unknown whether the stream is open. */
  readonly owed: bigint | null;
  /** The amount released beyond what had vested. */
  readonly overpaid: bigint | null;
}

/** @returns null if the layout's roles or the stream's values are insufficient */
export function balancesOf(stream: ChainStream, layout: Layout, at: BalanceTime): Balances | null {
  const facts = factsOf(stream, layout);
  if (!facts.has(ROLE.total) || !facts.has(ROLE.released)) return null;
  const [total, released] = [facts.int(ROLE.total), facts.int(ROLE.released)];
  const isOpen = openState(facts);
  const earned = hasKnownVesting(facts, layout) ? earnedAt(facts, at.seconds) : null;
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

/** Whether the stream is open, by its status or, without one, by its active flag; null: unknown. */
function openState(facts: StreamFacts): boolean | null {
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

/** The vesting formula applies only if the layout names an invariant that relies on it. */
function hasKnownVesting(facts: StreamFacts, layout: Layout): boolean {
  const named = layout.invariants ?? [];
  const reliesOnIt = named.includes("released_within_vested") || named.includes("cancel_paid_vested");
  return reliesOnIt && VESTING_ROLES.every((role) => facts.has(ROLE[role]));
}

/** A cancelled stream stopped earning at its cancellation. */
function earnedAt(facts: StreamFacts, now: bigint): bigint {
  const terms = vestingTerms(facts);
  if (!facts.isStatus("CANCELLED") || !facts.has(ROLE.last_update)) return vested(terms, now);
  return vested({ ...terms, status: statusBeforeCancel(facts) }, facts.int(ROLE.last_update));
}
