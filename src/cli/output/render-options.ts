import type { RenderOptions } from "../../report/reporter.js";
import type { RenderingOptions } from "../command-line/run-options.js";
import type { Io } from "../process/io.js";

/** How the report is drawn where it goes: as wide as a terminal, and in its colours, only on one. */
export function renderOptions({ output, color, limit }: RenderingOptions, io: Io): RenderOptions {
  const toTerminal = output === null && io.stdout.isTTY;
  const isColored = toTerminal && color && (io.env.NO_COLOR ?? "") === "" && io.env.TERM !== "dumb";
  return { color: isColored, width: toTerminal ? Math.max(40, io.stdout.columns ?? 80) : null, limit };
}
