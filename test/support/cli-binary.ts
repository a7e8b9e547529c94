import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = process.cwd();
export const BINARY = join(ROOT, "bin", "reconcile-streams.js");
const SOURCES = join(ROOT, "src");
/** What a build makes last: esbuild's account of what is in which file of the program. */
const BUILT = join(ROOT, "dist", "program.json");

export interface BinaryResult {
  /** null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface BinaryOptions {
  /** Added to PATH and NO_COLOR, which are all that the process gets otherwise. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: an empty folder, removed afterwards. */
  readonly cwd?: string;
  /** Stop reading standard output after so many bytes, as `| head` does. */
  readonly leaveAfterBytes?: number;
}

export interface RunningBinary {
  readonly done: Promise<BinaryResult>;
  /** The first line of standard output as soon as it is there; what there is of one, if the process ends before. */
  readonly firstLine: Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Closes our end of its standard output. */
  closeStdout(): void;
}

/** Runs the built program as its users do: a process of its own. */
export function runBinary(args: readonly string[], options: BinaryOptions = {}): Promise<BinaryResult> {
  return startBinary(args, options).done;
}

export function startBinary(args: readonly string[], options: BinaryOptions = {}): RunningBinary {
  const { env = {}, cwd, leaveAfterBytes = Number.POSITIVE_INFINITY } = options;
  buildIfStale();
  const folder = cwd ?? mkdtempSync(join(tmpdir(), "reconcile-streams-cli-"));
  const child = spawn(process.execPath, [BINARY, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let takeFirstLine: (line: string) => void = () => {};
  const firstLine = new Promise<string>((resolve) => {
    takeFirstLine = resolve;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (stdout.includes("\n")) takeFirstLine(stdout.slice(0, stdout.indexOf("\n")));
    if (stdout.length >= leaveAfterBytes) child.stdout.destroy();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const done = new Promise<BinaryResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      takeFirstLine(stdout);
      resolve({ code, signal, stdout, stderr });
    });
  }).finally(() => {
    if (cwd === undefined) rmSync(folder, { recursive: true, force: true });
  });
  return {
    done,
    firstLine,
    kill: (signal) => void child.kill(signal),
    closeStdout: () => void child.stdout.destroy(),
  };
}

/**
 * Runs the built program, and tells which packages it loaded: from node_modules, or from files of the program that they
 * were taken into.
 */
export async function packagesLoaded(args: readonly string[]): Promise<{ code: number | null; packages: Set<string> }> {
  const folder = mkdtempSync(join(tmpdir(), "reconcile-streams-loaded-"));
  try {
    const { code } = await runBinary(args, { env: { NODE_V8_COVERAGE: folder } });
    const { outputs } = JSON.parse(readFileSync(BUILT, "utf8")) as {
      outputs: Record<string, { inputs: Record<string, unknown> }>;
    };
    const coverage = readFileSync(join(folder, readdirSync(folder)[0]!), "utf8");
    const { result } = JSON.parse(coverage) as { result: { url: string }[] };
    const files = result
      .filter(({ url }) => url.startsWith("file:"))
      .flatMap(({ url }) => {
        const path = relative(ROOT, fileURLToPath(url));
        return [path, ...Object.keys(outputs[path]?.inputs ?? {})];
      });
    const packages = files.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
    return { code, packages: new Set(packages) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One build at a time, whichever test file asks first: test files run in processes of their own. */
const LOCK = join(tmpdir(), `reconcile-streams-build-${createHash("sha256").update(ROOT).digest("hex").slice(0, 16)}`);
const LOCK_EXPIRES_MS = 120_000;
const LOCK_POLL_MS = 100;

/** Builds `dist` when a source is newer: a test must never pass or fail on the code of yesterday. */
export function buildIfStale(): void {
  while (isStale()) {
    if (!tryLock()) {
      // Another process builds; what it is waited for is the file system, which has no promise to offer.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_POLL_MS);
      continue;
    }
    try {
      // It builds in spite of type errors, which `npm run types` is there to report.
      execFileSync(process.execPath, [join(ROOT, "scripts/build.mjs")], { cwd: ROOT, stdio: "pipe" });
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
      if (isStale()) throw new Error(`dist could not be built: ${stdout ?? ""}${stderr ?? ""}`);
    } finally {
      rmSync(LOCK, { recursive: true, force: true });
    }
  }
}

function tryLock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    const made = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - made > LOCK_EXPIRES_MS) rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
}

function isStale(): boolean {
  const built = statSync(BUILT, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
  return (
    readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
      // Declarations alone have nothing to be built.
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
      .some((name) => statSync(join(SOURCES, name)).mtimeMs > built)
  );
}
