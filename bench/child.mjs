// Runs a program in its own process, as users do: everything counts, including start-up.
import { spawn } from "node:child_process";

const PEAK_MEMORY = new URL("./peak-memory.mjs", import.meta.url).href;

/** @returns { seconds, peakMiB, stdout, code } */
export async function measure(script, args) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["--import", PEAK_MEMORY, script, ...args.map(String)], {
    stdio: ["ignore", "pipe", "inherit", "pipe"],
    env: { PATH: process.env.PATH, NO_COLOR: "1" },
  });
  let stdout = "";
  let peak = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    // Only the end of a stream of findings matters.
    stdout = (stdout + text).slice(-100_000);
  });
  child.stdio[3].setEncoding("utf8").on("data", (text) => {
    peak += text;
  });
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { seconds: (performance.now() - startedAt) / 1000, peakMiB: Number(peak) / 1024, stdout, code };
}

/** Starts a server in its own process. @returns its URL, which it prints first, and a function that stops it */
export async function startServer(script, args) {
  const child = spawn(process.execPath, ["--max-old-space-size=8192", script, ...args.map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`the server exited with ${code} before it was ready`)));
    child.stdout.setEncoding("utf8").once("data", (text) => resolve(text.trim()));
  });
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners("exit").once("exit", resolve);
        child.kill();
      }),
  };
}
