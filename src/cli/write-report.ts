import { rename, rm, writeFile } from "node:fs/promises";
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
  const draft = `${path}.${io.newRunId()}.tmp`;
  try {
    await writeFile(draft, text, { flag: "wx" });
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    io.stdout.write(text);
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new UnavailableError("output_failed", `The report could not be written to ${path}: ${code}.`, {
      hints: ["It is on standard output instead."],
      cause,
    });
  }
}
