import { userInfo } from "node:os";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../ports/clock.js";
import type { Io, Output, StopSignal } from "./io.js";

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    try {
      await wait(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/** The real process, and a way to wait until all that was printed is on its way. */
export interface ProcessIo extends Io {
  /** @returns why standard output could not be written; null when it could, or when its reader has gone */
  flush(): Promise<string | null>;
}

export function processIo(): ProcessIo {
  return {
    flush: () => flushed(process.stdout),
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    readStdin: () => text(process.stdin),
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    // Of node:crypto only what is needed, when it is: it takes a while to load.
    newRunId: () => globalThis.crypto.randomUUID(),
    random: Math.random,
    userName,
    onStopSignal,
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  // Output that fails ends no run: `flush` tells of it, and the exit code still tells the result.
  let hasFailed = false;
  stream.on("error", () => {
    hasFailed = true;
  });
  return {
    write: (text) => void stream.write(text),
    backlog: () => (stream.writableNeedDrain && !hasFailed && !stream.destroyed ? drained(stream) : null),
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
  };
}

/** Whoever does not read any more makes the stream fail or close. */
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

function flushed(stream: NodeJS.WriteStream): Promise<string | null> {
  return new Promise((resolve) => {
    const done = () => {
      const { errored } = stream as { errored?: NodeJS.ErrnoException | null };
      // A reader that has gone (`| head`) has seen what it wanted.
      resolve(errored == null || errored.code === "EPIPE" ? null : (errored.code ?? errored.message));
    };
    if (stream.destroyed) done();
    else stream.write("", () => setImmediate(done));
  });
}

/** A container may run under a user that has no name. */
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
