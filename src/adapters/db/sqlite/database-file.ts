import { access, constants, mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigurationError } from "../../../core/errors.js";
import { faultCode, faultMessage } from "../fault.js";

/** Read only; write to an existing file; or create the file if missing. */
export type FileMode = "ro" | "rw" | "rwc";

/**
 * The path as a URI, which is the only way to set the mode: the driver ignores its own options for it, and a wrong path
 * would create an empty database.
 */
export function fileUri(path: string, mode: FileMode): string {
  return `${pathToFileURL(resolve(path)).href}?mode=${mode}`;
}

/** @throws ConfigurationError unless there is a readable file. */
export async function checkFile(path: string): Promise<void> {
  const problem = await problemOf(path);
  if (problem === null) return;
  throw new ConfigurationError("database_file_unusable", `The SQLite file ${path} ${problem}.`, {
    details: [`Looked for at ${resolve(path)}`],
    hints: [
      "Correct the database URL: sqlite:<path>, relative to the working directory or to the configuration file that sets it.",
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
    throw new ConfigurationError("database_file_unusable", `The folder of the SQLite file ${path} cannot be created.`, {
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
    return code === "EACCES" ? "may not be read by this user" : `cannot be accessed (${faultMessage(fault)})`;
  }
}
