import type { RawOptions } from "../options.js";
import type { Declaration } from "./declaration.js";
import { layered, withFormatOptions } from "./shared-options.js";

export const declareRender: Declaration = (program, call) => {
  withFormatOptions(program.command("render"))
    .argument("<report>", "a report that --format json or --report json=… wrote; -: standard input")
    .description("show a saved report in any format")
    .option("--exit-code", "exit with the code of the run that the report is of")
    .option("--verbose", "stack traces of errors")
    .option("--no-color", "no colour (NO_COLOR)")
    .action((file: string, options: RawOptions) =>
      call({ command: "render", options: layered(program.opts(), options), args: [file] }),
    );
};
