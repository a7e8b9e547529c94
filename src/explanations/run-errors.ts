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
    meaning: "Five requests in a row failed: the rest of the streams was not looked at.",
    action:
      "The other errors of the report say how they failed. Use another node, or run again with a lower `--concurrency`.",
  },
  nothing_checked: {
    title: "no stream was seen",
    meaning: "The database has no row to check, and `--allow-empty` was not given.",
    action:
      "See whether this is the right database and table, and what `database.where` and `database.contractColumn` leave. If it is right to be empty, give `--allow-empty`.",
  },
  next_id_unknown: {
    title: "the contract's counter cannot be read",
    meaning:
      "The contract's counter cannot be read, so streams that the database lacks, or the exact sum of what is owed, could not be looked for.",
    action:
      "The message says why. If the layout describes the counter wrongly, correct `nextId`; until then `--db-only` checks the rows alone.",
  },
  next_id_implausible: {
    title: "far too many ids",
    meaning:
      "The ids span more than can be gone through: a counter beyond a hundred million, or, without one, ids far beyond the number of rows.",
    action:
      "Look at the largest on-chain ids of the table: some may be none. Else `nextId` of the layout names something that is no counter. `--db-only` does without.",
  },
  cursor_missing: {
    title: "no cursor",
    meaning:
      "The table of `database.cursor.table` has no row, or NULL in it. Streams were compared; nothing recent can be told from lag.",
    action: "See whether the indexer has ever run, and whether `database.cursor.where` selects its row.",
  },
  cursor_unreadable: {
    title: "a cursor that is no ledger",
    meaning: "That cursor holds what is no ledger.",
    action: "Look at the column that `database.cursor` names: it must hold a ledger number, not a date or a hash.",
  },
  timed_out: {
    title: "the time was up",
    meaning: "`--timeout` ended the run.",
    action: "Give a longer `--timeout`, raise `--concurrency` if the node allows it, or find out what has become slow.",
  },
  interrupted: {
    title: "the run was interrupted",
    meaning: "SIGINT or SIGTERM ended the run.",
    action: "Run again to the end: what was not looked at yet is unknown.",
  },
  run_record_failed: {
    title: "the run's record is not complete",
    meaning: "The run's record could not be completed.",
    action:
      "Everything was checked; keep the printed report, the only one there is. Mend the database that keeps the record, and run again.",
  },
  run_lock_lost: {
    title: "the run was not alone",
    meaning:
      "The lock that keeps runs apart was lost while the run was at work, so another one may have run beside it.",
    action:
      "Run again. If it happens again, see whether the process is suspended, or whether a proxy or a time limit ends idle connections to the database.",
    section: "A run finds the lock held",
  },
  database_unreachable: {
    title: "the database cannot be reached",
    meaning: "The database cannot be reached.",
    action: "Try `psql` with the same URL from this machine: host, port, network, and whether the server runs.",
  },
  database_connection_lost: {
    title: "the connection to the database broke",
    meaning: "The connection broke in the middle of the work.",
    action: "Run again. If it breaks again, look for a restart, a failover, or a proxy that ends long transactions.",
  },
  database_read_failed: {
    title: "the database could not read",
    meaning: "The database could not carry out the read.",
    action:
      "The message quotes the database. Look into its log: a statement timeout, a cancelled query, a full disk, or a conflict on a standby.",
  },
  database_busy: {
    title: "the SQLite file is locked",
    meaning: "Another program keeps the SQLite file locked.",
    action: "Find what holds it (`fuser` names the process), or run again when the backend writes less.",
  },
  snapshot_read_failed: {
    title: "the snapshot cannot be read",
    meaning: "The system failed to read the snapshot file.",
    action: "The message quotes the system. Check the disk or the network share, and create the snapshot again.",
  },
  snapshot_changed: {
    title: "the snapshot changed",
    meaning: "The snapshot file was written to while it was being read.",
    action: "Wait until what writes it is done, and run again; let it write elsewhere and rename the file at the end.",
  },
} satisfies Catalogue;
