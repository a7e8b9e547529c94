import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Io, StopSignal } from "../../src/cli/process/io.js";
import type { Clock } from "../../src/ports/clock.js";

/** How a run of the program ended. */
export interface Outcome {
  /** null: a signal ended it, or it did not end. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  /** It was still at work when its time was up. */
  readonly hung: boolean;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** How long it may take until it counts as hung. */
  readonly limitMs: number;
}

type RunCli = (argv: readonly string[], io: Io) => Promise<number>;

const ROOT = process.cwd();
const BINARY = join(ROOT, "bin", "reconcile-streams.js");

/** The built program's entry: the campaign attacks what is shipped, not the sources. */
export async function loadProgram(): Promise<RunCli> {
  const module = (await import(pathToFileURL(join(ROOT, "dist/cli/run-cli.js")).href)) as { runCli: RunCli };
  return module.runCli;
}

let runs = 0;

/** An id that no other run of this process has. */
function nextRunId(): string {
  runs += 1;
  return `00000000-0000-4000-8000-${String(runs).padStart(12, "0")}`;
}

export interface CapturedIo extends Io {
  readonly written: { stdout: string; stderr: string };
  stop(signal: StopSignal): void;
}

export function captureIo(options: Omit<RunOptions, "limitMs">, clock: Clock): CapturedIo {
  const written = { stdout: "", stderr: "" };
  const listeners = new Set<(signal: StopSignal) => void>();
  const output = (name: "stdout" | "stderr") => ({
    isTTY: false,
    columns: undefined,
    write(text: string) {
      written[name] += text;
    },
  });
  return {
    written,
    stop: (signal) => {
      for (const listener of listeners) listener(signal);
    },
    stdout: output("stdout"),
    stderr: output("stderr"),
    readStdin: async () => options.stdin ?? "",
    env: { NO_COLOR: "1", ...options.env },
    cwd: options.cwd,
    clock,
    newRunId: nextRunId,
    random: () => 0.5,
    userName: () => "campaign",
    onStopSignal(callback) {
      listeners.add(callback);
      return () => void listeners.delete(callback);
    },
  };
}

/** Runs the built program within this process; its waits take no time where the clock says so. */
export async function runInProcess(
  runCli: RunCli,
  argv: readonly string[],
  options: RunOptions,
  clock: Clock,
): Promise<Outcome> {
  const io = captureIo(options, clock);
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), options.limitMs);
  });
  const code = await Promise.race([runCli(argv, io), late]);
  clearTimeout(timer);
  const ms = performance.now() - startedAt;
  return { code, signal: null, ...io.written, ms, hung: code === null };
}

export interface ProcessOptions extends RunOptions {
  /** Replaces `node bin/reconcile-streams.js <argv>`: a shell command in which "$@" is that. */
  readonly shell?: string;
  /** Called once it runs. */
  readonly meanwhile?: (child: RunningChild) => void;
}

export interface RunningChild {
  kill(signal: NodeJS.Signals): void;
  closeStdout(): void;
  closeStderr(): void;
}

/** Runs the built program as its users do: a process of its own. */
export function runAsProcess(argv: readonly string[], options: ProcessOptions): Promise<Outcome> {
  const startedAt = performance.now();
  const command = [process.execPath, BINARY, ...argv];
  const [file, args] =
    options.shell === undefined
      ? [command[0]!, command.slice(1)]
      : ["bash", ["--norc", "--noprofile", "-c", options.shell, "bash", ...command]];
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { PATH: process.env.PATH ?? "", NO_COLOR: "1", ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const written = { stdout: "", stderr: "" };
  child.stdin.on("error", () => {}).end(options.stdin ?? "");
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    written.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    written.stderr += text;
  });
  return new Promise((resolve, reject) => {
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      child.kill("SIGKILL");
    }, options.limitMs);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...written, ms: performance.now() - startedAt, hung });
    });
    options.meanwhile?.({
      kill: (signal) => void child.kill(signal),
      closeStdout: () => void child.stdout.destroy(),
      closeStderr: () => void child.stderr.destroy(),
    });
  });
}
