import type { Command } from "commander";
import type { RawOptions } from "./raw-options.js";

export const COMMANDS = [
  "run",
  "inspect",
  "explain",
  "render",
  "migrate",
  "runs verify",
  "gate",
  "doctor",
  "serve",
  "trigger",
] as const;
export type CommandName = (typeof COMMANDS)[number];

/** A command of the command line, as it was called. */
export interface Call {
  readonly command: CommandName;
  readonly options: RawOptions;
  /** The words after the command. */
  readonly args: readonly string[];
}

/**
 * Adds a command to the program. A declaration knows names and help texts and nothing else, so that `--help` loads no
 * more than that; what the command does is in commands/ (run-cli.ts).
 */
export type Declaration = (program: Command, call: (call: Call) => void) => void;
