import type { ContractInvariant, StreamInvariant } from "../codes.js";
import type { Role } from "../values/field.js";
import { ROLE, type StreamFacts } from "./stream-facts.js";
import { type VestingTerms, vested } from "./vesting.js";

/**
 * What must hold of one side alone. The numbers are those of docs/contract-facts.md#streampays-invariants.
 * Each invariant reports only what no other one reports, so that one fault is one finding.
 */
export interface Invariant {
  readonly name: StreamInvariant;
  /** Roles that must be present with a value; otherwise the invariant does not apply. */
  readonly needs: readonly Role[];
  /** Holds for every escrow (`general`), or only where the layout names it. */
  readonly general: boolean;
  /** The phases of a stream in which it applies; without them, in all, and where the phase is not known. */
  readonly phases?: readonly string[];
  /** Whether it needs the time of the ledger, besides the roles. */
  readonly needsTime?: boolean;
  /** Whether the database's own values must satisfy it too. */
  readonly database: boolean;
  /** What is wrong, in words; null when it holds. */
  violation(facts: StreamFacts): string | null;
}

/** Open beyond a draft, whose untouched amounts are draft_untouched's to report. */
const RUNNING = ["ACTIVE", "PAUSED"] as const;

/** What released_within_total reports; the others leave it to that one. */
const releasedAboveTotal = (s: StreamFacts): boolean =>
  s.has(ROLE.total) && s.has(ROLE.released) && s.int(ROLE.total) >= 0n && s.int(ROLE.released) > s.int(ROLE.total);

/** The network's first ledger closed in 2015: an earlier time is that of a contract's tests, which may start at 0. */
const NETWORK_SINCE = 1_443_571_200n;

export const VESTING_ROLES = ["status", "total", "start", "end", "duration", "paused_at", "total_paused"] as const;

export const INVARIANTS: readonly Invariant[] = [
  {
    // 1
    name: "id_matches_key",
    needs: ["id"],
    general: true,
    database: false,
    violation: (s) =>
      s.keyId === null || s.int(ROLE.id) === s.keyId
        ? null
        : `the entry stored under id ${s.keyId} says that its id is ${s.int(ROLE.id)}`,
  },
  {
    // 3
    name: "total_not_negative",
    needs: ["total"],
    general: true,
    database: true,
    violation: (s) => (s.int(ROLE.total) < 0n ? `the total is negative: ${s.int(ROLE.total)}` : null),
  },
  {
    // 3
    name: "released_not_negative",
    needs: ["released"],
    general: true,
    database: true,
    violation: (s) => (s.int(ROLE.released) < 0n ? `the released amount is negative: ${s.int(ROLE.released)}` : null),
  },
  {
    // 3
    name: "released_within_total",
    needs: ["total", "released"],
    general: true,
    database: true,
    violation: (s) =>
      releasedAboveTotal(s) ? `released is above total by ${s.int(ROLE.released) - s.int(ROLE.total)}` : null,
  },
  {
    // 3
    name: "parties_differ",
    needs: ["sender", "recipient"],
    general: false,
    database: true,
    violation: (s) => (s.isSame(ROLE.sender, ROLE.recipient) ? "sender and recipient are the same address" : null),
  },
  {
    // 3
    name: "total_positive",
    needs: ["total"],
    general: false,
    database: false,
    violation: (s) =>
      s.int(ROLE.total) === 0n && !releasedAboveTotal(s)
        ? "the total is zero; the contract creates no such stream"
        : null,
  },
  {
    // 4
    name: "settled_fully_released",
    needs: ["status", "total", "released"],
    phases: ["SETTLED"],
    general: false,
    database: true,
    violation: (s) =>
      s.int(ROLE.released) >= 0n && s.int(ROLE.released) < s.int(ROLE.total)
        ? `the stream is settled, but ${s.int(ROLE.total) - s.int(ROLE.released)} of its total was never released`
        : null,
  },
  {
    // 5
    name: "open_not_fully_released",
    needs: ["status", "total", "released"],
    phases: RUNNING,
    general: false,
    database: false,
    violation: (s) =>
      s.int(ROLE.total) > 0n && s.int(ROLE.released) === s.int(ROLE.total)
        ? "everything is released, but the stream is not settled"
        : null,
  },
  {
    // 6
    name: "draft_untouched",
    needs: ["status"],
    phases: ["DRAFT"],
    general: false,
    database: false,
    violation: (s) => {
      const touched = (["released", "start", "paused_at", "total_paused"] as const).filter(
        (role) => s.has(ROLE[role]) && s.int(ROLE[role]) > 0n && !(role === "released" && releasedAboveTotal(s)),
      );
      return touched.length === 0 ? null : `a draft has never run, but these are not zero: ${touched.join(", ")}`;
    },
  },
  {
    // 7; a draft's start is draft_untouched's to report
    name: "window_valid",
    needs: ["start", "end"],
    general: false,
    database: false,
    violation: (s) => {
      if (s.int(ROLE.start) === 0n || s.isStatus("DRAFT")) return null;
      if (s.int(ROLE.end) <= s.int(ROLE.start))
        return `the stream ends at ${s.int(ROLE.end)}, not after its start at ${s.int(ROLE.start)}`;
      return s.has(ROLE.duration) && s.int(ROLE.duration) <= 0n
        ? `the stream has started, but its duration is ${s.int(ROLE.duration)}`
        : null;
    },
  },
  {
    // 9; a draft's paused_at is draft_untouched's to report
    name: "pause_consistent",
    needs: ["status", "paused_at"],
    phases: RUNNING,
    general: false,
    database: false,
    violation: (s) => {
      const pausedAt = s.int(ROLE.paused_at);
      if (s.isStatus("ACTIVE")) return pausedAt === 0n ? null : `the stream is active, but paused_at is ${pausedAt}`;
      if (pausedAt === 0n) return "the stream is paused, but paused_at is 0";
      return s.has(ROLE.last_update) && pausedAt > s.int(ROLE.last_update)
        ? `the stream was paused at ${pausedAt}, after its last update at ${s.int(ROLE.last_update)}`
        : null;
    },
  },
  {
    // 14
    name: "fee_within_limit",
    needs: ["fee_bps"],
    general: false,
    database: false,
    violation: (s) =>
      s.int(ROLE.fee_bps) > 10_000n ? `the fee is ${s.int(ROLE.fee_bps)} basis points, above 10000` : null,
  },
  {
    // 15
    name: "never_ended",
    needs: ["status"],
    phases: ["ENDED"],
    general: false,
    database: false,
    violation: () => "the contract never sets the status Ended",
  },
  {
    // 8; what an amendment can explain is window_amended's to report
    name: "window_consistent",
    needs: ["start", "end", "duration", "total_paused"],
    general: false,
    database: false,
    violation: (s) => {
      const stretch = windowStretch(s);
      if (stretch === null || (stretch >= 0n && stretch <= s.int(ROLE.total_paused))) return null;
      return `end is not start + duration + paused time: it is off by ${stretch - s.int(ROLE.total_paused)} s, which no amendment explains`;
    },
  },
  {
    // 8
    name: "window_amended",
    needs: ["start", "end", "duration", "total_paused"],
    general: false,
    database: false,
    violation: (s) => {
      const stretch = windowStretch(s);
      if (stretch === null || stretch < 0n || stretch >= s.int(ROLE.total_paused)) return null;
      return `end is ${s.int(ROLE.total_paused) - stretch} s before start + duration + paused time: the window was amended, which the contract allows`;
    },
  },
  {
    // 10
    name: "released_within_vested",
    needs: [...VESTING_ROLES, "released"],
    phases: RUNNING,
    needsTime: true,
    general: false,
    database: false,
    violation: (s) => {
      // Nonsense in the window, the pause or the amounts is for other invariants to report.
      if (!hasWindow(s) || s.int(ROLE.released) >= s.int(ROLE.total)) return null;
      if (s.isStatus("PAUSED") && s.int(ROLE.paused_at) === 0n) return null;
      const earned = vested(vestingTerms(s), s.now!);
      return s.int(ROLE.released) > earned
        ? `released is above what had vested by ledger time ${s.now}: overpaid by ${s.int(ROLE.released) - earned}. The contract itself allows this after an amendment that stretches the window; a cancel would then refund too much`
        : null;
    },
  },
  {
    // 11
    name: "settled_after_end",
    needs: ["status", "end", "last_update"],
    phases: ["SETTLED"],
    general: false,
    database: false,
    violation: (s) =>
      s.int(ROLE.last_update) < s.int(ROLE.end)
        ? `the stream was settled at ${s.int(ROLE.last_update)}, before its end at ${s.int(ROLE.end)}`
        : null,
  },
  {
    // 12; above total is released_within_total's to report, below zero released_not_negative's
    name: "cancel_paid_vested",
    needs: [...VESTING_ROLES, "released", "last_update"],
    phases: ["CANCELLED"],
    general: false,
    database: false,
    violation: (s) => {
      if (s.int(ROLE.released) > s.int(ROLE.total) || s.int(ROLE.released) < 0n) return null;
      if (s.int(ROLE.start) > 0n && !hasWindow(s)) return null;
      const earned = vested({ ...vestingTerms(s), status: statusBeforeCancel(s) }, s.int(ROLE.last_update));
      const surplus = s.int(ROLE.released) - earned;
      if (surplus > 0n) return `the cancelled stream had paid more than had vested: overpaid by ${surplus}`;
      return surplus < 0n ? `the cancel left ${-surplus} of what had vested unpaid` : null;
    },
  },
  {
    // 13
    name: "not_from_the_future",
    needs: ["last_update", "start"],
    needsTime: true,
    general: false,
    database: false,
    violation: (s) =>
      s.int(ROLE.last_update) > s.now! && s.int(ROLE.last_update) !== s.int(ROLE.start)
        ? `the last update at ${s.int(ROLE.last_update)} is after ledger time ${s.now}`
        : null,
  },
  {
    // docs/contract-facts.md#streampay-contracts
    name: "balance_not_negative",
    needs: ["balance"],
    general: true,
    database: true,
    violation: (s) => (s.int(ROLE.balance) < 0n ? `the balance is negative: ${s.int(ROLE.balance)}` : null),
  },
  {
    // docs/contract-facts.md#streampay-contracts
    name: "rate_positive",
    needs: ["rate"],
    general: false,
    database: true,
    violation: (s) =>
      s.int(ROLE.rate) <= 0n ? `the rate is ${s.int(ROLE.rate)}; the contract creates no such stream` : null,
  },
  {
    // docs/contract-facts.md#streampay-contracts
    name: "active_has_started",
    needs: ["active", "start"],
    needsTime: true,
    general: false,
    database: false,
    violation: (s) =>
      s.get(ROLE.active) === true && s.int(ROLE.start) === 0n && s.now! >= NETWORK_SINCE
        ? "the stream is active, but has never been started"
        : null,
  },
];

/** Invariants of the contract as a whole, which other files check: that a layout may name them, they are listed here. */
export const CONTRACT_INVARIANTS = ["ids_complete", "solvent"] as const satisfies readonly ContractInvariant[];

export function vestingTerms(s: StreamFacts): VestingTerms {
  return {
    status: String(s.phase),
    total: s.int(ROLE.total),
    start: s.int(ROLE.start),
    end: s.int(ROLE.end),
    duration: s.int(ROLE.duration),
    pausedAt: s.int(ROLE.paused_at),
    totalPaused: s.int(ROLE.total_paused),
  };
}

/** A cancel keeps paused_at, and start stays 0 in a stream that never ran. */
export function statusBeforeCancel(s: StreamFacts): string {
  if (s.int(ROLE.start) === 0n) return "DRAFT";
  return s.int(ROLE.paused_at) > 0n ? "PAUSED" : "ACTIVE";
}

/** Seconds between start + duration and the end; null where draft_untouched or window_valid reports on them. */
function windowStretch(s: StreamFacts): bigint | null {
  return hasWindow(s) ? s.int(ROLE.end) - s.int(ROLE.start) - s.int(ROLE.duration) : null;
}

/** Whether the stream has started and its window is what window_valid asks for. */
function hasWindow(s: StreamFacts): boolean {
  if (s.isStatus("DRAFT") || s.int(ROLE.start) === 0n) return false;
  return s.int(ROLE.end) > s.int(ROLE.start) && s.int(ROLE.duration) > 0n;
}

/** The invariants that a layout's streams must satisfy: the general ones and those that the layout names. */
export function invariantsOf(layout: { readonly invariants?: readonly string[] }): readonly Invariant[] {
  const named = new Set(layout.invariants ?? []);
  return INVARIANTS.filter(({ general, name }) => general || named.has(name));
}
