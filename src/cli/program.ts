import { Command, CommanderError } from "commander";
import { suggestion } from "../core/values/suggest.js";
import type { Call, Declaration } from "./command-line/declaration.js";
import { EPILOGUE } from "./command-line/examples.js";
import { groupOfCommand, HELP_GROUP, OPTION_GROUPS } from "./command-line/groups.js";
import { commandsFirst } from "./command-line/help-layout.js";
import type { RawOptions } from "./command-line/raw-options.js";
import { refuseUnheard } from "./command-line/refusals.js";
import { withRunOptions } from "./command-line/shared-options.js";
import { declareDoctor } from "./commands/doctor/declaration.js";
import { declareExplain } from "./commands/explain/declaration.js";
import { declareGate } from "./commands/gate/declaration.js";
import { declareInspect } from "./commands/inspect/declaration.js";
import { declareMigrate } from "./commands/migrate/declaration.js";
import { declareRender } from "./commands/render/declaration.js";
import { declareRun } from "./commands/run/declaration.js";
import { declareRuns } from "./commands/runs/declaration.js";
import { declareServe } from "./commands/serve/declaration.js";
import { declareTrigger } from "./commands/trigger/declaration.js";
import { TOOL_VERSION } from "./process/version.js";

/** What the command line asks for. */
export type Invocation =
  | Call
  /** `--help`, `--version`, or a mistake: what to print, and how to exit. */
  | { readonly command: "none"; readonly exitCode: 0 | 2; readonly stdout: string; readonly stderr: string };

/** In the order in which `--help` lists them. */
const DECLARATIONS: readonly Declaration[] = [
  declareRun,
  declareInspect,
  declareExplain,
  declareRender,
  declareGate,
  declareRuns,
  declareMigrate,
  declareDoctor,
  declareServe,
  declareTrigger,
];

/** Reads the command line. Values are taken as text; config/ and run-options.ts check them. */
export function parseCommandLine(argv: readonly string[]): Invocation {
  let stdout = "";
  let stderr = "";
  let invocation: Invocation | null = null;
  const call = (called: Call) => {
    invocation = called;
  };
  const program = new Command("reconcile-streams")
    .description("Compares payment streams in a database with the Soroban escrow contract that holds the money.")
    .commandsGroup(HELP_GROUP)
    .helpCommand("help [command]", "show a command's options, with examples")
    .showSuggestionAfterError()
    .showHelpAfterError("(reconcile-streams --help lists every command and option)")
    .configureHelp({ helpWidth: 80, formatHelp: commandsFirst })
    .configureOutput({
      writeOut: (text) => {
        stdout += text;
      },
      writeErr: (text) => {
        stderr += text;
      },
    })
    .exitOverride()
    .enablePositionalOptions()
    .addHelpText("after", EPILOGUE);

  withRunOptions(program)
    .optionsGroup(OPTION_GROUPS.help)
    .helpOption("-h, --help", "print this help")
    .version(TOOL_VERSION, "-V, --version", "print the version")
    // Accepted here only to be rejected with a better message than commander's.
    .allowExcessArguments()
    .action((options: RawOptions) => {
      const [word] = program.args;
      if (word !== undefined) refuseCommand(program, word);
      call({ command: "run", options, args: [] });
    });
  program.hook("preAction", (_program, command) => refuseUnheard(program, command));
  for (const declare of DECLARATIONS) declare(program, call);
  for (const command of program.commands) {
    command.helpGroup(groupOfCommand(command.name()));
    for (const one of [command, ...command.commands]) finish(one);
  }

  const [first, word = ""] = argv;
  try {
    // For `help` with an unknown command, commander prints the whole program's help without any error.
    if (first === "help" && /^\w/.test(word) && !namesOf(program).includes(word)) refuseCommand(program, word);
    program.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { command: "none", exitCode: error.exitCode === 0 ? 0 : 2, stdout, stderr };
  }
  if (invocation === null) throw new Error("the command line was parsed, but no command was chosen");
  return invocation;
}

function namesOf(program: Command): string[] {
  return [...program.commands.map((command) => command.name()), "help"];
}

function refuseCommand(program: Command, word: string): never {
  program.error(`error: there is no command ${JSON.stringify(word)}: ${suggestion(word, namesOf(program))}`);
}

/** Settings of every command. Extra arguments are rejected: ignoring them would hide a mistake. */
function finish(command: Command): void {
  const name = [command.parent?.parent ? command.parent.name() : "", command.name()].join(" ").trim();
  const one = name === "run" ? "; for one stream: --stream <id>, or inspect <id>" : "";
  command.allowExcessArguments(false).showHelpAfterError(`(reconcile-streams ${name} --help lists its options${one})`);
}
