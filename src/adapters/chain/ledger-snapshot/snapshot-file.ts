import { constants } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";
import { ConfigurationError, UnavailableError } from "../../../core/errors.js";

/** Node cannot hold a longer string, and the parser needs the file as one. */
const MAX_FILE_BYTES = constants.MAX_STRING_LENGTH;

/**
 * Reads a whole file into memory.
 * @throws ConfigurationError when the path is wrong, or what is there is no file that can be a snapshot.
 * @throws UnavailableError when the system fails to read it.
 */
export async function readSnapshotFile(path: string): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const stat = await file.stat();
    if (!stat.isFile()) throw notAFile(path, stat.isDirectory() ? "a directory" : "a device, a pipe or a socket");
    if (stat.size > MAX_FILE_BYTES) throw tooLarge(path, stat.size);
    return await file.readFile();
  } catch (error) {
    throw explainReadFailure(error, path);
  } finally {
    await file?.close();
  }
}

function notAFile(path: string, found: string): ConfigurationError {
  return new ConfigurationError("snapshot_not_a_file", `the ledger snapshot is ${found}, not a file`, {
    details: [`path: ${path}`],
    hints: ["give the path of the JSON file itself: --chain snapshot:PATH/snapshot.json"],
  });
}

function tooLarge(path: string, size: number): ConfigurationError {
  return new ConfigurationError("snapshot_too_large", "the ledger snapshot is too large to be read into memory", {
    details: [`file: ${path}`, `size: ${size} bytes`, `largest that can be read: ${MAX_FILE_BYTES} bytes`],
    hints: [
      "create it for the escrow contract and its tokens only: `stellar snapshot create --address C… --address C…`",
    ],
  });
}

/** What a failed system call means for the user. A failure that we raised ourselves passes unchanged. */
export function explainReadFailure(error: unknown, path: string): unknown {
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown };
  const cause = { details: [`path: ${path}`], cause: error };
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new ConfigurationError("snapshot_not_found", "there is no ledger snapshot at the path given", {
        ...cause,
        hints: ["check the path after `snapshot:`; a relative path starts from the working directory"],
      });
    case "EACCES":
    case "EPERM":
      return new ConfigurationError("snapshot_not_permitted", "the ledger snapshot may not be read by this user", {
        ...cause,
        hints: ["give this user the right to read the file and to enter the directories above it"],
      });
    case "ELOOP":
    case "ENAMETOOLONG":
    case "ENXIO":
    case "ERR_INVALID_ARG_VALUE":
      return new ConfigurationError("snapshot_not_found", "the path of the ledger snapshot cannot be followed", {
        ...cause,
        details: [...cause.details, `the system says: ${code}`],
        hints: ["check the path after `snapshot:`, and the symbolic links on its way"],
      });
    default:
  }
  // Only system calls fail in this way; anything else is a failure of ours, or a bug.
  if (typeof code !== "string" || syscall === undefined) return error;
  return new UnavailableError("snapshot_read_failed", "the system failed to read the ledger snapshot", {
    ...cause,
    details: [...cause.details, `the system says: ${code}`],
    hints: ["try again; if it fails again, look at the disk or the network share that holds the file"],
  });
}
