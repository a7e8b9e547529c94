import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withSourceOptions } from "../../command-line/shared-options.js";

export const declareDoctor: Declaration = (program, call) => {
  withSourceOptions(program.command("doctor"))
    .description("check everything that a run needs, and say how to fix what is wrong")
    .option("--dry-run", "prepare for runs without a record: skip the table of run records")
    .option("--db-only", "prepare for runs with --db-only")
    .option("--allow-empty", "accept a database without streams")
    .option("--max-lag <ledgers>", "how far the database may lag (default 120)")
    .option("--compare-chain <url>", "a second endpoint, to compare its network and newest ledger")
    .option("--wait <seconds>", "how long to watch for the cursor to move (default 6; 0: do not)")
    .option("--service <name>", "the service that asks (RECONCILE_SERVICE)")
    .option("--key-id <id>", "the id of that service's key in auth.keys (RECONCILE_KEY_ID)")
    .option("--format <name>", "table or json (default table)")
    .option("--timeout <seconds>", "stop after this time")
    .option("--verbose", "print stack traces of errors")
    .option("--no-color", "no colour (NO_COLOR)")
    .addHelpText(
      "after",
      `${examples([
        ["find out whether a run would work, and what to do first", "doctor --config production.yaml"],
        ["the same, for runs in CI that leave no record", "doctor --config production.yaml --dry-run"],
        ["the same, for a program", "doctor --dry-run --format json"],
      ])}\n\nThe exit code is 0 if a run would work, else 2.`,
    )
    .action((options: RawOptions) => call({ command: "doctor", options: layered(program.opts(), options), args: [] }));
};
