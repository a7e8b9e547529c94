import { type BinaryResult, startBinary } from "./cli-binary.js";

export interface ServiceProcess {
  readonly url: string;
  kill(signal: NodeJS.Signals): void;
  readonly done: Promise<BinaryResult>;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<BinaryResult>;
}

/** Runs `serve` as its users do, in a process of its own, on a port that is free. */
export async function startServiceProcess(args: readonly string[]): Promise<ServiceProcess> {
  const { done, kill, firstLine } = startBinary(["serve", "--port", "0", ...args]);
  const line = await firstLine;
  const [, url] = /^Listening on (\S+)$/.exec(line) ?? [];
  if (url === undefined) throw new Error(`the service did not start: ${(await done).stderr}`);
  return {
    url,
    kill,
    done,
    stop() {
      kill("SIGTERM");
      return done;
    },
  };
}
