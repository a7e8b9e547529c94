import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withSourceOptions } from "../../command-line/shared-options.js";

export const declareInspect: Declaration = (program, call) => {
  withSourceOptions(program.command("inspect"))
    .description("show one stream in full: both sides, the verdict, and its cause")
    .argument("<streamId>", "the id in the report: the database's, or on-chain:7")
    .option("--raw", "also show the ledger entry, as XDR and decoded")
    .option("--no-history", "do not ask the node for events and transactions")
    .option("--tolerance <n>", "as in a run (RECONCILE_TOLERANCE; default 0)")
    .option("--max-lag <ledgers>", "as in a run (default 120)")
    .option("--confirm <n>", "look again n times at what differs (default 3; 0: do not)")
    .option("--settle <time>", "how long to wait for a database that is catching up (default 60s)")
    .option("--format <name>", "table or json (default table)")
    .option("--output <file>", "write to this file, not to standard output")
    .option("--timeout <seconds>", "stop after this time, incomplete")
    .option("--verbose", "print codes and stack traces of errors")
    .option("--no-color", "no colour (NO_COLOR)")
    .addHelpText(
      "after",
      `${examples([
        ["see why a stream of the bundled demo was reported", "inspect stream_2"],
        ["by the contract's id, with or without a row", "inspect on-chain:1"],
        ["the same, with the bytes of its ledger entry", "inspect stream_2 --raw"],
        ["the same, for a program", "inspect stream_2 --format json"],
      ])}\n\nThe exit code is that of a run for this stream alone.`,
    )
    .action((streamId: string, options: RawOptions) => {
      call({ command: "inspect", options: layered(program.opts(), options), args: [streamId] });
    });
};
