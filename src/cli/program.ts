import { Command, CommanderError, Option } from "commander";
import { suggestion } from "./config/suggest.js";
import { DEFAULT_FAIL_ON, FAIL_ON } from "./fail-on.js";
import type { RawOptions } from "./options.js";
import { DEFAULT_LIMIT, FORMATS } from "./run-options.js";
import { TOOL_VERSION } from "./version.js";

/** What the command line asks for. */
export type Invocation =
  | { readonly command: "run" | "migrate"; readonly options: RawOptions }
  /** `--help`, `--version`, or a mistake: what to print where, and how to exit. */
  | { readonly command: "none"; readonly exitCode: 0 | 2; readonly stdout: string; readonly stderr: string };

const EXAMPLES = `
Examples:
  $ reconcile-streams --dry-run
      try it on the bundled demo: nothing needs to be configured
  $ reconcile-streams --db postgres://… --chain https://… --contract C… --dry-run
      check a backend against its contract, and write nothing
  $ reconcile-streams migrate && reconcile-streams --config production.yaml
      create the table of run records once; then check and keep a record
  $ reconcile-streams --dry-run --stream stream_2 --format json
      one stream, for a program

Exit codes:
  0  in sync: everything was checked, and both sides agree
  1  unexpected failure: a bug
  2  usage or configuration error; nothing was checked
  3  drift: at least one discrepancy
  4  an invariant is violated
  5  incomplete: something could not be checked, or no record could be written
  130, 143  interrupted by SIGINT, SIGTERM

Flags beat environment variables, these beat the configuration file.
`;

/** Reads the command line. Values are taken as text; config/ and run-options.ts check them. */
export function parseCommandLine(argv: readonly string[]): Invocation {
  let stdout = "";
  let stderr = "";
  let invocation: Invocation | null = null;
  const program = new Command("reconcile-streams")
    .description("Compares payment streams in a database with the Soroban escrow contract that holds the money.")
    .version(TOOL_VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .showSuggestionAfterError()
    .showHelpAfterError("(reconcile-streams --help lists every option)")
    .configureHelp({ helpWidth: 80 })
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
    .addHelpText("after", EXAMPLES);

  withRunOptions(program)
    // Taken here only to be refused with a better message than the number of arguments.
    .allowExcessArguments()
    .action((options: RawOptions) => {
      const [word] = program.args;
      if (word !== undefined) {
        const commands = program.commands.map((command) => command.name());
        program.error(`error: there is no command ${JSON.stringify(word)}: ${suggestion(word, commands)}`);
      }
      invocation = { command: "run", options };
    });
  withRunOptions(program.command("run"))
    .description("run a reconciliation: what happens without a command, too")
    .action((options: RawOptions) => {
      invocation = { command: "run", options: layered(program.opts(), options) };
    });
  withSourceOptions(program.command("migrate"))
    .description("create the table reconciliation_runs, which keeps the runs' records")
    .option("--print", "print the SQL instead of running it")
    .option("--verbose", "stack traces of errors")
    .action((options: RawOptions) => {
      const all = layered(program.opts(), options);
      if (all.dryRun === true && all.print !== true) {
        program.error("error: migrate creates a table, which --dry-run forbids; migrate --print only shows the SQL");
      }
      invocation = { command: "migrate", options: all };
    });

  try {
    program.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { command: "none", exitCode: error.exitCode === 0 ? 0 : 2, stdout, stderr };
  }
  if (invocation === null) throw new Error("the command line was parsed, but no command was chosen");
  return invocation;
}

/** Options may stand before the command or after it; what stands after it counts for more. */
function layered(before: RawOptions, after: RawOptions): RawOptions {
  const merged: Record<string, unknown> = { ...before, ...after };
  // These are true unless a --no-… flag was given, which a default must not undo.
  for (const name of ["color", "progress"] as const) {
    if (before[name] === false || after[name] === false) merged[name] = false;
  }
  return merged;
}

function withSourceOptions(command: Command): Command {
  return command
    .addOption(new Option("--db <url>", "database: postgres://… or sqlite:<path> (DATABASE_URL)"))
    .addOption(new Option("--chain <url>", "chain: http(s)://… of a Soroban RPC, or snapshot:<path> (SOROBAN_RPC_URL)"))
    .addOption(new Option("--contract <id>", "the escrow contract, C… (STREAM_CONTRACT_ID)"))
    .addOption(new Option("--config <file>", "configuration file (RECONCILE_CONFIG)"));
}

function withRunOptions(command: Command): Command {
  return withSourceOptions(command)
    .option("--dry-run", "check and report, write nothing anywhere")
    .option("--stream <id...>", "only these streams, by the id that the report prints")
    .option(
      "--tolerance <n>",
      "largest difference of an amount that counts as equal, in base units (RECONCILE_TOLERANCE; default 0)",
    )
    .option("--max-lag <ledgers>", "how long the database may take to catch up before lag is drift (default 120)")
    .option(
      "--confirm <n>",
      "look again n times at streams that differ, each time a ledger later (default 3; 0: do not)",
    )
    .option("--db-only", "check the database's rows only, not what the contract has beyond them")
    .option(
      "--fail-on <kinds>",
      `fail on these kinds of findings only: ${FAIL_ON.join(", ")} (default ${DEFAULT_FAIL_ON.join(", ")})`,
    )
    .option("--allow-empty", "a database without any stream is in order")
    .option("--format <name>", `${FORMATS.join(", ").replace(/, (\w+)$/, " or $1")} (default table)`)
    .option("--limit <rows>", `rows of each block of the table (default ${DEFAULT_LIMIT}; 0: all)`)
    .option("--output <file>", "write the report there, not to standard output")
    .option("--concurrency <n>", "RPC requests in flight (default 8)")
    .option("--timeout <seconds>", "end the run after so long, incomplete")
    .option("--requested-by <name>", "who asked for this run, for its record (default: the OS user)")
    .option("--quiet", "nothing but the report and errors")
    .option("--verbose", "more about errors: codes and stack traces")
    .option("--no-color", "no colour (NO_COLOR)")
    .option("--no-progress", "no progress line on a terminal");
}
