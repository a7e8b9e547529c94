import type { Command } from "commander";
import { COMMANDS } from "./declaration.js";

/** Options that promise something: a file, a form, that less is looked at. */
const PROMISES = ["stream", "dbOnly", "format", "limit", "output", "report"] as const;

/**
 * Options may stand before the command. One that the command does not have would be passed over without a word: it is
 * refused, where somebody would wait for what it promises.
 */
export function refuseUnheard(program: Command, command: Command): void {
  if (command === program) return;
  const known = command.options.map((option) => option.attributeName());
  const unheard = PROMISES.find((name) => program.getOptionValueSource(name) === "cli" && !known.includes(name));
  if (unheard === undefined) return;
  const flag = unheard.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  command.error(`error: --${flag} is no option of ${command.name()}`);
}

const COMMAND_WORDS: ReadonlySet<string> = new Set(COMMANDS.flatMap((name) => name.split(" ").slice(0, 1)));

/**
 * `--stream a doctor` names two streams, and not a command: the flag takes every word that follows. Nobody means that.
 * @returns the mistake, or null
 */
export function swallowedCommand(streams: readonly string[]): string | null {
  const [first, ...others] = streams;
  const word = others.find((other) => COMMAND_WORDS.has(other));
  if (word === undefined) return null;
  return `--stream: takes every word that follows, ${JSON.stringify(word)} too: put the command before it; a stream of that name comes first, before ${JSON.stringify(first)}`;
}
