import { exitOfError } from "./exit-codes.js";
import type { Io } from "./io.js";
import { presentError } from "./present-error.js";
import { parseCommandLine } from "./program.js";
import { Redactor } from "./redactor.js";

/**
 * The whole program: reads the command line, does what it says, prints, and returns the exit code (design 2.2).
 * Never throws. @param argv the arguments alone, without node and script
 */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  const redactor = new Redactor();
  const invocation = parseCommandLine(argv);
  if (invocation.command === "none") {
    if (invocation.stdout !== "") io.stdout.write(invocation.stdout);
    if (invocation.stderr !== "") io.stderr.write(invocation.stderr);
    return invocation.exitCode;
  }
  const { options } = invocation;
  try {
    if (invocation.command === "migrate") {
      const { migrateCommand } = await import("./commands/migrate.js");
      return await migrateCommand(options, io, redactor);
    }
    const { runCommand } = await import("./commands/run.js");
    return await runCommand(options, io, redactor);
  } catch (error) {
    io.stderr.write(redactor.redact(presentError(error, options.verbose ?? false)));
    return exitOfError(error);
  }
}
