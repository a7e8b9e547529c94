import type { Catalogue } from "./explanation.js";

/** Worth knowing, but never a reason to fail. */
export const NOTICES = {
  run_chain_broken: {
    title: "run records were altered",
    meaning:
      "The newest run record, or a head, was changed or removed after it was written, or a record key was not taken into use. This run's record has sealed what was found.",
    action:
      "Leave the tables as they are, and check all records with `reconcile-streams runs verify`. Once you know what happened, explain it with `runs accept-break`.",
    section: "A record was altered",
  },
  archived_or_unknown: {
    title: "archived, or time to live unknown",
    meaning:
      "The entry is archived, or the node does not report its time to live. A stream's value was compared all the same. Of the contract's instance or balance, the message says so: archived, nothing can be paid.",
    action: "Ask another node. If it is archived there too, restore the entry before the recipient wants to withdraw.",
  },
  expired: {
    title: "past its time to live",
    meaning:
      "The entry is past its time to live and must be restored before use. A stream's value was compared all the same. Of the contract's instance or balance, the message says so: nothing can be paid.",
    action: "Restore the entry before the recipient wants to withdraw. No money is lost.",
  },
  ttl_low: {
    title: "about to be archived",
    meaning:
      "The remaining time to live of a stream's entry, or of the contract's instance or balance, is below `policy.ttlWarningLedgers`; the message gives the ledgers left.",
    action:
      "Extend the entry's time to live; any use of the stream does so. If days are left, it can wait until morning.",
  },
  no_on_chain_id: {
    title: "never linked to a stream",
    meaning: "The row has no on-chain id, and is reported as missing on chain.",
    action:
      "Find the transaction that should have created the stream, and link the row or mark it as failed. If such rows are normal, exclude them with `database.where`.",
    section: "Missing on chain",
  },
  lag_not_seen: {
    title: "lag that no look has shown",
    meaning:
      "The chain changed these streams after the database's cursor, so their rows may still be on their way. But no look has seen a row to be what its stream was at the cursor: a wrong row would look the same.",
    action:
      "Run again with a longer `--settle`, when the database is closer to the chain, or with a lower `--max-lag`. A stream that is in this notice night after night is worth an `inspect`.",
  },
  database_behind: {
    title: "the database is behind",
    meaning: "The database has come to a ledger further back than `policy.maxLagLedgers` allows.",
    action: "See whether the indexer is alive and which node it follows; run again once it has caught up.",
    section: "Lag",
  },
  unconfirmed: {
    title: "not looked at again",
    meaning:
      "The differences could not be confirmed by another look: the chain did not advance, or `--confirm 0` was set.",
    action: "Run again without `--confirm 0` before you act on drift.",
  },
  tolerance_allowed: {
    title: "amounts may be off",
    meaning: "A tolerance above 0 counts amounts as equal that differ; the message says by how much.",
    action: "If that was not meant, take out `--tolerance`, `policy.tolerance` or `policy.fieldTolerance`.",
  },
  lag_allowed: {
    title: "more lag than usual is allowed",
    meaning: "`--max-lag` gives the database more ledgers than the default before a difference counts as drift.",
    action: "If the database is not known to be that late, leave `--max-lag` at its default.",
  },
  fields_not_compared: {
    title: "fields were not compared",
    meaning: "The configuration takes out fields that the layout's own mapping compares.",
    action: "Map them again in `database.fields`, unless the database does not keep them.",
  },
  ignored: {
    title: "ignored by policy",
    meaning: "A rule in `policy.ignore` covers this finding; the notice has the rule's reason and last day.",
    action: "Do nothing until that day. After it the finding counts, unless you renew the rule.",
  },
  ignore_expired: {
    title: "a rule has ended",
    meaning: "A rule of `policy.ignore` is past its last day: what it ignored counts again.",
    action: "Settle what the rule ignored, or renew it with a reason and a later day.",
  },
  policy_fail_on: {
    title: "the exit code ignores some findings",
    meaning: "The configuration leaves out some findings that fail a run by default.",
    action: "If that was not intended, remove `--fail-on` or `policy.failOn`, and run again.",
  },
  column_not_there: {
    title: "a usual column is missing",
    meaning: "The table lacks a column that the layout's backend added later, so the field was not compared.",
    action:
      "Migrate the backend's table. If the column has another name, give it in `database.fields`; set the field to `null` there to leave it out without this notice.",
  },
  rows_limited: {
    title: "not all rows were read",
    meaning:
      "`database.where` limits the rows. Streams whose rows it excludes are reported as missing in the database.",
    action: "If streams are missing in the database, first check whether this condition excludes their rows.",
  },
  db_only: {
    title: "only rows were checked",
    meaning: "With `--db-only`, the run does not look for streams that the database lacks, nor check solvency.",
    action: "Run without `--db-only` before you rely on the books.",
  },
  missing_rows_not_checked: {
    title: "missing rows were not checked",
    meaning:
      "The layout names no counter, or the ledger has none and the ids are too far apart. The run could not look for streams that the database lacks.",
    action:
      "No action tonight. If the contract has a counter, set it as `nextId` in the layout. `--fail-on unlisted` makes a run fail on this.",
  },
  layout_does_not_fit: {
    title: "the layout does not fit the contract",
    meaning:
      "Streams could not be read or compared, or the counter was not found, because the contract stores them differently from the layout. Reported once, with what was found and a suggestion; each stream also has its own error.",
    action:
      "Apply the suggestion in the message if its names mean the same. Otherwise choose this contract's layout, or describe it (docs/layouts.md).",
  },
  no_cursor: {
    title: "no cursor is configured",
    meaning:
      "Neither rows nor a table tell how far the database has come: what differs and changed lately on chain can be shown to be neither late nor wrong. Beside a ledger file it is drift, once the rows have been read again.",
    action: "Name the column or table that keeps the last synced ledger in `database.cursor`.",
  },
  not_in_snapshot: {
    title: "not in the snapshot",
    meaning:
      "The contract's counter includes a stream that the snapshot file lacks. The file has no times to live, so the entry may only have been evicted; with a node this would be a violation of `ids_complete`.",
    action: "Run against a node (`--chain` with its URL): only a node can say whether the stream is gone.",
    section: "Holes, and streams beyond the counter",
  },
  contract_missing: {
    title: "the contract is not in the ledger",
    meaning:
      "The ledger has no entry for the contract itself. The run looked for streams that the database lacks only around the ids of its rows, up to twenty beyond.",
    action:
      "With a node: check the contract id and the network; if it has streams of the contract, the run is incomplete (`next_id_unknown`). With a snapshot file: use one that contains the contract.",
  },
  solvency_undecided: {
    title: "unknown whether the escrow can pay",
    meaning:
      "The run could not decide whether the contract can pay what it owes in this token: its balance has an unknown format, streams could not be read, or it kept changing while it was read. The run is incomplete.",
    action:
      "Run again at a quiet hour, or against a snapshot file. If the token stores balances in its own format, the notice will stay: leave `solvent` out of the layout's invariants.",
    section: "The escrow cannot pay",
  },
  network_not_told: {
    title: "the network is unknown",
    meaning: "The chain does not report its network, so `contract.network` was not checked.",
    action: "Verify which network the snapshot comes from, or run against a node.",
  },
} satisfies Catalogue;
