import type { Command } from "commander";
import type { RawOptions } from "./raw-options.js";

export const COMMANDS = [
  "run",
  "inspect",
  "explain",
  "render",
  "migrate",
  "runs verify",
  "runs accept-break",
  "runs rekey",
  "gate",
  "doctor",
  "serve",
  "trigger",
] as const;
export type CommandName = (typeof COMMANDS)[number];

/** A command as it was called. */
export interface Call {
  readonly command: CommandName;
  readonly options: RawOptions;
  /** The arguments after the command. */
  readonly args: readonly string[];
}

/**
 * Adds a command to the program. A declaration holds only names and help texts, so that `--help` loads nothing else;
 * run-cli.ts loads what the command does.
 */
export type Declaration = (program: Command, call: (call: Call) => void) => void;
