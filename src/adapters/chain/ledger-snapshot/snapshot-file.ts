import fs from "node:fs";
import { promisify } from "node:util";
import { ConfigurationError, UnavailableError } from "../../../core/errors.js";

const open = promisify(fs.open);
const stat = promisify(fs.fstat);
const read = promisify(fs.read);
const close = promisify(fs.close);

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
  const fd = await open(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK).catch((error: unknown) => {
    throw explainReadFailure(error, path);
  });
  try {
    const first = await stat(fd, { bigint: true });
    if (!first.isFile()) throw notAFile(path, first.isDirectory() ? "a directory" : "a device, a pipe or a socket");
    return new OpenFile(path, fd, first);
  } catch (error) {
    await close(fd);
    throw explainReadFailure(error, path);
  }
}

class OpenFile implements SnapshotFile {
  readonly size: number;
  readonly #reads = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(
    readonly path: string,
    private readonly fd: number,
    private readonly first: fs.BigIntStats,
  ) {
    this.size = Number(first.size);
  }

  async read(into: Uint8Array, offset: number): Promise<number> {
    const reading = this.#readFully(into, offset);
    this.#reads.add(reading);
    try {
      return await reading;
    } catch (error) {
      throw explainReadFailure(error, this.path);
    } finally {
      this.#reads.delete(reading);
    }
  }

  async assertUnchanged(): Promise<void> {
    const now = await stat(this.fd, { bigint: true }).catch((error: unknown) => {
      throw explainReadFailure(error, this.path);
    });
    if (now.size !== this.first.size || now.mtimeNs !== this.first.mtimeNs) throw fileChanged(this.path);
  }

  close(): Promise<void> {
    // If closed before a pending read happens, the descriptor may by then belong to another file.
    this.#closing ??= Promise.allSettled(this.#reads).then(() => close(this.fd));
    return this.#closing;
  }

  async #readFully(into: Uint8Array, offset: number): Promise<number> {
    let done = 0;
    while (done < into.length) {
      if (this.#closing !== undefined) throw new Error("the ledger snapshot was closed");
      const { bytesRead } = await read(this.fd, into, done, into.length - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
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
