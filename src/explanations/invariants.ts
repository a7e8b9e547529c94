import type { Catalogue, Texts } from "./explanation.js";

export interface InvariantTexts extends Texts {
  /** Which contracts it is checked for. */
  readonly holdsFor: string;
  /** Which side's values are checked. */
  readonly sides: "both" | "chain" | "database";
}

const EVERY = "every contract";
const NAMED = "layouts that name it";
const COUNTED = "layouts with `nextId`";

/** Invariants of one stream, in the order of core/rules/escrow-invariants.ts. */
export const STREAM_INVARIANTS = {
  id_matches_key: {
    title: "an entry under another stream's key",
    holdsFor: EVERY,
    sides: "chain",
    meaning: "The id in the entry equals the id in its storage key.",
    action:
      "Check the layout's `id` field, and ask another node. If the finding stays, the contract stored a stream under the wrong key: stop paying out, and tell its maintainers.",
  },
  total_not_negative: {
    title: "total below zero",
    holdsFor: EVERY,
    sides: "both",
    meaning: "total >= 0",
    action:
      "In the database: find what wrote a negative total. On chain: check the layout's `total` field; if it is right, stop paying out.",
  },
  released_not_negative: {
    title: "released below zero",
    holdsFor: EVERY,
    sides: "both",
    meaning: "released >= 0",
    action:
      "In the database: find what subtracted too much, such as a refund booked twice. On chain: check the layout's `released` field; if it is right, stop paying out.",
  },
  released_within_total: {
    title: "more released than the total",
    holdsFor: EVERY,
    sides: "both",
    meaning: "released <= total",
    action:
      "In the database only: look for a withdrawal that was credited twice. On chain: the escrow paid out more than the stream brought in; stop paying out, and check this stream's last withdrawals.",
  },
  parties_differ: {
    title: "sender and recipient are the same",
    holdsFor: NAMED,
    sides: "both",
    meaning: "Sender and recipient are different addresses.",
    action:
      "In the database: check that both fields are not mapped to the same column. On chain: the contract accepted a stream to its own sender. No money is lost, but find the transaction that created it.",
  },
  total_positive: {
    title: "a stream with a total of 0",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "total is not 0.",
    action: "Find the transaction that created the stream: the contract should have rejected it. Nothing is owed.",
  },
  settled_fully_released: {
    title: "settled, but not fully paid",
    holdsFor: NAMED,
    sides: "both",
    meaning: "Settled: released equals total.",
    action:
      "In the database: the row was marked as settled before its last payment was booked; replay that payment's event. On chain: the recipient is still owed total - released; tell the contract's maintainers.",
  },
  open_not_fully_released: {
    title: "fully paid, but still open",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "Active, Paused: released is below total.",
    action: "The contract should have settled the stream with its last payment. Block further withdrawals from it.",
  },
  draft_untouched: {
    title: "a draft with activity",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "Draft: released, start, paused_at and total_paused are 0.",
    action: "Something was paid or started before the stream was funded. Check its transactions before you start it.",
  },
  window_valid: {
    title: "an invalid time window",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "Once started: the end is after the start, and the duration is above 0.",
    action:
      "Check the layout's `start`, `end` and `duration`. If they are right, everything vests at once: block withdrawals from the stream until you know the cause.",
  },
  pause_consistent: {
    title: "pause and status contradict each other",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "Active: paused_at is 0. Paused: paused_at is above 0, and not after the last update.",
    action:
      "The vested amount depends on the pause: settle nothing on this stream until you know what its last pause did.",
  },
  fee_within_limit: {
    title: "a fee above the whole amount",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "fee_bps <= 10000",
    action: "Block withdrawals from the stream: the fee would exceed the payment. Find out who set it.",
  },
  never_ended: {
    title: "a status that is never set",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "The status is not Ended, which the contract never sets.",
    action: "Check whether the contract was upgraded. A version that sets Ended needs its own layout.",
  },
  window_consistent: {
    title: "window and pauses do not add up",
    holdsFor: NAMED,
    sides: "chain",
    meaning:
      "Once started: end - start - duration is between 0 and total_paused. No operation of the contract breaks this.",
    action:
      "Check the layout's time fields, and whether the contract was upgraded. Then find out what wrote this entry.",
  },
  window_amended: {
    title: "the window was amended",
    holdsFor: NAMED,
    sides: "chain",
    meaning:
      "Once started: end - start - duration equals total_paused. An amendment may break this, so a violation shows that there was one.",
    action:
      "Find the amendment, and check that it was intended. If amendments are routine, add a rule to `policy.ignore`.",
    section: "Amended windows",
  },
  released_within_vested: {
    title: "paid before it had vested",
    holdsFor: NAMED,
    sides: "chain",
    meaning:
      "Active, Paused: released is at most what has vested so far. An amendment that stretches the window can break this; the message gives the overpaid amount.",
    action:
      "Do not let this stream be cancelled until the finding is gone: a cancellation now would refund money that was already paid out.",
    section: "Overpaid streams",
  },
  settled_after_end: {
    title: "settled before its end",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "Settled: the last update is at or after the end.",
    action:
      "The stream was paid in full too early. Check its last withdrawal, and whether the end was amended afterwards.",
  },
  cancel_paid_vested: {
    title: "cancelled with the wrong payout",
    holdsFor: NAMED,
    sides: "chain",
    meaning:
      "Cancelled: released equals what had vested at the cancellation. The message gives the amount overpaid or left unpaid.",
    action:
      "An overpaid amount has left the escrow: look for `solvent` in the same report, and stop withdrawals that you control. An unpaid amount is still owed to the recipient.",
    section: "Overpaid streams",
  },
  not_from_the_future: {
    title: "updated in the future",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "The last update is not in the future, unless it equals the start.",
    action:
      "Ask another node: a wrong close time is more likely than a wrong contract. If the finding stays, check the layout's time fields.",
  },
  balance_not_negative: {
    title: "balance below zero",
    holdsFor: EVERY,
    sides: "both",
    meaning: "balance >= 0",
    action:
      "In the database: find what settled more than was left. On chain: check the layout's `balance` field; if it is right, settle nothing on this stream.",
  },
  rate_positive: {
    title: "a stream without a rate",
    holdsFor: NAMED,
    sides: "both",
    meaning: "The rate per second is above 0.",
    action:
      "In the database: find what wrote that rate. On chain: the contract should have rejected the stream; find the transaction that created it.",
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

/** Invariants of the contract as a whole. */
export const CONTRACT_INVARIANTS = {
  ids_complete: {
    title: "a hole in the contract's ids",
    holdsFor: NAMED,
    sides: "chain",
    meaning: "Every id from the first up to the counter has an entry: there are no holes.",
    action:
      "Many holes: the layout's `nextId` is wrong, or the contract deletes streams. One hole: the contract lost a stream and the money owed on it; find the last transaction that touched it.",
    section: "Holes, and streams beyond the counter",
  },
  id_below_count: {
    title: "a stream beyond the counter",
    holdsFor: COUNTED,
    sides: "chain",
    meaning:
      "No stream has an id at or above the counter. Besides the ids in the database, the next twenty ids are checked.",
    action:
      "Check the layout's `nextId` (`holds`, `firstId`). If it is right, the next new stream will overwrite this one: stop creating streams.",
    section: "Holes, and streams beyond the counter",
  },
  on_chain_id_unique: {
    title: "two rows for one stream",
    holdsFor: EVERY,
    sides: "database",
    meaning: "No two rows refer to the same stream of the contract. The second row is reported.",
    action:
      "Pay out neither row. If they belong to two contracts, set `database.contractColumn`; otherwise an event was stored twice.",
    section: "Two rows for one stream",
  },
  solvent: {
    title: "the escrow cannot pay",
    holdsFor: NAMED,
    sides: "chain",
    meaning:
      "For each token, the contract's balance covers total - released of all Draft, Active and Paused streams. The violation's values are `token`, `balance`, `owed` and `shortfall`.",
    action:
      "Run again against another node. If the finding stays, stop withdrawals that you control: the first are paid, the last are not. Then look for overpaid streams in the same report.",
    section: "The escrow cannot pay",
  },
  balance_frozen: {
    title: "the escrow's balance is frozen",
    holdsFor: "layouts that name `solvent`",
    sides: "chain",
    meaning:
      "A token's issuer has not frozen the contract's balance (`authorized: false`) while streams are owed that token. The violation's values are `token`, `balance` and `owed`.",
    action:
      "Nothing can be paid out of this balance, to anybody, until the issuer authorizes it again. Ask the token's issuer why, and tell the recipients.",
    section: "The escrow cannot pay",
  },
} satisfies Catalogue<InvariantTexts>;
