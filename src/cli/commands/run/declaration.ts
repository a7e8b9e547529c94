import type { Declaration } from "../../command-line/declaration.js";
import { examples, RUN_EXAMPLES } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withRunOptions } from "../../command-line/shared-options.js";

export const declareRun: Declaration = (program, call) => {
  withRunOptions(program.command("run"))
    .description("run a reconciliation (the default command)")
    .addHelpText("after", examples(RUN_EXAMPLES))
    .action((options: RawOptions) => call({ command: "run", options: layered(program.opts(), options), args: [] }));
};
