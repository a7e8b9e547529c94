import type { Clock } from "../../ports/clock.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Output {
  write(text: string): void;
  /** Resolves once the written text has been read or never will be; null: there is room for more. */
  backlog?(): Promise<void> | null;
  readonly isTTY: boolean;
  /** Width in characters; undefined: not a terminal. */
  readonly columns: number | undefined;
}

export type StopSignal = "SIGINT" | "SIGTERM";

/** Everything that the program needs from its process. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** All of standard input. */
  readStdin(): Promise<string>;
  readonly env: Environment;
  readonly cwd: string;
  readonly clock: Clock;
  newRunId(): string;
  random(): number;
  userName(): string;
  /** Calls back for each stop signal. @returns a function that unsubscribes */
  onStopSignal(callback: (signal: StopSignal) => void): () => void;
}
