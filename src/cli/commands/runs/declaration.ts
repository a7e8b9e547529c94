import type { Command } from "commander";
import type { CommandName, Declaration } from "../../command-line/declaration.js";
import { type Example, examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withSourceOptions } from "../../command-line/shared-options.js";

export const declareRuns: Declaration = (program, call) => {
  const runs = program
    .command("runs")
    .helpCommand(false)
    .description("work with run records: verify that they are unaltered, explain a break, take a key into use")
    .addHelpText("after", examples([["check that no record was altered", "runs verify --config production.yaml"]]));
  const finish = (command: Command, name: CommandName, list: readonly Example[]) =>
    command
      .option("--verbose", "print codes and stack traces of errors")
      .addHelpText("after", examples(list))
      .action((options: RawOptions) => call({ command: name, options: layered(program.opts(), options), args: [] }));

  const verify = withSourceOptions(runs.command("verify"))
    .description("find the first run record that was altered, removed or inserted")
    .option("--expect-head <digest>", "a head printed earlier, which must still exist")
    .option("--format <name>", "table or json (default table)");
  finish(verify, "runs verify", [
    ["check every record since the journal began", "runs verify --config production.yaml"],
    ["the same, for a program", "runs verify --config production.yaml --format json"],
  ]);

  const acceptBreak = withSourceOptions(runs.command("accept-break"))
    .usage("[options] --reason <text>")
    .description("explain why run records are broken, in a sealed record; later damage counts again")
    .requiredOption("--reason <text>", "what happened, and how you know")
    .option("--by <name>", "who explains it (default: the OS user)");
  finish(acceptBreak, "runs accept-break", [
    ["explain a break by the ticket that tells what happened", "runs accept-break --reason INC-7 --by ops"],
  ]);

  const rekey = withSourceOptions(runs.command("rekey"))
    .description("take auth.recordKey into use in journals that were kept without a key, or with another one")
    .option("--by <name>", "who takes it into use (default: the OS user)");
  finish(rekey, "runs rekey", [["after auth.recordKey was set or replaced", "runs rekey --config production.yaml"]]);
};
