import type { StopSignal } from "./io.js";

/** Why a run was ended before it was done. The reason of the run's AbortSignal. */
export abstract class Stop extends Error {
  abstract readonly code: "interrupted" | "timed_out";
}

export class Interrupted extends Stop {
  readonly code = "interrupted";
  readonly signal: StopSignal;

  constructor(signal: StopSignal) {
    super(`interrupted by ${signal}; what had been found by then is in this report`);
    this.signal = signal;
  }
}

export class TimedOut extends Stop {
  readonly code = "timed_out";

  constructor(seconds: number) {
    super(`stopped after ${seconds} s (--timeout); what had been found by then is in this report`);
  }
}
