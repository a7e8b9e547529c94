import { exitOfPrinted } from "./process/exit-codes.js";
import { keepHeapSmall } from "./process/heap-growth.js";
import { processIo } from "./process/process-io.js";
import { runCli } from "./run-cli.js";

keepHeapSmall();
const io = processIo();
const code = await runCli(process.argv.slice(2), io);

// What a stopped run has left behind, a connection that nobody answers, must not keep the process; but first all that
// was printed has to be on its way: standard output may be a pipe with a slow reader, or a disk that is full.
const lost = await io.flush();
if (lost !== null) process.stderr.write(`error: standard output could not be written: ${lost}\n`);
process.exitCode = exitOfPrinted(code, lost === null);
process.stderr.write("", () => process.exit());
