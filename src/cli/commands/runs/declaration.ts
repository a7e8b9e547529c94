import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withSourceOptions } from "../../command-line/shared-options.js";

export const declareRuns: Declaration = (program, call) => {
  const runs = program
    .command("runs")
    .helpCommand(false)
    .description("work with run records: runs verify checks that they are unaltered")
    .addHelpText("after", examples([["check that no record was altered", "runs verify --config production.yaml"]]));
  withSourceOptions(runs.command("verify"))
    .description("find the first run record that was altered, removed or inserted")
    .option("--expect-head <digest>", "a head printed earlier, which must still exist")
    .option("--format <name>", "table or json (default table)")
    .option("--verbose", "print codes and stack traces of errors")
    .addHelpText(
      "after",
      examples([
        ["check every record since the journal began", "runs verify --config production.yaml"],
        ["the same, for a program", "runs verify --config production.yaml --format json"],
      ]),
    )
    .action((options: RawOptions) =>
      call({ command: "runs verify", options: layered(program.opts(), options), args: [] }),
    );
};
