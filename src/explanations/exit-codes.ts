import type { Catalogue } from "./explanation.js";

/** The program's exit codes (cli/process/exit-codes.ts). */
export const EXIT_CODES: Catalogue = {
  "0": {
    title: "in sync",
    meaning: "Everything was checked, nothing differs beyond tolerance and allowed lag, every invariant holds.",
    action: "Carry on.",
  },
  "1": {
    title: "unexpected failure",
    meaning: "A bug; nothing else uses this code. The run reached no conclusion.",
    action: "Stop. Run again with `--verbose` and report the bug with that output. It says nothing about the books.",
  },
  "2": {
    title: "usage or configuration error",
    meaning:
      "The input is wrong: a flag, a configuration key, a file, a table, credentials or the network. Nothing was checked.",
    action:
      "Stop; running again will not help. The message on standard error says what is wrong and how to correct it.",
  },
  "3": {
    title: "drift",
    meaning:
      "At least one discrepancy is not lag: a field still differs, or a stream is still missing on one side, after another look.",
    action:
      "Stop whatever relies on these rows. Keep the report, and find what wrote the rows before you repair anything.",
    section: "Drift",
  },
  "4": {
    title: "violation",
    meaning: "An invariant is violated, on chain or in the database.",
    action:
      "Stop. If the side is `on_chain`, pay nothing out of this contract until you know the cause. If it is `db`, find what wrote the row.",
    section: "Violation on chain",
  },
  "5": {
    title: "incomplete",
    meaning:
      "Something could not be checked, it is not known whether the contract can pay, `--timeout` ended the run, there was no stream to check, or the run's record, its report's file or its output could not be written to the last byte.",
    action: "Stop; running again later may help. Each error in the report says what could not be read, and why.",
    section: "Could not be checked",
  },
  "130": {
    title: "interrupted by SIGINT",
    meaning: "The report has the findings so far.",
    action: "Stop, and let another run finish: nothing is known about the rest.",
  },
  "143": {
    title: "interrupted by SIGTERM",
    meaning: "The report has the findings so far.",
    action:
      "Stop, and find out what ended it, usually a scheduler's time limit. Raise that limit, or set a shorter `--timeout`.",
  },
};
