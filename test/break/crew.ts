import { type ChildProcess, fork } from "node:child_process";
import type { CaseName, CaseResult } from "./case.js";

export type Answer =
  | { readonly kind: "ready" }
  /** What a case is about to do. */
  | { readonly kind: "planting"; readonly planted: string }
  | ({ readonly kind: "played"; readonly ms: number } & CaseResult)
  /** The campaign itself could not play it. */
  | { readonly kind: "failed"; readonly why: string };

export interface Played extends CaseResult {
  readonly name: CaseName;
  readonly ms: number;
  /** The campaign's own failure: neither passed nor fallen. */
  readonly broken: boolean;
}

/** Longer than any case may take: whoever takes longer blocks its whole process. */
const BLOCKED_MS = 45_000;

/** Plays the cases in several processes, each of which is replaced when a case blocks or ends it. */
export async function playAll(
  workerFile: string,
  cases: readonly CaseName[],
  workers: number,
  onPlayed: (played: Played) => void,
): Promise<void> {
  const queue = [...cases].reverse();
  const member = async (): Promise<void> => {
    while (queue.length > 0) await workUntilBlocked(workerFile, queue, onPlayed);
  };
  await Promise.all(Array.from({ length: workers }, member));
}

function workUntilBlocked(workerFile: string, queue: CaseName[], onPlayed: (played: Played) => void): Promise<void> {
  const worker: ChildProcess = fork(workerFile, [], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  let current: CaseName | null = null;
  let watch: NodeJS.Timeout | undefined;
  const startedAt = () => performance.now();
  let since = startedAt();
  const next = () => {
    clearTimeout(watch);
    current = queue.pop() ?? null;
    since = startedAt();
    if (current === null) return void worker.send("end");
    watch = setTimeout(() => worker.kill("SIGKILL"), BLOCKED_MS);
    worker.send(current);
  };
  let planted = "";
  worker.on("message", (message: Answer) => {
    if (message.kind === "planting") {
      planted = message.planted;
      return;
    }
    if (current !== null && message.kind !== "ready") {
      const broken = message.kind === "failed";
      const result = broken ? { planted: "", faults: [message.why], ms: 0 } : message;
      onPlayed({ name: current, ...result, broken });
      current = null;
      // A run that hangs goes on within its process: the next case gets a new one.
      if (result.faults.some((fault) => fault.startsWith("hang"))) return void worker.kill("SIGKILL");
    }
    next();
  });
  return new Promise((resolve) => {
    worker.on("exit", () => {
      clearTimeout(watch);
      if (current !== null) {
        const ms = startedAt() - since;
        const fault = ms < BLOCKED_MS ? "crash: it ended its process" : "hang: it blocked its whole process";
        onPlayed({ name: current, planted, faults: [fault], ms, broken: false });
      }
      resolve();
    });
  });
}
