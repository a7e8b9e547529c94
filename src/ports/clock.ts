export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after the wait; rejects with the signal's reason if aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
