import { processIo } from "./process-io.js";
import { runCli } from "./run-cli.js";

process.exitCode = await runCli(process.argv.slice(2), processIo());
// What a stopped run has left behind, a connection that nobody answers, must not keep the process; but first all that
// was printed has to be on its way: standard output may be a pipe with a slow reader.
process.stdout.write("", () => process.stderr.write("", () => process.exit()));
