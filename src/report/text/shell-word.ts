import { printable } from "./readable.js";

const PLAIN = /^[A-Za-z0-9_./:@%+,=-]+$/;

/**
 * A value as an argument for a shell, which whoever copies the command runs: nothing in it is expanded or run, and it is no
 * option. Null where it cannot be typed, for it has characters that nobody sees.
 */
export function shellWord(value: string): string | null {
  if (printable(value) !== value) return null;
  const word = PLAIN.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
  return value.startsWith("-") ? `-- ${word}` : word;
}
