import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withSourceOptions } from "../../command-line/shared-options.js";
import { SERVE_DEFAULTS } from "./options.js";

/** Options of a run that each request sets for itself, or that a service has no use for. */
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
    .description("answer signed HTTP requests for runs, with health checks and metrics")
    .option("--host <address>", `address to listen on (default ${SERVE_DEFAULTS.host})`)
    .option("--port <number>", `port to listen on (default ${SERVE_DEFAULTS.port}; 0: any free one)`)
    .option("--run-timeout <seconds>", `stop a run after this time (default ${SERVE_DEFAULTS.runTimeoutSeconds})`)
    .option(
      "--grace <seconds>",
      `how long a run may go on after a stop signal (default ${SERVE_DEFAULTS.graceSeconds})`,
    )
    .option("--no-metrics", "do not serve GET /metrics")
    .option("--db-only", "check only the database's rows, not streams without a row")
    .option("--allow-empty", "accept a database without streams")
    .option("--verbose", "print stack traces of errors")
    .addHelpText(
      "after",
      examples([
        ["for a scheduler on this machine", "serve --config production.yaml"],
        ["in a container, behind a proxy that adds TLS", "serve --config production.yaml --host 0.0.0.0"],
      ]),
    )
    .action((options: RawOptions) => {
      const all = layered(program.opts(), options);
      const misplaced = NOT_HERE.find((name) => all[name] !== undefined);
      if (misplaced !== undefined) {
        const flag = misplaced.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
        program.error(`error: --${flag} is not an option of serve: each request says what to do (docs/service.md)`);
      }
      call({ command: "serve", options: all, args: [] });
    });
};
