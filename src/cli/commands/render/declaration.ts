import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withFormatOptions } from "../../command-line/shared-options.js";

export const declareRender: Declaration = (program, call) => {
  withFormatOptions(program.command("render"))
    .argument("<report>", "a report saved as JSON (--format json, --report json=…); -: standard input")
    .description("show a saved report in any format")
    .option("--exit-code", "exit with the exit code of the report's run")
    .option("--verbose", "print stack traces of errors")
    .option("--no-color", "no colour (NO_COLOR)")
    .addHelpText(
      "after",
      `${examples([
        ["read a saved report", "render report.json"],
        ["turn it into a web page", "render report.json --format html --output report.html"],
        ["write several formats at once", "render report.json --format csv --report html=out.html"],
        ["fail if the run failed", "render report.json --exit-code"],
      ])}\n\nThe exit code is 0 once the report is rendered, whatever it says, unless\n--exit-code asks for the run's.`,
    )
    .action((file: string, options: RawOptions) =>
      call({ command: "render", options: layered(program.opts(), options), args: [file] }),
    );
};
