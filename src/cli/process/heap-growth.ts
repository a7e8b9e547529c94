import { setFlagsFromString } from "node:v8";

/** Collect the heap once it has doubled since the last collection. */
const GROWTH_PERCENT = 100;

/**
 * By default, V8 lets garbage grow to four times the live heap, and the more so the longer a program runs: long runs
 * would take more memory than short ones. docs/performance.md has the measurements.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
