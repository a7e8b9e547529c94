import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withSourceOptions } from "../../command-line/shared-options.js";
import { SERVE_DEFAULTS } from "./options.js";

/** Options of a run that each request gives for itself, or that a service has no use for. */
const NOT_HERE = [
  "dryRun",
  "stream",
  "format",
  "output",
  "limit",
  "report",
  "timeout",
  "requestedBy",
  "service",
  "keyId",
] as const;

export const declareServe: Declaration = (program, call) => {
  withSourceOptions(program.command("serve"))
    .description("answer signed requests for runs over HTTP, with health and metrics beside")
    .option("--host <address>", `where to listen (default ${SERVE_DEFAULTS.host})`)
    .option("--port <number>", `port to listen on (default ${SERVE_DEFAULTS.port}; 0: any that is free)`)
    .option("--run-timeout <seconds>", `end a run after so long (default ${SERVE_DEFAULTS.runTimeoutSeconds})`)
    .option(
      "--grace <seconds>",
      `how long a run may go on once the service is to stop (default ${SERVE_DEFAULTS.graceSeconds})`,
    )
    .option("--no-metrics", "no GET /metrics")
    .option("--db-only", "check the database's rows only, not what the contract has beyond them")
    .option("--allow-empty", "a database without any stream is in order")
    .option("--verbose", "stack traces of errors")
    .addHelpText(
      "after",
      examples([
        ["for a scheduler on this machine", "serve --config production.yaml"],
        ["in a container, behind something that speaks TLS", "serve --config production.yaml --host 0.0.0.0"],
      ]),
    )
    .action((options: RawOptions) => {
      const all = layered(program.opts(), options);
      const misplaced = NOT_HERE.find((name) => all[name] !== undefined);
      if (misplaced !== undefined) {
        const flag = misplaced.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
        program.error(`error: --${flag} is no option of serve: each request says what to do (docs/service.md)`);
      }
      call({ command: "serve", options: all, args: [] });
    });
};
