import { EXIT, exitOfError, exitOfPrinted } from "./process/exit-codes.js";
import { keepHeapSmall } from "./process/heap-growth.js";
import { presentError } from "./process/present-error.js";
import { processIo } from "./process/process-io.js";
import { runCli } from "./run-cli.js";

keepHeapSmall();
const io = openProcess();
const code = await runCli(process.argv.slice(2), io);

// Connections left by a stopped run must not keep the process alive. But the output comes first: standard output may
// be a slow pipe or a full disk.
const lost = await io.flush();
// A reader that has gone (`| head`) has seen what it wanted of a run that failed, but must not take half a report for green.
if (lost.stdout !== null && (lost.stdout !== "EPIPE" || code === EXIT.inSync)) {
  io.stderr.write(`error: standard output could not be written: ${lost.stdout}\n`);
}
process.exitCode = exitOfPrinted(code, lost.stdout === null && lost.stderr === null);
process.stderr.write("", () => process.exit());

function openProcess() {
  try {
    return processIo();
  } catch (error) {
    process.stderr.write(presentError(error, false));
    process.exit(exitOfError(error));
  }
}
