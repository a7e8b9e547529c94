import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withSourceOptions } from "../../command-line/shared-options.js";

export const declareInspect: Declaration = (program, call) => {
  withSourceOptions(program.command("inspect"))
    .description("everything about one stream: both sides, the verdict, and what caused it")
    .argument("<streamId>", "the id that the report prints: the database's, or on-chain:7")
    .option("--raw", "the ledger entry as well: XDR and decoded")
    .option("--no-history", "do not ask the node for events and transactions")
    .option("--tolerance <n>", "as in a run (RECONCILE_TOLERANCE; default 0)")
    .option("--max-lag <ledgers>", "as in a run (default 120)")
    .option("--confirm <n>", "look again n times at what differs (default 3; 0: do not)")
    .option("--settle <time>", "wait so long for a database that is on its way (default 60s)")
    .option("--format <name>", "table or json (default table)")
    .option("--output <file>", "write it there, not to standard output")
    .option("--timeout <seconds>", "end after so long, incomplete")
    .option("--verbose", "more about errors: codes and stack traces")
    .option("--no-color", "no colour (NO_COLOR)")
    .addHelpText(
      "after",
      `${examples([
        ["see why a stream of the bundled demo is red", "inspect stream_2"],
        ["by the contract's id, with or without a row", "inspect on-chain:1"],
        ["with the bytes of its ledger entry", "inspect stream_2 --raw"],
        ["the same for a program", "inspect stream_2 --format json"],
      ])}\n\nThe exit code is that of a run for this stream alone.`,
    )
    .action((streamId: string, options: RawOptions) => {
      call({ command: "inspect", options: layered(program.opts(), options), args: [streamId] });
    });
};
