import { ConfigurationError } from "../../core/errors.js";
import { suggestion } from "../../core/values/suggest.js";
import type { CommandName } from "./declaration.js";

/**
 * Nothing where there are no mistakes.
 * @param command whose help tells more; default: the program's own
 * @throws ConfigurationError that lists every mistake at once
 */
export function refuseMistakes(mistakes: readonly string[], command?: CommandName): void {
  if (mistakes.length === 0) return;
  throw new ConfigurationError("options_invalid", "The command line has a mistake.", {
    details: mistakes,
    hints: [`See reconcile-streams ${command === undefined ? "" : `${command} `}--help.`],
  });
}

/** `--format` of a command that has formats of its own: the first where none is given. Adds to `mistakes` any other. */
export function readFormat<Format extends string>(
  text: string | undefined,
  formats: readonly [Format, ...Format[]],
  command: CommandName,
  mistakes: string[],
): Format {
  const given = text ?? formats[0];
  const format = formats.find((known) => known === given);
  if (format !== undefined) return format;
  mistakes.push(`--format: ${JSON.stringify(given)} is no format of ${command}: ${suggestion(given, formats)}`);
  return formats[0];
}
