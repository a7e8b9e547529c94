import type { Command } from "commander";
import { COMMANDS } from "./declaration.js";

/** Options that decide where the result goes, what it looks like, or what is checked. */
const PROMISES = ["stream", "dbOnly", "format", "limit", "only", "output", "report"] as const;

/**
 * Options may come before the command, and commander silently ignores those that the command does not have. Rejects
 * the ones whose effect the user would miss.
 */
export function refuseUnheard(program: Command, command: Command): void {
  if (command === program) return;
  const known = command.options.map((option) => option.attributeName());
  const unheard = PROMISES.find((name) => program.getOptionValueSource(name) === "cli" && !known.includes(name));
  if (unheard === undefined) return;
  const flag = unheard.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  command.error(`error: --${flag} is not an option of ${command.name()}`);
}

const COMMAND_WORDS: ReadonlySet<string> = new Set(COMMANDS.flatMap((name) => name.split(" ").slice(0, 1)));

/**
 * `--stream a doctor` names two streams and no command, since the flag takes every word that follows.
 * @returns the mistake, or null
 */
export function swallowedCommand(streams: readonly string[]): string | null {
  const [first, ...others] = streams;
  const word = others.find((other) => COMMAND_WORDS.has(other));
  if (word === undefined) return null;
  return `--stream: takes every word that follows, including ${JSON.stringify(word)}: put the command before the flag; if a stream has that name, put it before ${JSON.stringify(first)}`;
}
