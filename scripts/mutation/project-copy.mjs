import { spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const JEST = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];
/** Without src, Jest finds only those tests that import a file themselves. */
const ROOTS = ["--roots", "<rootDir>/test", "--roots", "<rootDir>/src"];
/** A mutant may leave something unused or out of reach: that is no mistake in its types. */
const LENIENT = ["--noUnusedLocals", "false", "--noUnusedParameters", "false", "--allowUnreachableCode", "true"];

/** A copy of the project, so that the one that is worked on never holds a mutant. */
export class ProjectCopy {
  #child;
  #root;
  #temporary;

  constructor(original, files, folder) {
    this.#root = join(folder, "project");
    // What a killed test leaves behind goes with the copy. The tests' PostgreSQL, another user, writes here too.
    this.#temporary = join(folder, "tmp");
    mkdirSync(this.#temporary, { recursive: true });
    chmodSync(this.#temporary, 0o1777);
    for (const file of files) {
      if (existsSync(join(original, file))) cpSync(join(original, file), join(this.#root, file));
    }
    symlinkSync(join(original, "node_modules"), join(this.#root, "node_modules"));
  }

  write(file, text) {
    writeFileSync(join(this.#root, file), text);
  }

  /** @returns the exit code, null when the time was over; and all that was printed */
  jest(args, time_ms) {
    return this.#run([...JEST, ...ROOTS, ...args], time_ms);
  }

  async compiles(time_ms) {
    const { code } = await this.#run(["node_modules/typescript/bin/tsc", "-p", ".", ...LENIENT], time_ms);
    return code === 0;
  }

  /** Ends what runs, with all processes that it has started. */
  stop() {
    try {
      if (this.#child !== undefined) process.kill(-this.#child.pid, "SIGKILL");
    } catch (fault) {
      if (fault.code !== "ESRCH") throw fault;
    }
  }

  async #run(args, time_ms) {
    const env = { ...process.env, TMPDIR: this.#temporary };
    const child = spawn(process.execPath, args, { cwd: this.#root, env, detached: true });
    this.#child = child;
    child.once("exit", () => {
      this.stop();
      this.#child = undefined;
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    const timer = setTimeout(() => this.stop(), time_ms);
    const code = await new Promise((resolve) => child.once("close", resolve));
    clearTimeout(timer);
    return { code, output };
  }
}
