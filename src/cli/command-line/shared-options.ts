import { type Command, Option } from "commander";
import { FORMATS } from "../../report/formats.js";
import { KINDS } from "../../report/kinds.js";
import { DEFAULT_FAIL_ON, FAIL_ON } from "../process/fail-on.js";
import { CHAINS } from "../sources/chains.js";
import { DATABASES } from "../sources/databases.js";
import { helpOf } from "../sources/source.js";
import { OPTION_GROUPS } from "./groups.js";
import type { RawOptions } from "./raw-options.js";
import { DEFAULT_LIMIT } from "./run-options.js";

/** Options may come before or after the command; those after it win. */
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

/** The flags that name the two sides, for every command that reads them. */
export function withSourceOptions(command: Command): Command {
  return command
    .optionsGroup(OPTION_GROUPS.sources)
    .addOption(new Option("--db <url>", `database: ${helpOf(DATABASES)} (DATABASE_URL)`))
    .addOption(new Option("--chain <url>", `chain: ${helpOf(CHAINS)} (SOROBAN_RPC_URL)`))
    .addOption(new Option("--contract <id>", "the escrow contract, C… (STREAM_CONTRACT_ID)"))
    .addOption(new Option("--config <file>", "configuration file (RECONCILE_CONFIG)"))
    .optionsGroup(OPTION_GROUPS.own);
}

/** What a report looks like and where it goes, for new and saved reports alike. */
export function withFormatOptions(command: Command): Command {
  return command
    .option("--format <name>", `${FORMATS.join(", ").replace(/, (\w+)$/, " or $1")} (default table)`)
    .option("--limit <rows>", `rows per block of table and markdown (default ${DEFAULT_LIMIT}; 0: all)`)
    .option("--only <kinds>", `findings that table and markdown show: ${KINDS.join(", ")} (default all)`)
    .option("--output <file>", "write the report to this file, not to standard output")
    .option(
      "--report <format=file>",
      "also write the report to this file, in this format; repeatable",
      (value: string, before: readonly string[] | undefined) => [...(before ?? []), value],
    );
}

export function withRunOptions(command: Command): Command {
  const described = withSourceOptions(command)
    .optionsGroup(OPTION_GROUPS.scope)
    .option("--stream <id...>", "check only these streams, by their ids in the report")
    .option("--db-only", "check only the database's rows, not streams without a row")
    .option("--allow-empty", "accept a database without streams")
    .optionsGroup(OPTION_GROUPS.policy)
    .option(
      "--tolerance <n>",
      "largest difference of an amount that counts as equal, in base units (RECONCILE_TOLERANCE; default 0)",
    )
    .option("--max-lag <ledgers>", "how far the database may lag before it counts as drift (default 120)")
    .option(
      "--confirm <n>",
      "look again n times at streams that differ, each time a ledger later (default 3; 0: never)",
    )
    .option("--settle <time>", "how long to wait for a database that is catching up (default 60s)")
    .option(
      "--fail-on <kinds>",
      `the kinds of findings that make a run fail: ${FAIL_ON.join(", ")} (default ${DEFAULT_FAIL_ON.join(", ")})`,
    )
    .optionsGroup(OPTION_GROUPS.report);
  return withFormatOptions(described)
    .optionsGroup(OPTION_GROUPS.record)
    .option("--dry-run", "check and report, but write no record")
    .option("--requested-by <name>", "who asks for this run, for its record (default: the OS user)")
    .option("--service <name>", "the service that asks, for the record (RECONCILE_SERVICE)")
    .option("--key-id <id>", "the id of that service's key in auth.keys (RECONCILE_KEY_ID)")
    .optionsGroup(OPTION_GROUPS.running)
    .option("--concurrency <n>", "RPC requests in flight (default 8 to 32)")
    .option("--timeout <seconds>", "stop after this time; the run is then incomplete")
    .option("--quiet", "print only the report and errors")
    .option("--verbose", "print codes and stack traces of errors")
    .option("--no-color", "no colour (NO_COLOR)")
    .option("--no-progress", "no progress line on a terminal")
    .optionsGroup(OPTION_GROUPS.own);
}
