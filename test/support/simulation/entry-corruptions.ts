import type { StreamStruct } from "../streampay-contract.js";
import type { SeededRandom } from "./seeded-random.js";
import { vestedAmount } from "./vested-amount.js";

export interface CorruptionContext {
  readonly random: SeededRandom;
  /** Close time of the ledger in which the entry is written, seconds. */
  readonly now: bigint;
  /** A time that no run of the tool reaches. */
  readonly farAhead: bigint;
}

/** A state that the contract cannot store, and the invariant that reveals it. */
export interface EntryCorruption {
  readonly invariant: string;
  /** The corrupted entry; null where this stream is no place for it. */
  corrupt(stream: StreamStruct, context: CorruptionContext): StreamStruct | null;
}

const isActive = (stream: StreamStruct) => stream.status === "Active" && stream.start_time > 0n;
const isTraceless = (stream: StreamStruct) => stream.end_time === stream.start_time + stream.duration;

export const ENTRY_CORRUPTIONS: readonly EntryCorruption[] = [
  {
    invariant: "id_matches_key",
    corrupt: (s, { random }) => ({ ...s, id: s.id + random.bigint(1n, 9n) }),
  },
  {
    invariant: "released_within_total",
    corrupt: (s, { random }) =>
      isActive(s) ? { ...s, released_amount: s.total_amount + random.bigint(1n, s.total_amount) } : null,
  },
  {
    invariant: "released_not_negative",
    corrupt: (s, { random }) => (isActive(s) ? { ...s, released_amount: -random.bigint(1n, 1_000n) } : null),
  },
  {
    invariant: "total_positive",
    corrupt: (s) => (isActive(s) ? { ...s, total_amount: 0n, released_amount: 0n } : null),
  },
  {
    invariant: "parties_differ",
    corrupt: (s) => ({ ...s, sender: s.recipient }),
  },
  {
    invariant: "settled_fully_released",
    corrupt: (s) =>
      s.status === "Settled" && s.last_update >= s.end_time ? { ...s, released_amount: s.total_amount - 1n } : null,
  },
  {
    invariant: "open_not_fully_released",
    corrupt: (s, { now }) => (isActive(s) && now >= s.end_time ? { ...s, released_amount: s.total_amount } : null),
  },
  {
    invariant: "draft_untouched",
    corrupt: (s, { now }) => (s.status === "Draft" ? { ...s, paused_at: now } : null),
  },
  {
    invariant: "window_valid",
    corrupt: (s) => (s.status === "Cancelled" && s.start_time > 0n ? { ...s, end_time: s.start_time } : null),
  },
  {
    invariant: "window_consistent",
    corrupt: (s, { random }) =>
      isActive(s) ? { ...s, end_time: s.end_time + s.total_paused_duration + random.bigint(1n, 999n) } : null,
  },
  {
    invariant: "pause_consistent",
    corrupt: (s) => (isActive(s) ? { ...s, paused_at: s.start_time } : null),
  },
  {
    invariant: "released_within_vested",
    corrupt: (s, { random, farAhead }) => {
      const most = vestedAmount(s, farAhead);
      if (!isActive(s) || !isTraceless(s) || most + 1n >= s.total_amount) return null;
      return { ...s, released_amount: random.bigint(most + 1n, s.total_amount - 1n) };
    },
  },
  {
    invariant: "settled_after_end",
    corrupt: (s) =>
      s.status === "Settled" && s.released_amount === s.total_amount ? { ...s, last_update: s.end_time - 1n } : null,
  },
  {
    // Paid more than had vested.
    invariant: "cancel_paid_vested",
    corrupt: (s) =>
      s.status === "Cancelled" && s.released_amount < s.total_amount
        ? { ...s, released_amount: s.released_amount + 1n }
        : null,
  },
  {
    // Paid less.
    invariant: "cancel_paid_vested",
    corrupt: (s) =>
      s.status === "Cancelled" && s.released_amount > 0n ? { ...s, released_amount: s.released_amount - 1n } : null,
  },
  {
    invariant: "not_from_the_future",
    corrupt: (s, { farAhead }) =>
      isActive(s) && s.start_time < farAhead ? { ...s, last_update: farAhead + 1_000n } : null,
  },
  {
    invariant: "fee_within_limit",
    corrupt: (s, { random }) => ({ ...s, fee_bps: 10_000 + random.int(1, 9_999) }),
  },
  {
    invariant: "never_ended",
    corrupt: (s) => (isActive(s) ? { ...s, status: "Ended" } : null),
  },
];
