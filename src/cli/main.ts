import { processIo } from "./process-io.js";
import { runCli } from "./run-cli.js";

// Not process.exit(): standard output may still be on its way into a pipe.
process.exitCode = await runCli(process.argv.slice(2), processIo());
