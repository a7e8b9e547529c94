import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered } from "../../command-line/shared-options.js";

export const declareExplain: Declaration = (program, call) => {
  program
    .command("explain")
    .argument("[code...]", "exit codes, findings, invariants, errors, notices; default: list all")
    .description("say what a code means and what to do about it")
    .option("--format <name>", "text or json (default text)")
    .option("--no-color", "no colour (NO_COLOR)")
    .option("--verbose", "print stack traces of errors")
    .addHelpText(
      "after",
      examples([
        ["list every code", "explain"],
        ["an exit code", "explain 5"],
        ["a finding, with its section of the runbook", "explain drift"],
        ["several codes of one report", "explain solvent rpc_timeout ttl_low"],
        ["the same, for a program", "explain row_unreadable --format json"],
      ]),
    )
    .action((codes: readonly string[], options: RawOptions) => {
      call({ command: "explain", options: layered(program.opts(), options), args: codes });
    });
};
