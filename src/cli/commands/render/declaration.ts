import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withFormatOptions } from "../../command-line/shared-options.js";

export const declareRender: Declaration = (program, call) => {
  withFormatOptions(program.command("render"))
    .argument("<report>", "a report that --format json or --report json=… wrote; -: standard input")
    .description("show a saved report in any format")
    .option("--exit-code", "exit with the code of the run that the report is of")
    .option("--verbose", "stack traces of errors")
    .option("--no-color", "no colour (NO_COLOR)")
    .addHelpText(
      "after",
      `${examples([
        ["read a saved report as a person", "render report.json"],
        ["a page for a manager", "render report.json --format html --output report.html"],
        ["several formats at once", "render report.json --format csv --report html=out.html"],
        ["go red where the run was", "render report.json --exit-code"],
      ])}\n\nThe exit code is 0 once it is rendered, whatever the report says, unless\n--exit-code asks for the run's.`,
    )
    .action((file: string, options: RawOptions) =>
      call({ command: "render", options: layered(program.opts(), options), args: [file] }),
    );
};
