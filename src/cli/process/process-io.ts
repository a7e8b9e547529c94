import { userInfo } from "node:os";
import { text } from "node:stream/consumers";
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
  /** @returns why standard output could not be written; null: it was written, or its reader has gone */
  flush(): Promise<string | null>;
}

export function processIo(): ProcessIo {
  const stdout = new ProcessOutput(process.stdout);
  return {
    flush: () => stdout.flush(),
    stdout,
    stderr: new ProcessOutput(process.stderr),
    readStdin: () => text(process.stdin),
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    // Not imported from node:crypto, which takes a while to load.
    newRunId: () => globalThis.crypto.randomUUID(),
    random: Math.random,
    userName,
    onStopSignal,
  };
}

/** A failed write does not end the run: `flush` reports it. */
class ProcessOutput implements Output {
  readonly #stream: NodeJS.WriteStream;
  /** The first failure, kept because a stream to a file or device reports it only once. */
  #failure: NodeJS.ErrnoException | null = null;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    stream.on("error", (error) => {
      this.#failure ??= error;
    });
  }

  write(text: string): void {
    this.#stream.write(text);
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

  /** Resolves once all output is written or has failed; with the reason, unless the reader has gone. */
  flush(): Promise<string | null> {
    return new Promise((resolve) => {
      const done = () => {
        const failure = this.#failure;
        // A reader that has gone (`| head`) has seen what it wanted.
        resolve(failure === null || failure.code === "EPIPE" ? null : (failure.code ?? failure.message));
      };
      if (this.#stream.destroyed) done();
      else this.#stream.write("", () => setImmediate(done));
    });
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
