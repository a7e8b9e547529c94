import type { Catalogue } from "./explanation.js";

/** Why one stream could not be checked. */
export const STREAM_ERRORS = {
  row_unreadable: {
    title: "a row that cannot be read",
    meaning:
      "A column holds what it should not: an amount that is no number, a date that does not exist, a ledger that is none. The message names column and value.",
    action:
      "Look at the column in that row, and correct what wrote it. If every row is listed, the mapping names the wrong column, or `database.amountDecimals` is missing.",
  },
  on_chain_id_out_of_range: {
    title: "an on-chain id that cannot be one",
    meaning: "The row's on-chain id is negative, or larger than the contract's ids can be.",
    action: "Find what wrote this id. If every row is listed, `database.onChainId` names the wrong column.",
  },
  stream_gone: {
    title: "a stream that is gone",
    meaning:
      "Neither side has the stream that `inspect` was asked for, and yet the contract's counter says that it gave this id away: the stream was deleted, or lost.",
    action:
      "See its last transaction in the output of `inspect`. If the contract deletes streams, all is well; else it lost one.",
  },
  stream_not_found: {
    title: "no such stream",
    meaning:
      "`--stream` asked for an id that no row has, and, for `on-chain:7`, that the contract does not have either.",
    action:
      "Copy the id from a report, not from the contract: it is the database's. For the contract's id 7 write `--stream on-chain:7`.",
  },
  node_behind_database: {
    title: "the node is behind the database",
    meaning:
      "The sides differ, but the row has seen a later ledger than the node had reached, also when they were looked at again.",
    action:
      "Run again in a minute, or with a node that keeps up. If it stays, the row's cursor names a ledger that does not exist yet: find what wrote it.",
  },
  lag_unproven: {
    title: "neither late nor wrong can be shown",
    meaning:
      "The sides differ, and nothing shows whether the database is on its way or wrong; the message says what is missing.",
    action:
      "Run again in a few minutes, or watch longer with `--settle 5m`. Without a cursor, configure `database.cursor`.",
    section: "Lag",
  },
  cursor_implausible: {
    title: "a cursor that cannot be a ledger",
    meaning:
      "A cursor lies far beyond the node's newest ledger, below zero or beyond 32 bits: a time, a counter, or another network's. It was taken for none.",
    action: "Correct `database.cursor`, or what writes that column: it must hold the ledger that the row reflects.",
  },
  field_not_on_chain: {
    title: "a mapped field that the contract lacks",
    meaning: "A mapped field is not in the contract's struct.",
    action:
      "Was the contract upgraded? Compare the layout's field names with its struct; take the field out of `database.fields` only if it is really gone.",
  },
  entry_undecodable: {
    title: "an entry that cannot be decoded",
    meaning: "The entry's bytes are no value that this version can decode.",
    action:
      "Update this program: the network may have learned a kind of value that it does not know. Else ask another node.",
  },
  entry_unreadable: {
    title: "an entry that does not fit the layout",
    meaning:
      "The entry was decoded, and is not what the layout says: no struct, a field of another type, an unknown status.",
    action:
      "The message names the field and what was found. If every stream is listed, the layout or the contract id is wrong, or the contract was upgraded.",
  },
  entry_malformed: {
    title: "an unusable row in the node's answer",
    meaning: "A row of the node's answer has no usable data or ledger number.",
    action: "Use another node: this one, or a gateway before it, answers wrongly.",
  },
  entry_key_mismatch: {
    title: "another entry's data",
    meaning: "The node gave another entry's data for this key.",
    action: "Use another node: this one mixes up its answers, and nothing it says can be relied on.",
  },
  entry_duplicate: {
    title: "two answers for one key",
    meaning: "The node's answer holds two rows for one key.",
    action: "Use another node: nobody can tell which of the two is right.",
  },
  entry_unanswered: {
    title: "a key without an answer",
    meaning: `The answer has no row for this key, and one for a key that was not asked for: "missing" would be a guess.`,
    action: "Use another node: this one answers other questions than it was asked.",
  },
  entry_from_the_future: {
    title: "modified after it was read",
    meaning: "The entry claims to be modified after the ledger at which it was read.",
    action: "Use another node, or one endpoint instead of a balancer in front of several that differ in height.",
  },
  snapshot_entry_unreadable: {
    title: "an unreadable entry in the snapshot",
    meaning: "The entry in the snapshot file cannot be read, or an unreadable one may be the one that is looked for.",
    action: "Create the snapshot again. If it stays, read the stream from a node instead (`--chain` with its URL).",
  },
  snapshot_entry_from_later_ledger: {
    title: "modified after the snapshot",
    meaning: "The entry claims to be modified after the snapshot's own ledger.",
    action: "Create the snapshot again, and do not edit it: its ledger number and its entries are of two moments.",
  },
  snapshot_entry_contradiction: {
    title: "a snapshot that contradicts itself",
    meaning: "The snapshot holds the key more than once, with different contents.",
    action: "Create the snapshot again: two files may have been merged into this one.",
  },
  snapshot_key_mismatch: {
    title: "an entry beside another's key",
    meaning: "An entry of the snapshot does not belong to the key beside it.",
    action: "Create the snapshot again: this file was edited, or written wrongly.",
  },
  snapshot_key_unsupported: {
    title: "no contract data",
    meaning: "The snapshot was asked for something that is no contract data.",
    action: "Read from a node instead (`--chain` with its URL), and report it: a layout should not ask for this.",
  },
} satisfies Catalogue;
