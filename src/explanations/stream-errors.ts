import type { Catalogue } from "./explanation.js";

/** Why one stream could not be checked. */
export const STREAM_ERRORS = {
  row_unreadable: {
    title: "a row that cannot be read",
    meaning:
      "A column holds an invalid value: an amount that is not a number, a date that does not exist, an impossible ledger. The message names the column and the value.",
    action:
      "Check the column in that row, and correct what wrote it. If every row is listed, the mapping names the wrong column, or `database.amountDecimals` is missing.",
  },
  on_chain_id_out_of_range: {
    title: "an impossible on-chain id",
    meaning: "The row's on-chain id is negative, or larger than any id of the contract can be.",
    action: "Find what wrote this id. If every row is listed, `database.onChainId` names the wrong column.",
  },
  stream_gone: {
    title: "a stream that is gone",
    meaning:
      "Neither side has the stream that `inspect` was asked for, but the contract's counter says that the id was assigned: the stream was deleted or lost.",
    action:
      "Check its last transaction in the output of `inspect`. If the contract deletes streams, all is well; otherwise it lost one.",
  },
  stream_not_found: {
    title: "no such stream",
    meaning: "No row has the id given to `--stream`; for `on-chain:7`, the contract does not have it either.",
    action:
      "Use the database's id, as a report shows it, not the contract's. For the contract's id 7 write `--stream on-chain:7`.",
  },
  node_behind_database: {
    title: "the node is behind the database",
    meaning: "The sides differ, but the row has seen a later ledger than the node, even on another look.",
    action:
      "Run again in a minute, or with a node that keeps up. If the error stays, the row's cursor is a ledger that does not exist yet: find what wrote it.",
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
    title: "a mapped field is missing in the contract",
    meaning: "A mapped field is not in the contract's struct.",
    action:
      "Check whether the contract was upgraded, and compare the layout's field names with its struct. Remove the field from `database.fields` only if it is really gone.",
  },
  entry_undecodable: {
    title: "an entry that cannot be decoded",
    meaning:
      "This version cannot decode the entry's bytes, or they have a map with one key twice, which no contract writes.",
    action: "Update this program: the network may have a new kind of value. Otherwise ask another node.",
  },
  entry_unreadable: {
    title: "an entry that does not fit the layout",
    meaning:
      "The decoded entry does not match the layout: it is not a struct, a field has another type, or a status is unknown.",
    action:
      "The message names the field and the value found. If every stream is listed, the layout or the contract id is wrong, or the contract was upgraded.",
  },
  entry_malformed: {
    title: "an unusable row in the node's answer",
    meaning: "A row in the node's answer has no usable data or ledger number, or more data than any ledger entry.",
    action: "Use another node: this one, or a gateway in front of it, gives wrong answers.",
  },
  entry_key_mismatch: {
    title: "data of another entry",
    meaning: "The node returned another entry's data for this key.",
    action: "Use another node: this one mixes up its answers and cannot be trusted.",
  },
  entry_duplicate: {
    title: "two answers for one key",
    meaning: "The node's answer has two rows for one key.",
    action: "Use another node: there is no way to know which of the two is right.",
  },
  entry_unanswered: {
    title: "a key without an answer",
    meaning: `The answer has no row for this key, but one for a key that was not requested, so "missing" would be a guess.`,
    action: "Use another node: this one does not answer what it was asked.",
  },
  entry_from_the_future: {
    title: "modified after it was read",
    meaning: "The entry claims to have been modified after the ledger at which it was read.",
    action: "Use another node, or a single one instead of a load balancer in front of nodes at different ledgers.",
  },
  snapshot_entry_unreadable: {
    title: "an unreadable entry in the snapshot",
    meaning: "The entry in the snapshot file cannot be read, or an unreadable entry may be the one in question.",
    action:
      "Create the snapshot again. If the error stays, read the stream from a node instead (`--chain` with its URL).",
  },
  snapshot_entry_from_later_ledger: {
    title: "modified after the snapshot",
    meaning: "The entry claims to have been modified after the snapshot's own ledger.",
    action:
      "Create the snapshot again, and do not edit it: its ledger number and its entries come from different moments.",
  },
  snapshot_entry_contradiction: {
    title: "a snapshot that contradicts itself",
    meaning: "The snapshot has the key more than once, with different contents.",
    action: "Create the snapshot again: two files may have been merged into this one.",
  },
  snapshot_key_mismatch: {
    title: "an entry with another entry's key",
    meaning: "An entry in the snapshot does not match its key.",
    action: "Create the snapshot again: this file was edited or written incorrectly.",
  },
  snapshot_key_unsupported: {
    title: "not contract data",
    meaning: "The run requested something other than contract data from the snapshot.",
    action: "Read from a node instead (`--chain` with its URL), and report the bug: no layout should need this.",
  },
} satisfies Catalogue;
