import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withSourceOptions } from "../../command-line/shared-options.js";

export const declareMigrate: Declaration = (program, call) => {
  withSourceOptions(program.command("migrate"))
    .description("create the table reconciliation_runs, which keeps run records")
    .option("--print", "print the SQL instead of running it")
    .option("--verbose", "print stack traces of errors")
    .addHelpText(
      "after",
      examples([
        ["create the table in the database that production.yaml names", "migrate --config production.yaml"],
        ["print the SQL, for someone who may create tables", "migrate --print --db postgres://localhost/backend"],
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
