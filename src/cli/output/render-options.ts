import type { RenderOptions } from "../../report/reporter.js";
import type { RenderingOptions } from "../command-line/run-options.js";
import type { Io } from "../process/io.js";
import { hasColor } from "../process/terminal.js";

/** How the report is drawn where it goes: as wide as a terminal, and in its colours, only on one. */
export function renderOptions({ output, color, limit }: RenderingOptions, io: Io): RenderOptions {
  const toTerminal = output === null && io.stdout.isTTY;
  return {
    color: toTerminal && hasColor(io, color),
    width: toTerminal ? Math.max(40, io.stdout.columns ?? 80) : null,
    limit,
  };
}
