import type { Catalogue } from "./explanation.js";

/** Worth knowing; fails nothing. */
export const NOTICES = {
  run_chain_broken: {
    title: "run records were altered",
    meaning: "The newest run record, or the head of the chain of records, is not what was written.",
    action: "Keep the tables as they are, and look at all of them with `reconcile-streams runs verify`.",
    section: "A record was altered",
  },
  archived_or_unknown: {
    title: "archived, or not told",
    meaning: "The entry is archived, or the node does not tell its time to live. Its value was compared.",
    action: "Ask another node. If it is archived there too, restore the entry before the recipient wants to withdraw.",
  },
  expired: {
    title: "past its time to live",
    meaning: "The entry is past its time to live and must be restored before use. Its value was compared.",
    action: "Restore the entry before the recipient wants to withdraw. No money is lost.",
  },
  ttl_low: {
    title: "archived soon",
    meaning: "The entry has fewer ledgers left to live than `policy.ttlWarningLedgers`; the message says how many.",
    action:
      "Extend the entry's time to live, or let anybody use the stream. It can wait until the morning if days are left.",
  },
  no_on_chain_id: {
    title: "never linked to a stream",
    meaning: "The row has no on-chain id. It is reported as missing on chain.",
    action:
      "Find the transaction that should have created the stream: link it, or mark the row as failed. If such rows are normal, leave them out with `database.where`.",
    section: "Missing on chain",
  },
  database_behind: {
    title: "the database is behind",
    meaning: "The database has come to a ledger further back than `policy.maxLagLedgers` allows.",
    action: "See whether the indexer is alive and which node it follows; run again once it has caught up.",
    section: "Lag",
  },
  unconfirmed: {
    title: "not looked at again",
    meaning: "What differs could not be looked at again: the chain did not advance, or `--confirm 0`.",
    action: "Run again, without `--confirm 0`, before you act on drift.",
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
    title: "passed over by policy",
    meaning: "A finding that a rule of `policy.ignore` passes over, with its reason and last day.",
    action: "Nothing until that day. Then decide again, or the finding counts.",
  },
  ignore_expired: {
    title: "a rule has ended",
    meaning: "A rule of `policy.ignore` is past its last day: what it ignored counts again.",
    action: "Settle what the rule ignored, or renew it with a reason and a later day.",
  },
  policy_fail_on: {
    title: "the exit code leaves something out",
    meaning: "The exit code does not tell about some of what it tells about by default.",
    action: "If that was not meant, take out `--fail-on` or `policy.failOn`, and run again.",
  },
  rows_limited: {
    title: "not all rows were read",
    meaning:
      "`database.where` limits the rows. Streams whose rows it leaves out are reported as missing in the database.",
    action: "If streams are missing in the database, see first whether this condition leaves out their rows.",
  },
  db_only: {
    title: "the rows alone were checked",
    meaning: "`--db-only`: streams that the database lacks were not looked for, and solvency was not checked.",
    action: "Nothing, if it was meant. Run without `--db-only` before you call the books right.",
  },
  missing_rows_not_checked: {
    title: "missing rows were not looked for",
    meaning:
      "The layout names no counter, or the ledger has none and the ids lie too far apart, so streams that the database lacks were not looked for.",
    action: "Nothing tonight. If the contract has a counter, name it as `nextId` in the layout.",
  },
  layout_does_not_fit: {
    title: "the layout is not this contract's",
    meaning:
      "Streams could not be read or compared, or the counter was not found, because the contract keeps them otherwise than the layout says. Told once, with what was found and what to write; each stream has its own error.",
    action:
      "Write what the message proposes, if its names mean the same; otherwise choose the layout of this contract, or describe it (docs/layouts.md).",
  },
  no_cursor: {
    title: "no cursor is configured",
    meaning:
      "Neither rows nor a table tell how far the database has seen the chain: recent changes on chain count as lag, not as drift.",
    action: "Name the column or table that keeps the last synced ledger in `database.cursor`.",
  },
  not_in_snapshot: {
    title: "not in the snapshot",
    meaning:
      "The contract's counter promises a stream that a snapshot file lacks. The file tells no times to live, so the entry may only have been evicted: with a node this would be a violation of `ids_complete`.",
    action: "Run against a node (`--chain` with its URL): only that can tell whether the stream is gone.",
    section: "Holes, and streams beyond the counter",
  },
  contract_missing: {
    title: "the contract is not in the ledger",
    meaning:
      "The ledger has no entry of the contract itself. Streams that the database lacks were looked for among the ids around its own, up to twenty beyond.",
    action:
      "With a node: check the contract id and the network. With a snapshot file: take one that holds the contract.",
  },
  solvency_undecided: {
    title: "nobody knows whether it can pay",
    meaning:
      "Whether the contract can pay what it owes of this token cannot be told: its balance is in no known form, or it seemed too low and never stood still.",
    action:
      "Run again at a quiet hour, or against a snapshot file. If the token keeps balances in its own form, it stays so.",
    section: "The escrow cannot pay",
  },
  network_not_told: {
    title: "the network is not told",
    meaning: "The chain does not say of which network it is, so `contract.network` was not checked.",
    action: "Make sure yourself of which network the snapshot is, or run against a node.",
  },
} satisfies Catalogue;
