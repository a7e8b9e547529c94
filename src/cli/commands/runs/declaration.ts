import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withSourceOptions } from "../../command-line/shared-options.js";

export const declareRuns: Declaration = (program, call) => {
  const runs = program
    .command("runs")
    .helpCommand(false)
    .description("the runs' records: runs verify says whether they are unaltered")
    .addHelpText("after", examples([["was any record altered?", "runs verify --config production.yaml"]]));
  withSourceOptions(runs.command("verify"))
    .description("say whether a run record was altered, removed or inserted, and which is the first")
    .option("--expect-head <digest>", "a head that was printed before, which must still be there")
    .option("--format <name>", "table or json (default table)")
    .option("--verbose", "more about errors: codes and stack traces")
    .addHelpText(
      "after",
      examples([
        ["was any record altered since the journal began?", "runs verify --config production.yaml"],
        ["the same, with the journal's head for a program", "runs verify --config production.yaml --format json"],
      ]),
    )
    .action((options: RawOptions) =>
      call({ command: "runs verify", options: layered(program.opts(), options), args: [] }),
    );
};
