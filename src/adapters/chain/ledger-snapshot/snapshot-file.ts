import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { ConfigurationError, UnavailableError } from "../../../core/errors.js";

/** An open file, read at any place. Whoever replaces the file at its path does not disturb it. */
export interface SnapshotFile {
  readonly path: string;
  /** In bytes, when it was opened. */
  readonly size: number;
  /** Fills `into` as far as the file goes; 0 bytes only at its end. @throws UnavailableError when the system fails. */
  read(into: Uint8Array, offset: number): Promise<number>;
  /** @throws UnavailableError when the file was written to since it was opened. */
  assertUnchanged(): Promise<void>;
  /** Waits for reads under way. */
  close(): Promise<void>;
}

/**
 * @throws ConfigurationError when the path is wrong, or what is there is no file that can be a snapshot.
 * @throws UnavailableError when the system fails to open it.
 */
export async function openSnapshotFile(path: string): Promise<SnapshotFile> {
  // Opening a pipe would wait for somebody to write to it.
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

/** What was read before and what would be read now need not belong to one ledger. */
function fileChanged(path: string): UnavailableError {
  return new UnavailableError("snapshot_changed", "the ledger snapshot was written to while it was being read", {
    details: [`path: ${path}`],
    hints: ["run again once whatever writes the file has finished; a finished file that is renamed into place is safe"],
  });
}

function notAFile(path: string, found: string): ConfigurationError {
  return new ConfigurationError("snapshot_not_a_file", `the ledger snapshot is ${found}, not a file`, {
    details: [`path: ${path}`],
    hints: ["give the path of the JSON file itself: --chain snapshot:PATH/snapshot.json"],
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
