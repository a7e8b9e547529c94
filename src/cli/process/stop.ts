import type { StopSignal } from "./io.js";

/** Why a run was stopped early: the reason of its AbortSignal. */
export abstract class Stop extends Error {
  abstract readonly code: "interrupted" | "timed_out";
}

export class Interrupted extends Stop {
  readonly code = "interrupted";
  readonly signal: StopSignal;

  constructor(signal: StopSignal) {
    super(`interrupted by ${signal}; this report has what was found until then`);
    this.signal = signal;
  }
}

export class TimedOut extends Stop {
  readonly code = "timed_out";

  constructor(seconds: number) {
    super(`stopped after ${seconds} s (--timeout); this report has what was found until then`);
  }
}
