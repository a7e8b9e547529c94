import type { Catalogue } from "./explanation.js";

/** The exit codes of the program (cli/process/exit-codes.ts). */
export const EXIT_CODES: Catalogue = {
  "0": {
    title: "in sync",
    meaning: "Everything was checked, nothing differs beyond tolerance and allowed lag, every invariant holds.",
    action: "Go on.",
  },
  "1": {
    title: "unexpected failure",
    meaning: "A bug. Nothing else ever uses 1. Nothing was concluded.",
    action: "Stop. Run again with `--verbose`, and report it with that output. It says nothing about the books.",
  },
  "2": {
    title: "usage or configuration error",
    meaning:
      "Something that was given is wrong: a flag, a configuration key, a file, a table, credentials, the network. Nothing was checked.",
    action:
      "Stop; running again will not help. The error on standard error names what is wrong and what to write instead.",
  },
  "3": {
    title: "drift",
    meaning:
      "At least one discrepancy that is no lag: a field that differs, or a stream that one side lacks, after it was looked at again.",
    action: "Stop what relies on these rows. Keep the report, and find what wrote the rows before you repair anything.",
    section: "Drift",
  },
  "4": {
    title: "violation",
    meaning: "An invariant is violated, on chain or in the database.",
    action:
      "Stop. If the side is `on_chain`, pay nothing out of this contract until it is explained; if it is `db`, find what wrote the row.",
    section: "Violation on chain",
  },
  "5": {
    title: "incomplete",
    meaning:
      "Something could not be checked, the run was ended by `--timeout`, no stream was seen, or the run's record or report file could not be written.",
    action:
      "Stop; running again later may help. Look at the codes of the report's errors: each says what could not be read, and why.",
    section: "Could not be checked",
  },
  "130": {
    title: "interrupted by SIGINT",
    meaning: "What was found so far is in the report.",
    action: "Stop, and run again to the end: what was not looked at yet is unknown.",
  },
  "143": {
    title: "interrupted by SIGTERM",
    meaning: "What was found so far is in the report.",
    action:
      "Stop, and find who ended it: a scheduler's limit, usually. Give it more time, or bound the run by `--timeout`.",
  },
};
