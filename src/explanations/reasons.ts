import type { Catalogue } from "./explanation.js";

const REPLAY =
  "Replay the contract's events of the ledger `chainModified` into the database, and run again. Do not edit the row by hand.";

/** Why a difference is drift or lag; `no_cursor`, which is a notice as well, is explained there. */
export const REASONS = {
  missing: {
    title: "the contract has no such stream",
    meaning: "Drift: the database has a row, and at every look the contract had no stream under its on-chain id.",
    action: "Find the transaction that should have created the stream: link it, or mark the row as failed.",
    section: "Missing on chain",
  },
  contradiction: {
    title: "the stream has never been what the row says",
    meaning:
      "Drift: a field differs that never changes, an amount is above one that only grows, or a final status is not reached on chain; and no transaction came to make it true.",
    action: "Find what wrote the row: no event of the contract did. Then replay the contract's events for this stream.",
    section: "Drift",
  },
  missed: {
    title: "the database has passed over the change",
    meaning:
      "Drift: the row, or the database as a whole, has seen the ledger in which the stream changed, or a later one, and disagrees all the same.",
    action: REPLAY,
    section: "Drift",
  },
  stale: {
    title: "the database has had its time",
    meaning: "Drift: the change is longer ago than the lag that is allowed, and the database has not come to it.",
    action: `See whether the indexer is alive, and how far it has come. ${REPLAY}`,
    section: "Lag",
  },
  behind: {
    title: "the database is on its way",
    meaning: "Lag: the stream changed after the ledger to which the database has come, within the lag that is allowed.",
    action: "Wait a minute and run again. If it stays, or many streams lag, see whether the indexer still moves.",
    section: "Lag",
  },
  ahead: {
    title: "the row was there before its transaction",
    meaning: "Lag: the contract has come to say what the row said before it; the backend writes ahead.",
    action: "Nothing, as long as the two sides agree soon after.",
    section: "Lag",
  },
} satisfies Catalogue;
