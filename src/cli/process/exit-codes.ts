import { ReconcileError } from "../../core/errors.js";
import type { StopSignal } from "./io.js";

/** How the program ends (docs/exit-codes.md). */
export const EXIT = {
  inSync: 0,
  unexpected: 1,
  usage: 2,
  drift: 3,
  violation: 4,
  incomplete: 5,
} as const;

export const EXIT_OF_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const satisfies Record<StopSignal, number>;

/** The result's exit code, unless output was lost: a lost report must not pass as green. */
export function exitOfPrinted(code: number, isWhole: boolean): number {
  return isWhole || code !== EXIT.inSync ? code : EXIT.incomplete;
}

/** The exit code of a run that threw. */
export function exitOfError(error: unknown): number {
  if (!(error instanceof ReconcileError)) return EXIT.unexpected;
  return error.kind === "usage" ? EXIT.usage : EXIT.incomplete;
}
