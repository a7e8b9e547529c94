import type { Catalogue, Texts } from "./explanation.js";

export interface InvariantTexts extends Texts {
  /** Which contracts it is checked for. */
  readonly holdsFor: string;
  /** Whose values it is checked on. */
  readonly sides: "both" | "chain" | "database";
}

const EVERY = "every contract";
const NAMED = "layouts that name it";
const COUNTED = "layouts with `nextId`";

/** Of one stream, in the order of core/rules/escrow-invariants.ts. */
export const STREAM_INVARIANTS = {
  id_matches_key: {
    title: "entry under another stream's key",
    holdsFor: EVERY,
    sides: "chain",
    meaning: "The id inside the entry is the id of its storage key.",
    action:
      "Check that the layout names the right field as `id`, and ask another node. If it stays, the contract stored a stream under the wrong key: stop paying out, and tell who maintains it.",
  },
  total_not_negative: {
    title: "total below zero",
    holdsFor: EVERY,
    sides: "both",
    meaning: "total >= 0",
    action:
      "In the database: find what wrote a negative total. On chain: check that the layout's `total` is the right field; if it is, stop paying out.",
  },
  released_not_negative: {
    title: "released below zero",
    holdsFor: EVERY,
    sides: "both",
    meaning: "released >= 0",
    action:
      "In the database: find what subtracted too much, a refund that was booked twice for example. On chain: check that the layout's `released` is the right field; if it is, stop paying out.",
  },
  released_within_total: {
    title: "more released than there is",
    holdsFor: EVERY,
    sides: "both",
    meaning: "released <= total",
    action:
      "In the database alone: look for a withdrawal that was credited twice. On chain: more left the escrow than the stream brought in; stop paying out, and look at the last withdrawals of this stream.",
  },
  parties_differ: {
    title: "sender and recipient are the same",
    holdsFor: NAMED,
    sides: "both",
    meaning: "Sender and recipient are different addresses.",
    action:
      "In the database: check that the two columns are not mapped to one. On chain: the contract accepted a stream to its own sender; no money is lost, but find the transaction that created it.",
  },
  total_positive: {
    title: "a stream of nothing",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "total is not 0.",
    action: "Find the transaction that created the stream: the contract should have refused it. Nothing is owed on it.",
  },
  settled_fully_released: {
    title: "settled, but not fully paid",
    holdsFor: NAMED,
    sides: "both",
    meaning: "Settled: released is total.",
    action:
      "In the database: the row was marked as settled before its last payment was booked; replay that payment's event. On chain: the recipient is still owed total - released; tell who maintains the contract.",
  },
  open_not_fully_released: {
    title: "fully paid, but still open",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "Active, Paused: released is below total.",
    action:
      "The contract should have settled the stream with its last payment. Keep it from being withdrawn from again.",
  },
  draft_untouched: {
    title: "a draft that was used",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "Draft: released, start, paused_at and total_paused are 0.",
    action:
      "Something was paid or started before the stream was funded. Look at its transactions before it is started.",
  },
  window_valid: {
    title: "no valid time window",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "Once started: the end is after the start, and the duration is above 0.",
    action:
      "Check the layout's `start`, `end` and `duration`. If they are right, everything has vested at once: keep the stream from being withdrawn from until it is explained.",
  },
  pause_consistent: {
    title: "pause and status contradict each other",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "Active: paused_at is 0. Paused: paused_at is above 0, and not after the last update.",
    action:
      "What has vested is computed from the pause: settle nothing on this stream until its last pause is explained.",
  },
  fee_within_limit: {
    title: "a fee above the whole amount",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "fee_bps <= 10000",
    action: "Keep the stream from being withdrawn from: the fee would be more than the payment. Find who set it.",
  },
  never_ended: {
    title: "a status that is never set",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "The status is not Ended, which the contract never sets.",
    action: "Was the contract upgraded? A version that sets Ended needs a layout of its own.",
  },
  window_consistent: {
    title: "window and pauses do not add up",
    holdsFor: NAMED,
    sides: "chain",
    meaning:
      "Once started: end - start - duration is from 0 to total_paused. Nothing that the contract does breaks this.",
    action: "Check the layout's time fields and whether the contract was upgraded; then look for who wrote this entry.",
  },
  window_amended: {
    title: "the window was amended",
    holdsFor: NAMED,
    sides: "chain",
    meaning:
      "Once started: end - start - duration is total_paused. An amendment may break this; it says that there was one.",
    action:
      "Find the amendment, and see that it was meant. If you amend as a matter of course, pass over it with `policy.ignore`.",
    section: "Amended windows",
  },
  released_within_vested: {
    title: "paid before it had vested",
    holdsFor: NAMED,
    sides: "chain",
    meaning:
      "Active, Paused: released is not above what has vested by now. The contract can break this by an amendment that stretches the window; the message names the overpaid amount.",
    action:
      "Keep this stream from being cancelled until the finding is gone: a cancel now would refund money that was paid out already.",
    section: "Overpaid streams",
  },
  settled_after_end: {
    title: "settled before its end",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "Settled: the last update is not before the end.",
    action:
      "The stream was paid in full too early. Look at its last withdrawal, and whether the end was amended after it.",
  },
  cancel_paid_vested: {
    title: "cancelled with the wrong payout",
    holdsFor: NAMED,
    sides: "chain",
    meaning:
      "Cancelled: released is what had vested when the stream was cancelled. The message names the amount overpaid, or left unpaid.",
    action:
      "An overpaid amount is gone from the escrow: look for `solvent` in the same report, and stop withdrawals that you control. An unpaid one is still owed to the recipient.",
    section: "Overpaid streams",
  },
  not_from_the_future: {
    title: "updated in the future",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "The last update is not after now, unless it is the start.",
    action:
      "Ask another node: a wrong close time is likelier than a wrong contract. If it stays, check the layout's time fields.",
  },
  balance_not_negative: {
    title: "balance below zero",
    holdsFor: EVERY,
    sides: "both",
    meaning: "balance >= 0",
    action:
      "In the database: find what settled more than was left. On chain: check that the layout's `balance` is the right field; if it is, settle nothing on this stream.",
  },
  rate_positive: {
    title: "a stream without a rate",
    holdsFor: NAMED,
    sides: "both",
    meaning: "The rate per second is above 0.",
    action:
      "In the database: find what wrote that rate. On chain: the contract should have refused the stream; find the transaction that created it.",
  },
  active_has_started: {
    title: "active, but never started",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "Active: the start is not 0.",
    action:
      "A stream without a start owes its whole balance at once. Check the layout's `start`; if it is right, settle nothing on this stream.",
  },
} satisfies Catalogue<InvariantTexts>;

/** Of the contract as a whole. */
export const CONTRACT_INVARIANTS = {
  ids_complete: {
    title: "a hole in the contract's ids",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "Every id from the first one up to the counter has an entry: no holes.",
    action:
      "Many holes: `nextId` of the layout is wrong, or the contract deletes streams. One: the contract lost a stream with what it was owed; find the last transaction that touched it.",
    section: "Holes, and streams beyond the counter",
  },
  id_below_count: {
    title: "a stream beyond the counter",
    holdsFor: COUNTED,
    sides: "chain",
    meaning:
      "No stream has an id at or above the counter. Of the ids that no row names, the next twenty are looked at.",
    action:
      "Check `nextId` of the layout (`holds`, `firstId`). If it is right, the next stream that is created will overwrite this one: stop creating streams.",
    section: "Holes, and streams beyond the counter",
  },
  on_chain_id_unique: {
    title: "two rows for one stream",
    holdsFor: EVERY,
    sides: "database",
    meaning: "No two rows name the same stream of the contract. The second row is reported.",
    action:
      "Keep both rows from being paid out. If they belong to two contracts, set `database.contractColumn`; otherwise an event was stored twice.",
    section: "Two rows for one stream",
  },
  solvent: {
    title: "the escrow cannot pay",
    holdsFor: NAMED,
    sides: "chain",
    meaning:
      "For each token, the contract's balance covers total - released of all Draft, Active and Paused streams. The values name `token`, `balance`, `owed` and `shortfall`.",
    action:
      "Run once more against another node. If it stays, stop withdrawals that you control: the first are paid, the last are not. Then look for overpaid streams in the same report.",
    section: "The escrow cannot pay",
  },
} satisfies Catalogue<InvariantTexts>;
