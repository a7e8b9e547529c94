import { setFlagsFromString } from "node:v8";

/** The heap is collected once it is twice as large as what was in use after the last time. */
const GROWTH_PERCENT = 100;

/**
 * Left to itself, V8 lets garbage pile up to four times what is in use before it collects it, the more so the longer a
 * program runs: a long run then takes more memory than a short one. How much that is worth is measured in
 * docs/performance.md.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
