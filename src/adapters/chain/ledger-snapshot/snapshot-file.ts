import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { ConfigurationError, UnavailableError } from "../../../core/errors.js";

/** An open file with random access. Replacing the file at its path does not affect it. */
export interface SnapshotFile {
  readonly path: string;
  /** In bytes, at the time of opening. */
  readonly size: number;
  /** Fills `into` as far as possible; 0 bytes only at the end of the file. @throws UnavailableError if it fails. */
  read(into: Uint8Array, offset: number): Promise<number>;
  /** @throws UnavailableError if the file was written to after it was opened. */
  assertUnchanged(): Promise<void>;
  /** Waits for running reads. */
  close(): Promise<void>;
}

/**
 * @throws ConfigurationError if the path is wrong or does not name a regular file.
 * @throws UnavailableError if the system fails to open it.
 */
export async function openSnapshotFile(path: string): Promise<SnapshotFile> {
  // Without O_NONBLOCK, opening a pipe would wait for a writer.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw explainReadFailure(error, path);
  });
  try {
    const first = await handle.stat({ bigint: true });
    if (!first.isFile()) throw notAFile(path, first.isDirectory() ? "a directory" : "a device, a pipe or a socket");
    return new OpenFile(path, handle, first);
  } catch (error) {
    await handle.close();
    throw explainReadFailure(error, path);
  }
}

class OpenFile implements SnapshotFile {
  readonly size: number;

  constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private readonly first: BigIntStats,
  ) {
    this.size = Number(first.size);
  }

  async read(into: Uint8Array, offset: number): Promise<number> {
    let done = 0;
    try {
      while (done < into.length) {
        const { bytesRead } = await this.handle.read(into, done, into.length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
    } catch (error) {
      throw explainReadFailure(error, this.path);
    }
    return done;
  }

  async assertUnchanged(): Promise<void> {
    const now = await this.handle.stat({ bigint: true }).catch((error: unknown) => {
      throw explainReadFailure(error, this.path);
    });
    if (now.size !== this.first.size || now.mtimeNs !== this.first.mtimeNs) throw fileChanged(this.path);
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Earlier and later reads may belong to different ledgers. */
function fileChanged(path: string): UnavailableError {
  return new UnavailableError("snapshot_changed", "the ledger snapshot was written to while it was being read", {
    details: [`path: ${path}`],
    hints: ["run again when the file is complete; to be safe, write to another file and rename it into place"],
  });
}

function notAFile(path: string, found: string): ConfigurationError {
  return new ConfigurationError("snapshot_not_a_file", `the ledger snapshot is ${found}, not a file`, {
    details: [`path: ${path}`],
    hints: ["give the path of the JSON file itself: --chain snapshot:PATH/snapshot.json"],
  });
}

/** Translates a failed system call for the user. Our own errors pass unchanged. */
export function explainReadFailure(error: unknown, path: string): unknown {
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown };
  const cause = { details: [`path: ${path}`], cause: error };
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new ConfigurationError("snapshot_not_found", "there is no ledger snapshot at this path", {
        ...cause,
        hints: ["check the path after `snapshot:`; a relative path starts from the working directory"],
      });
    case "EACCES":
    case "EPERM":
      return new ConfigurationError("snapshot_not_permitted", "this user may not read the ledger snapshot", {
        ...cause,
        hints: ["allow this user to read the file and to enter the directories above it"],
      });
    case "ELOOP":
    case "ENAMETOOLONG":
    case "ENXIO":
    case "ERR_INVALID_ARG_VALUE":
      return new ConfigurationError("snapshot_not_found", "the path of the ledger snapshot cannot be followed", {
        ...cause,
        details: [...cause.details, `the system says: ${code}`],
        hints: ["check the path after `snapshot:`, and any symbolic links in it"],
      });
    default:
  }
  // Only failed system calls look like this; anything else is our own error, or a bug.
  if (typeof code !== "string" || syscall === undefined) return error;
  return new UnavailableError("snapshot_read_failed", "the system failed to read the ledger snapshot", {
    ...cause,
    details: [...cause.details, `the system says: ${code}`],
    hints: ["try again; if it fails again, check the disk or network share with the file"],
  });
}
