import type { Catalogue } from "./explanation.js";

/** What a run can find about a stream. */
export const FINDINGS: Catalogue = {
  drift: {
    title: "the two sides differ",
    meaning:
      "A field differs, and nothing excuses the database: it has seen the change, or has had more than the allowed lag to come to it. `reason` says which.",
    action:
      "Run again for this stream alone (`--stream`). If it stays, replay the contract's events of the ledger `chainModified` into the database, and run again. Do not edit the row by hand.",
    section: "Drift",
  },
  lag: {
    title: "the database may still be on its way",
    meaning:
      "A field differs, or a row is not there yet, but the contract changed after the ledger to which the database has come, within the allowed lag. `reason` says more.",
    action:
      "Wait a minute and run again. If it stays, or many streams lag, look whether the indexer still moves, and restart it if not.",
    section: "Lag",
  },
  "missing-on-chain": {
    title: "the contract has no such stream",
    meaning: "The database has a row, and the contract has no stream under its on-chain id.",
    action:
      "If nearly all are missing, the contract id or the network is wrong. If a few are, find the transaction that should have created each. Delete no rows.",
    section: "Missing on chain",
  },
  "missing-in-db": {
    title: "the database has no row for the stream",
    meaning:
      "The contract has a stream, and the database has no row for it, although it has seen the ledger in which the stream was last changed, or has had its time.",
    action:
      "See whether `database.where` leaves the row out. If not, replay the indexer over the ledger `chainModified`, in which the stream last changed, and run again.",
    section: "Missing in the database",
  },
  violation: {
    title: "one side alone is wrong",
    meaning:
      "An invariant does not hold of one side, whatever the other says: of the contract's own values (`on_chain`), or of the row (`db`).",
    action:
      "Look at the side. `on_chain`: stop paying out from this contract, and check with another node. `db`: find what wrote the row. Then explain the name of the invariant.",
    section: "Violation on chain",
  },
};
