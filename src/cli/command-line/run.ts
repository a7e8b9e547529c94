import type { RawOptions } from "../options.js";
import type { Declaration } from "./declaration.js";
import { examples, RUN_EXAMPLES } from "./examples.js";
import { layered, withRunOptions } from "./shared-options.js";

export const declareRun: Declaration = (program, call) => {
  withRunOptions(program.command("run"))
    .description("run a reconciliation: what happens without a command, too")
    .addHelpText("after", examples(RUN_EXAMPLES))
    .action((options: RawOptions) => call({ command: "run", options: layered(program.opts(), options), args: [] }));
};
