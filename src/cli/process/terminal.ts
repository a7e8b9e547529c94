import type { Io } from "./io.js";

/** Whether to colour standard output. */
export function hasColor({ stdout, env }: Io, isWanted = true): boolean {
  return stdout.isTTY && isWanted && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
}
