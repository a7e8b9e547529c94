import { realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { UnavailableError } from "../core/errors.js";
import type { Io } from "./io.js";

/**
 * Prints the report, or puts it into its file as a whole: a reader never finds half of one.
 * @throws UnavailableError when the file cannot be written; the report then goes to standard output, so that it is not lost
 */
export async function writeReport(text: string, path: string | null, io: Io): Promise<void> {
  if (path === null) {
    io.stdout.write(text);
    return;
  }
  try {
    await writeWhole(text, path, io.newRunId());
  } catch (cause) {
    io.stdout.write(text);
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new UnavailableError("output_failed", `The report could not be written to ${path}: ${code}.`, {
      hints: ["It is on standard output instead."],
      cause,
    });
  }
}

/** A file is replaced in one step, where a link leads to and with its mode; a pipe or device is written to. */
async function writeWhole(text: string, path: string, unique: string): Promise<void> {
  const known = await stat(path).catch(() => null);
  if (known !== null && !known.isFile()) return writeFile(path, text);
  const target = known === null ? path : await realpath(path);
  const draft = `${target}.${unique}.tmp`;
  try {
    await writeFile(draft, text, { flag: "wx", ...(known === null ? {} : { mode: known.mode }) });
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
