import { type Command, Option } from "commander";
import { FORMATS } from "../../report/formats.js";
import { DEFAULT_FAIL_ON, FAIL_ON } from "../process/fail-on.js";
import { CHAINS } from "../sources/chains.js";
import { DATABASES } from "../sources/databases.js";
import { helpOf } from "../sources/source.js";
import { OPTION_GROUPS } from "./groups.js";
import type { RawOptions } from "./raw-options.js";
import { DEFAULT_LIMIT } from "./run-options.js";

/** Options may stand before the command or after it; what stands after it counts for more. */
export function layered(before: RawOptions, after: RawOptions): RawOptions {
  const merged: Record<string, unknown> = { ...before, ...after };
  // These are true unless a --no-… flag was given, which a default must not undo.
  for (const name of ["color", "progress"] as const) {
    if (before[name] === false || after[name] === false) merged[name] = false;
  }
  const reports = [...(before.report ?? []), ...(after.report ?? [])];
  if (reports.length > 0) merged.report = reports;
  return merged;
}

/** Where the two sides are: the same flags for every command that reads them. */
export function withSourceOptions(command: Command): Command {
  return command
    .optionsGroup(OPTION_GROUPS.sources)
    .addOption(new Option("--db <url>", `database: ${helpOf(DATABASES)} (DATABASE_URL)`))
    .addOption(new Option("--chain <url>", `chain: ${helpOf(CHAINS)} (SOROBAN_RPC_URL)`))
    .addOption(new Option("--contract <id>", "the escrow contract, C… (STREAM_CONTRACT_ID)"))
    .addOption(new Option("--config <file>", "configuration file (RECONCILE_CONFIG)"))
    .optionsGroup(OPTION_GROUPS.own);
}

/** What a report looks like and where it goes: of a run, and of one that was saved. */
export function withFormatOptions(command: Command): Command {
  return command
    .option("--format <name>", `${FORMATS.join(", ").replace(/, (\w+)$/, " or $1")} (default table)`)
    .option("--limit <rows>", `rows of each block of table and markdown (default ${DEFAULT_LIMIT}; 0: all)`)
    .option("--output <file>", "write the report there, not to standard output")
    .option(
      "--report <format=file>",
      "write it there too, in that format; may be given again",
      (value: string, before: readonly string[] | undefined) => [...(before ?? []), value],
    );
}

export function withRunOptions(command: Command): Command {
  const described = withSourceOptions(command)
    .optionsGroup(OPTION_GROUPS.scope)
    .option("--stream <id...>", "only these streams, by the id that the report prints")
    .option("--db-only", "check the database's rows only, not what the contract has beyond them")
    .option("--allow-empty", "a database without any stream is in order")
    .optionsGroup(OPTION_GROUPS.policy)
    .option(
      "--tolerance <n>",
      "largest difference of an amount that counts as equal, in base units (RECONCILE_TOLERANCE; default 0)",
    )
    .option("--max-lag <ledgers>", "how long the database may take to catch up before lag is drift (default 120)")
    .option(
      "--confirm <n>",
      "look again n times at streams that differ, each time a ledger later (default 3; 0: do not)",
    )
    .option(
      "--fail-on <kinds>",
      `fail on these kinds of findings only: ${FAIL_ON.join(", ")} (default ${DEFAULT_FAIL_ON.join(", ")})`,
    )
    .optionsGroup(OPTION_GROUPS.report);
  return withFormatOptions(described)
    .optionsGroup(OPTION_GROUPS.record)
    .option("--dry-run", "check and report, write nothing anywhere")
    .option("--requested-by <name>", "who asked for this run, for its record (default: the OS user)")
    .option("--service <name>", "the service that asks, for its record (RECONCILE_SERVICE)")
    .option("--key-id <id>", "the key of auth.keys that proves it (RECONCILE_KEY_ID)")
    .optionsGroup(OPTION_GROUPS.running)
    .option("--concurrency <n>", "RPC requests in flight (default 8 to 32)")
    .option("--timeout <seconds>", "end the run after so long, incomplete")
    .option("--quiet", "nothing but the report and errors")
    .option("--verbose", "more about errors: codes and stack traces")
    .option("--no-color", "no colour (NO_COLOR)")
    .option("--no-progress", "no progress line on a terminal")
    .optionsGroup(OPTION_GROUPS.own);
}
