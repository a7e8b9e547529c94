import { MAX_KEYS_PER_READ } from "./ledger-entries.js";

/** Requests in flight where the node is near, or where it is not known how far it is. */
export const FEWEST_IN_FLIGHT = 8;
/** However far it is: a node has other users, too. */
export const MOST_IN_FLIGHT = 32;

/** About as many streams as the program compares in a millisecond (docs/performance.md): more would only wait. */
const STREAMS_PER_MS = 150;

/** Requests in flight that keep the program busy while each of them is under way for so long. */
export function requestsInFlight(latencyMs: number): number {
  const wanted = Math.ceil((latencyMs * STREAMS_PER_MS) / MAX_KEYS_PER_READ);
  return Math.min(MOST_IN_FLIGHT, Math.max(FEWEST_IN_FLIGHT, wanted));
}
