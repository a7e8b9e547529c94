import { access, constants, mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigurationError } from "../../../core/errors.js";
import { faultCode, faultMessage } from "../fault.js";

/** Read: never writes. Write: never makes a file. Create: makes it. */
export type FileMode = "ro" | "rw" | "rwc";

/**
 * The path as a URI, the one way to say how the file may be opened: the driver has options for that and ignores them,
 * so that a wrong path would make an empty database.
 */
export function fileUri(path: string, mode: FileMode): string {
  return `${pathToFileURL(resolve(path)).href}?mode=${mode}`;
}

/** @throws ConfigurationError unless there is a file that can be read. */
export async function checkFile(path: string): Promise<void> {
  const problem = await problemOf(path);
  if (problem === null) return;
  throw new ConfigurationError("database_file_unusable", `The SQLite file ${path} ${problem}.`, {
    details: [`Looked for at ${resolve(path)}`],
    hints: [
      "Correct the database URL: sqlite:<path>, relative to the working directory, or to the configuration file that has it.",
    ],
  });
}

export async function fileExists(path: string): Promise<boolean> {
  return (await problemOf(path)) !== "does not exist";
}

export async function createFolder(path: string): Promise<void> {
  try {
    await mkdir(dirname(resolve(path)), { recursive: true });
  } catch (fault) {
    throw new ConfigurationError("database_file_unusable", `The folder of the SQLite file ${path} cannot be made.`, {
      details: [faultMessage(fault)],
      hints: ["Choose a path in a folder that this user may write to."],
      cause: fault,
    });
  }
}

async function problemOf(path: string): Promise<string | null> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return "is a folder";
    await access(path, constants.R_OK);
    return null;
  } catch (fault) {
    const code = faultCode(fault);
    if (code === "ENOENT" || code === "ENOTDIR") return "does not exist";
    return code === "EACCES" ? "may not be read by this user" : `cannot be looked at (${faultMessage(fault)})`;
  }
}
