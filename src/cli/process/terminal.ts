import type { Io } from "./io.js";

/** Whether standard output shows colours, and they are wanted. */
export function hasColor({ stdout, env }: Io, isWanted = true): boolean {
  return stdout.isTTY && isWanted && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
}
