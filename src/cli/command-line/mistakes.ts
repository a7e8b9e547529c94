import { ConfigurationError } from "../../core/errors.js";
import { suggestion } from "../../core/values/suggest.js";
import type { CommandName } from "./declaration.js";

/**
 * @param command the command whose help to point to; default: the program
 * @throws ConfigurationError that lists every mistake at once
 */
export function refuseMistakes(mistakes: readonly string[], command?: CommandName): void {
  if (mistakes.length === 0) return;
  throw new ConfigurationError("options_invalid", "The command line has a mistake.", {
    details: mistakes,
    hints: [`See reconcile-streams ${command === undefined ? "" : `${command} `}--help.`],
  });
}

/** `--format` of a command with its own formats; default: the first. Adds an unknown format to `mistakes`. */
export function readFormat<Format extends string>(
  text: string | undefined,
  formats: readonly [Format, ...Format[]],
  command: CommandName,
  mistakes: string[],
): Format {
  const given = text ?? formats[0];
  const format = formats.find((known) => known === given);
  if (format !== undefined) return format;
  mistakes.push(`--format: ${JSON.stringify(given)} is not a format of ${command}: ${suggestion(given, formats)}`);
  return formats[0];
}
