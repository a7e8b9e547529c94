import type { Catalogue } from "./explanation.js";

/** Why a run as a whole is incomplete. */
export const RUN_ERRORS = {
  node_stale: {
    title: "the node has fallen behind the network",
    meaning: "The node's newest ledger closed longer ago than `policy.maxNodeAge` allows, by this machine's clock.",
    action:
      "See whether the node follows the network and whether this machine's clock is right; or ask another node. For a network that closes no ledgers on its own: `policy.maxNodeAge: off`.",
  },
  chain_lost: {
    title: "the node was lost",
    meaning: "Five requests in a row failed, so the remaining streams were not checked.",
    action:
      "The report's other errors say how they failed. Use another node, or run again with a lower `--concurrency`.",
  },
  nothing_checked: {
    title: "there was no stream to check",
    meaning: "The database has no row to check, and `--allow-empty` was not set.",
    action:
      "Check that this is the right database and table, and that `database.where` and `database.contractColumn` do not exclude every row. If an empty table is right, set `--allow-empty`.",
  },
  next_id_unknown: {
    title: "the contract's counter is not known",
    meaning:
      "The contract's counter cannot be read, is not where the layout says although the contract has streams, or was lower than in an earlier answer. So the run could not find streams that the database lacks, nor the exact sum owed.",
    action:
      "The message says why. If the layout describes the counter wrongly, correct `nextId`; until then, `--db-only` checks only the rows. If a node takes the contract for missing, or its counter goes back, use another node.",
  },
  next_id_implausible: {
    title: "far too many ids",
    meaning:
      "The range of ids is too large to check: the counter is above 100 million or, without a counter, ids are far above the number of rows.",
    action:
      "Check the largest on-chain ids in the table: some may not be ids. Otherwise the layout's `nextId` is not a counter. `--db-only` works without one.",
  },
  cursor_missing: {
    title: "no cursor",
    meaning:
      "The table in `database.cursor.table` has no row, or its value is NULL. Streams were compared, but recent drift cannot be told from lag.",
    action: "Check that the indexer has run, and that `database.cursor.where` selects its row.",
  },
  cursor_unreadable: {
    title: "a cursor that is not a ledger number",
    meaning: "The cursor in `database.cursor.table` is not a ledger number.",
    action: "Check the column in `database.cursor`: it must hold a ledger number, not a date or a hash.",
  },
  timed_out: {
    title: "the time limit was reached",
    meaning: "`--timeout` ended the run.",
    action: "Raise `--timeout`, raise `--concurrency` if the node allows it, or find out what has become slow.",
  },
  interrupted: {
    title: "the run was interrupted",
    meaning: "SIGINT or SIGTERM ended the run.",
    action: "Let another run finish: nothing is known about the rest.",
  },
  run_record_failed: {
    title: "the run's record is incomplete",
    meaning: "The run's record could not be completed.",
    action:
      "Everything was checked. Keep the printed report, which is the only copy. Repair the database that stores the record, and run again.",
  },
  run_lock_lost: {
    title: "another run may have overlapped",
    meaning: "The lock against overlapping runs was lost during the run, so another one may have run at the same time.",
    action:
      "Run again. If it happens again, check whether the process is suspended, or a proxy or time limit closes idle connections to the database.",
    section: "A run finds the lock held",
  },
  database_unreachable: {
    title: "the database cannot be reached",
    meaning: "The connection to the database failed.",
    action:
      "Try `psql` with the same URL from this machine. Check host, port and network, and that the server is running.",
  },
  database_connection_lost: {
    title: "the connection to the database broke",
    meaning: "The connection broke during the run.",
    action: "Run again. If it breaks again, look for a restart, a failover, or a proxy that ends long transactions.",
  },
  database_read_failed: {
    title: "the database could not complete a read",
    meaning: "The database failed to execute a query.",
    action:
      "The message quotes the database. Check its log for a statement timeout, a cancelled query, a full disk, or a conflict on a standby.",
  },
  database_busy: {
    title: "the SQLite file is locked",
    meaning: "Another program holds a lock on the SQLite file.",
    action: "Find what holds it (`fuser` names the process), or run again when the backend writes less.",
  },
  snapshot_read_failed: {
    title: "the snapshot cannot be read",
    meaning: "The system failed to read the snapshot file.",
    action: "The message quotes the system error. Check the disk or network share, and create the snapshot again.",
  },
  snapshot_changed: {
    title: "the snapshot changed",
    meaning: "The snapshot file changed while it was being read.",
    action:
      "Wait until the file is complete, and run again. Let its writer use a temporary file and rename it at the end.",
  },
} satisfies Catalogue;
