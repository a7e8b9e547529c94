import { spawn, spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { isGone, processName, thisProcess } from "../../../../src/adapters/db/sqlite/lock-process.js";

/** How a run of another process, with the given number, would have spelled it here. */
const withPid = (pid: number) => thisProcess().replace(/^\d+/, String(pid));

it("names this process, which is alive", () => {
  expect(processName(thisProcess())).toBe(`${process.pid} on ${hostname()}`);
  expect(isGone(thisProcess())).toBe(false);
});

it("takes what an earlier version or another program wrote for alive", () => {
  for (const spelled of ["", "someone", `${process.pid} on ${hostname()}`, `4194305 on ${hostname()}`]) {
    expect(isGone(spelled)).toBe(false);
    expect(processName(spelled)).toBe(spelled);
  }
});

// Only Linux tells what makes a process number unique.
const certain = process.platform === "linux";

it("knows that a process has ended, also when its number was given again", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  expect(isGone(withPid(pid))).toBe(certain);
  expect(isGone(thisProcess().replace(/start \d+/, "start 1"))).toBe(certain);
});

it("knows that a process has ended that its parent did not collect", async () => {
  // The shell's child ends at once; the shell has become a program that never collects children.
  const shell = spawn("/bin/sh", ["-c", "true & echo $!; exec cat"], { stdio: ["pipe", "pipe", "ignore"] });
  try {
    const [text] = await new Promise<[Buffer]>((resolve) => shell.stdout.once("data", (data) => resolve([data])));
    const child = Number(String(text).trim());
    while (certain && !isGone(withPid(child))) await new Promise(setImmediate);
    expect(isGone(withPid(child))).toBe(certain);
  } finally {
    shell.kill();
  }
});

it.each([
  ["host", (spelled: string) => spelled.replace(` on ${hostname()}`, " on elsewhere")],
  ["boot", (spelled: string) => spelled.replace(/boot \S+,/, "boot 00000000-0000-0000-0000-000000000000,")],
  ["container", (spelled: string) => spelled.replace(/namespace \d+/, "namespace 1")],
])("knows nothing about processes of another %s", (_what, elsewhere) => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  expect(isGone(elsewhere(withPid(pid)))).toBe(false);
});
