import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withSourceOptions } from "../../command-line/shared-options.js";

export const declareGate: Declaration = (program, call) => {
  withSourceOptions(program.command("gate"))
    .usage("[options] --max-age <time>")
    .description("exit with the code of the newest recorded run of all streams, if it can be trusted")
    .requiredOption("--max-age <time>", "how long ago that run may have started: 90m, 24h, 7d")
    .option("--format <name>", "table or json (default table)")
    .option("--verbose", "print codes and stack traces of errors")
    .addHelpText(
      "after",
      `${examples([
        ["deploy only if last night's run found nothing", "gate --config production.yaml --max-age 24h"],
        ["the same, for a program", "gate --config production.yaml --max-age 7d --format json"],
      ])}\n\nThe exit code is that run's, or 5 if no run can be trusted.`,
    )
    .action((options: RawOptions) => call({ command: "gate", options: layered(program.opts(), options), args: [] }));
};
