import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withSourceOptions } from "../../command-line/shared-options.js";

export const declareDoctor: Declaration = (program, call) => {
  withSourceOptions(program.command("doctor"))
    .description("check everything that a run needs, and say what to do about what is wrong")
    .option("--dry-run", "for runs that leave no record: the table of run records is not needed")
    .option("--db-only", "for runs of the database's rows only")
    .option("--allow-empty", "a database without any stream is in order")
    .option("--max-lag <ledgers>", "how long the database may take to catch up (default 120)")
    .option("--compare-chain <url>", "a second endpoint, to compare network and height with")
    .option("--wait <seconds>", "how long to see whether the cursor moves (default 6; 0: do not)")
    .option("--service <name>", "the service that asks (RECONCILE_SERVICE)")
    .option("--key-id <id>", "the key of auth.keys that proves it (RECONCILE_KEY_ID)")
    .option("--format <name>", "table or json (default table)")
    .option("--timeout <seconds>", "stop after so long")
    .option("--verbose", "stack traces of errors")
    .option("--no-color", "no colour (NO_COLOR)")
    .addHelpText(
      "after",
      `${examples([
        ["would a run work here? What has to be done first?", "doctor --config production.yaml"],
        ["for runs in CI, which leave no record", "doctor --config production.yaml --dry-run"],
        ["the same, for a program", "doctor --dry-run --format json"],
      ])}\n\nThe exit code is 0 when a run would work, else 2.`,
    )
    .action((options: RawOptions) => call({ command: "doctor", options: layered(program.opts(), options), args: [] }));
};
