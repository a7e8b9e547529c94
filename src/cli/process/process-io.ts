import { fstatSync, writeSync } from "node:fs";
import { userInfo } from "node:os";
import { text } from "node:stream/consumers";
import { ConfigurationError } from "../../core/errors.js";
import { onAbort } from "../../core/look/on-abort.js";
import type { Clock } from "../../ports/clock.js";
import type { Io, Output, StopSignal } from "./io.js";

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const timer = setTimeout(() => {
        forget?.();
        resolve();
      }, milliseconds);
      const forget =
        signal &&
        onAbort(signal, () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
    }),
};

/** The real process, with a way to wait for its output. */
export interface ProcessIo extends Io {
  /** Waits until both outputs are written. @returns what of them is lost, and why */
  flush(): Promise<LostOutput>;
}

/** Why not all of an output was written; null: every byte was. */
export interface LostOutput {
  readonly stdout: string | null;
  readonly stderr: string | null;
}

/** @throws ConfigurationError if the working directory is gone */
export function processIo(): ProcessIo {
  const stdout = new ProcessOutput(process.stdout);
  const stderr = new ProcessOutput(process.stderr);
  return {
    flush: async () => ({ stdout: await stdout.flush(), stderr: await stderr.flush() }),
    stdout,
    stderr,
    readStdin: () => text(process.stdin),
    env: process.env,
    cwd: workingDirectory(),
    clock: systemClock,
    // Not imported from node:crypto, which takes a while to load.
    newRunId: () => globalThis.crypto.randomUUID(),
    random: Math.random,
    userName,
    onStopSignal,
  };
}

/** @throws ConfigurationError if it has been removed: what is relative to it cannot be found any more */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new ConfigurationError("working_directory_gone", "The working directory no longer exists.", {
      hints: ["Change to a directory that exists, and run again."],
      cause,
    });
  }
}

/** A failed write does not end the run: `flush` reports it. */
class ProcessOutput implements Output {
  readonly #stream: NodeJS.WriteStream & { readonly fd: number };
  /** A disk that is nearly full takes only a part of what is written; Node's stream to a file would not notice. */
  readonly #isFile: boolean;
  /** The first failure, kept because a stream to a device reports it only once. */
  #failure: NodeJS.ErrnoException | null = null;

  constructor(stream: NodeJS.WriteStream & { readonly fd: number }) {
    this.#stream = stream;
    this.#isFile = isFile(stream.fd);
    stream.on("error", (error) => {
      this.#failure ??= error;
    });
  }

  write(text: string): void {
    if (!this.#isFile) this.#stream.write(text);
    else if (this.#failure === null) this.#failure = writeWhole(this.#stream.fd, text);
  }

  backlog(): Promise<void> | null {
    const isFull = this.#stream.writableNeedDrain && this.#failure === null && !this.#stream.destroyed;
    return isFull ? drained(this.#stream) : null;
  }

  get isTTY(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number | undefined {
    return this.#stream.isTTY ? this.#stream.columns : undefined;
  }

  /** Resolves once all output is written or has failed, then with the reason. */
  flush(): Promise<string | null> {
    return new Promise((resolve) => {
      const done = () => {
        const failure = this.#failure;
        resolve(failure === null ? null : (failure.code ?? failure.message));
      };
      if (this.#isFile || this.#stream.destroyed) done();
      else this.#stream.write("", () => setImmediate(done));
    });
  }
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    // It is closed: the stream will say so.
    return false;
  }
}

/** @returns why not every byte was written; null: every one was */
function writeWhole(descriptor: number, text: string): NodeJS.ErrnoException | null {
  const bytes = Buffer.from(text);
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
    return null;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

/** Also resolves when the stream fails or closes, as it does when its reader has gone. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const events = ["drain", "error", "close"];
    const done = () => {
      for (const event of events) stream.off(event, done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}

/** A container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}

function onStopSignal(callback: (signal: StopSignal) => void): () => void {
  const signals: readonly StopSignal[] = ["SIGINT", "SIGTERM"];
  for (const signal of signals) process.on(signal, callback);
  return () => {
    for (const signal of signals) process.off(signal, callback);
  };
}
