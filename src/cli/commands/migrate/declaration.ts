import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withSourceOptions } from "../../command-line/shared-options.js";

export const declareMigrate: Declaration = (program, call) => {
  withSourceOptions(program.command("migrate"))
    .description("create the table reconciliation_runs, which keeps the runs' records")
    .option("--print", "print the SQL instead of running it")
    .option("--verbose", "stack traces of errors")
    .addHelpText(
      "after",
      examples([
        ["create the table where production.yaml says", "migrate --config production.yaml"],
        ["see the SQL, for somebody who may create tables", "migrate --print --db postgres://localhost/backend"],
      ]),
    )
    .action((options: RawOptions) => {
      const all = layered(program.opts(), options);
      if (all.dryRun === true && all.print !== true) {
        program.error("error: migrate creates a table, which --dry-run forbids; migrate --print only shows the SQL");
      }
      call({ command: "migrate", options: all, args: [] });
    });
};
