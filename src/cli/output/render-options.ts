import type { RenderOptions } from "../../report/reporter.js";
import type { RenderingOptions } from "../command-line/run-options.js";
import type { Io } from "../process/io.js";
import { hasColor } from "../process/terminal.js";

/** How to draw the report: with colours and a limited width only on a terminal. */
export function renderOptions({ output, color, limit, shown }: RenderingOptions, io: Io): RenderOptions {
  const toTerminal = output === null && io.stdout.isTTY;
  return {
    color: toTerminal && hasColor(io, color),
    width: toTerminal ? Math.max(40, io.stdout.columns ?? 80) : null,
    limit,
    only: shown,
  };
}
