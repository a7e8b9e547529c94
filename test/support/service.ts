import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io, StopSignal } from "../../src/cli/process/io.js";
import { systemClock } from "../../src/cli/process/process-io.js";
import { runCli } from "../../src/cli/run-cli.js";
import type { Clock } from "../../src/ports/clock.js";
import { type HandRequest, type HeaderList, handSigned } from "./hand-signer.js";
import { type RawAnswer, send } from "./raw-http.js";

export const SECRET = "correct horse battery staple";
export const OLD_SECRET = "a secret that is being retired";
export const RUN_PATH = "/api/internal/reconciliation";

/** What the service of most tests is configured with. */
export const AUTH = {
  keys: { "key-1": SECRET, "key-0": OLD_SECRET },
  allowedServices: ["scheduler", "ops"],
};

export interface RunningService {
  readonly url: string;
  /** Everything that was written to standard error so far. */
  readonly log: () => string;
  /** Lines of the log of one kind. */
  events(event: string): Record<string, unknown>[];
  signal(signal: StopSignal): void;
  /** Its exit code, once it has ended. */
  readonly done: Promise<number>;
  /** Ends it at once, if nobody has. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly clock?: Clock;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `serve` inside the test's own process, so that coverage sees it, on a port that is free. */
export async function startService(args: readonly string[], options: ServiceOptions = {}): Promise<RunningService> {
  const folder = await mkdtemp(join(tmpdir(), "reconcile-streams-service-"));
  let stdout = "";
  let stderr = "";
  let announce: (url: string) => void = () => {};
  const listening = new Promise<string>((resolve) => {
    announce = resolve;
  });
  let runs = 0;
  const listeners = new Set<(signal: StopSignal) => void>();
  const output = (write: (text: string) => void) => ({ isTTY: false, columns: undefined, write });
  const io: Io = {
    stdout: output((text) => {
      stdout += text;
      const [, url] = /^Listening on (\S+)$/m.exec(stdout) ?? [];
      if (url !== undefined) announce(url);
    }),
    stderr: output((text) => {
      stderr += text;
    }),
    readStdin: async () => "",
    env: options.env ?? {},
    cwd: folder,
    clock: options.clock ?? systemClock,
    newRunId: () => `00000000-0000-4000-8000-${String(++runs).padStart(12, "0")}`,
    random: () => 0.5,
    userName: () => "tester",
    onStopSignal(callback) {
      listeners.add(callback);
      return () => void listeners.delete(callback);
    },
  };
  const done = runCli(["serve", "--port", "0", ...args], io);
  const failed = done.then((code): never => {
    throw new Error(`the service ended with ${code}:\n${stderr}`);
  });
  failed.catch(() => undefined);
  const url = await Promise.race([listening, failed]);
  const signal = (name: StopSignal) => {
    for (const callback of listeners) callback(name);
  };
  return {
    url,
    log: () => stderr,
    events: (event) =>
      stderr
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((line) => line.event === event),
    signal,
    done,
    async stop() {
      signal("SIGTERM");
      signal("SIGTERM");
      await done;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A request that the service of `AUTH` answers, unless a part of it is changed. */
export function goodRequest(changes: Partial<HandRequest> = {}): HandRequest {
  return {
    method: "POST",
    path: RUN_PATH,
    body: '{"dryRun":true}',
    service: "scheduler",
    keyId: "key-1",
    secret: SECRET,
    timestamp: uniqueNow(),
    ...changes,
  };
}

let last = 0;

/** Now, but never twice the same: two requests that say the same have the same signature. */
export function uniqueNow(): number {
  last = Math.max(last + 1, Date.now());
  return last;
}

/** Signs by hand and sends; `headers` takes the place of the signed ones. */
export function ask(url: string, changes: Partial<HandRequest> = {}, headers?: HeaderList): Promise<RawAnswer> {
  const request = goodRequest(changes);
  const { method, path, body } = request;
  return send(url, { method, path, body, headers: headers ?? handSigned(request) });
}
