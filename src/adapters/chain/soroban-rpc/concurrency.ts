import { MAX_KEYS_PER_READ } from "./answers/ledger-entries.js";

/** Requests in flight if the node's latency is low or unknown. */
export const FEWEST_IN_FLIGHT = 8;
/** The limit at any latency: a node has other users, too. */
export const MOST_IN_FLIGHT = 32;

/** Roughly how many streams the program compares per millisecond (docs/performance.md). */
const STREAMS_PER_MS = 150;

/** How many requests must be in flight to keep the program busy at this latency. */
export function requestsInFlight(latencyMs: number): number {
  const wanted = Math.ceil((latencyMs * STREAMS_PER_MS) / MAX_KEYS_PER_READ);
  return Math.min(MOST_IN_FLIGHT, Math.max(FEWEST_IN_FLIGHT, wanted));
}
