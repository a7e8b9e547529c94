import type { Clock } from "../../ports/clock.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Output {
  write(text: string): void;
  /** Resolves once what was written has been taken, or never will be; null: there is room for more. */
  backlog?(): Promise<void> | null;
  readonly isTTY: boolean;
  /** Width in characters; undefined when it is no terminal. */
  readonly columns: number | undefined;
}

export type StopSignal = "SIGINT" | "SIGTERM";

/** All that the command line needs from the process around it. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Everything that is on standard input. */
  readStdin(): Promise<string>;
  readonly env: Environment;
  readonly cwd: string;
  readonly clock: Clock;
  newRunId(): string;
  random(): number;
  userName(): string;
  /** Calls back once for each signal that asks to stop; returns a function that ends this. */
  onStopSignal(callback: (signal: StopSignal) => void): () => void;
}
