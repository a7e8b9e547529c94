import type { Call, CommandName } from "./command-line/declaration.js";
import { exitOfError } from "./process/exit-codes.js";
import type { Io } from "./process/io.js";
import { presentError } from "./process/present-error.js";
import { RedactedOutput } from "./process/redacted-output.js";
import { Redactor } from "./process/redactor.js";
import { parseCommandLine } from "./program.js";
import { givenSecrets } from "./sources/given-secrets.js";

/** Carries out a command and returns the exit code. What it prints on standard output is redacted before it is laid out. */
export type Action = (call: Call, io: Io & { readonly stderr: RedactedOutput }, redactor: Redactor) => Promise<number>;

/** Imported on demand, so that each command loads only what it needs. */
const ACTIONS: Readonly<Record<CommandName, () => Promise<Action>>> = {
  run: async () => (await import("./commands/run/command.js")).runCommand,
  inspect: async () => (await import("./commands/inspect/command.js")).inspectCommand,
  migrate: async () => (await import("./commands/migrate/command.js")).migrateCommand,
  explain: async () => (await import("./commands/explain/command.js")).explainCommand,
  doctor: async () => (await import("./commands/doctor/command.js")).doctorCommand,
  render: async () => (await import("./commands/render/command.js")).renderCommand,
  "runs verify": async () => (await import("./commands/runs/verify.js")).runsVerifyCommand,
  "runs accept-break": async () => (await import("./commands/runs/accept-break.js")).acceptBreakCommand,
  "runs rekey": async () => (await import("./commands/runs/rekey.js")).rekeyCommand,
  gate: async () => (await import("./commands/gate/command.js")).gateCommand,
  serve: async () => (await import("./commands/serve/command.js")).serveCommand,
  trigger: async () => (await import("./commands/trigger/command.js")).triggerCommand,
};

/**
 * The whole program: parses the command line, runs the command and returns the exit code (docs/exit-codes.md).
 * Never throws. @param argv the arguments without node and script
 */
export async function runCli(argv: readonly string[], given: Io): Promise<number> {
  const redactor = new Redactor();
  redactor.hide(givenSecrets(argv, given.env));
  const io = { ...given, stderr: new RedactedOutput(given.stderr, redactor) };
  const invocation = parseCommandLine(argv);
  if (invocation.command === "none") {
    if (invocation.stdout !== "") io.stdout.write(invocation.stdout);
    if (invocation.stderr !== "") io.stderr.write(invocation.stderr);
    return invocation.exitCode;
  }
  try {
    const act = await ACTIONS[invocation.command]();
    return await act(invocation, io, redactor);
  } catch (error) {
    io.stderr.write(presentError(error, invocation.options.verbose ?? false));
    return exitOfError(error);
  }
}
