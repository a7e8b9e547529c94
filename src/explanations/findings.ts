import type { Catalogue } from "./explanation.js";

/** What a run can find about a stream. */
export const FINDINGS: Catalogue = {
  drift: {
    title: "the two sides differ",
    meaning:
      "A field differs, and nothing excuses the database: it has seen the change, or has had more than the allowed lag to come to it. `reason` says which.",
    action:
      "Run again for this stream alone (`--stream`). If it still differs, replay the contract's events from ledger `chainModified` into the database, and run again. Do not edit the row by hand.",
    section: "Drift",
  },
  lag: {
    title: "the database may still catch up",
    meaning:
      "A field differs, or a row is not there yet, but the contract changed after the ledger to which the database has come, within the allowed lag. `reason` says more.",
    action:
      "Wait a minute and run again. If the lag stays, or many streams lag, check that the indexer still advances; if not, restart it.",
    section: "Lag",
  },
  "missing-on-chain": {
    title: "the contract has no such stream",
    meaning: "The database has a row, but the contract has no stream with its on-chain id.",
    action:
      "If nearly all streams are missing, the contract id or the network is wrong. If only a few are, find the transactions that should have created them. Delete no rows.",
    section: "Missing on chain",
  },
  "missing-in-db": {
    title: "the database has no row for the stream",
    meaning:
      "The contract has a stream, and the database has no row for it, although it has seen the ledger in which the stream was last changed, or has had its time.",
    action:
      "Check whether `database.where` excludes the row. If not, let the indexer replay ledger `chainModified`, in which the stream last changed, and run again.",
    section: "Missing in the database",
  },
  violation: {
    title: "one side is wrong by itself",
    meaning:
      "One side breaks an invariant, whatever the other says: the contract's own values (`on_chain`), or the row (`db`).",
    action:
      "If the side is `on_chain`, stop paying out from this contract, and check with another node. If it is `db`, find what wrote the row. Then run `explain` with the invariant's name.",
    section: "Violation on chain",
  },
};
