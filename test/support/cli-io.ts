import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io, StopSignal } from "../../src/cli/process/io.js";
import { runCli } from "../../src/cli/run-cli.js";
import type { Clock } from "../../src/ports/clock.js";
import { ManualClock } from "./manual-clock.js";

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Default: an empty folder, removed afterwards. */
  readonly cwd?: string;
  readonly clock?: Clock;
  readonly userName?: string;
  readonly stdin?: string;
  /** Default: RUN_ID. A second record of the same run is refused. */
  readonly runId?: string;
  /** Both outputs are terminals of this width. */
  readonly terminal?: number;
}

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly done: Promise<CliResult>;
  /** What a signal to the process would do. */
  signal(signal: StopSignal): void;
}

/** Every in-process run has this id unless it is told another; reports can be compared as they are. */
export const RUN_ID = "00000000-0000-4000-8000-000000000001";

/** Runs the program inside the test's own process, so that coverage sees it. Its waits take no time. */
export function cli(argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(argv, options).done;
}

export function startCli(argv: readonly string[], options: CliOptions = {}): RunningCli {
  const folder = options.cwd ?? mkdtempSync(join(tmpdir(), "reconcile-streams-cli-"));
  const stdout = capture(options.terminal);
  const stderr = capture(options.terminal);
  let stop: ((signal: StopSignal) => void) | null = null;
  const io: Io = {
    stdout,
    stderr,
    readStdin: async () => options.stdin ?? "",
    env: options.env ?? {},
    cwd: folder,
    clock: options.clock ?? new ManualClock(),
    newRunId: () => options.runId ?? RUN_ID,
    random: () => 0.5,
    userName: () => options.userName ?? "tester",
    onStopSignal(callback) {
      stop = callback;
      return () => {
        stop = null;
      };
    },
  };
  const done = runCli(argv, io)
    .then((code) => ({ code, stdout: stdout.text, stderr: stderr.text }))
    .finally(() => {
      if (options.cwd === undefined) rmSync(folder, { recursive: true, force: true });
    });
  return {
    done,
    signal(signal) {
      if (stop === null) throw new Error("the program does not listen for signals now");
      stop(signal);
    },
  };
}

function capture(columns: number | undefined) {
  return {
    text: "",
    isTTY: columns !== undefined,
    columns,
    write(text: string) {
      this.text += text;
    },
  };
}
