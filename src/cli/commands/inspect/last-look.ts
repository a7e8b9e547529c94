import type { Observation } from "../../../core/look/observation.js";
import type { StreamRow } from "../../../ports/db-client.js";

/** Keeps what the run's last look saw of a stream, so that `inspect` shows what was judged. */
export class LastLook {
  #look = -1;
  /** The first of several rows for one stream; several rows are a finding of their own. */
  seen: Observation | null = null;
  /** The last row that was seen, even if it has been deleted since. */
  row: StreamRow | null = null;

  take(seen: Observation, look: number): void {
    // A look that failed says nothing; the one before it stands.
    if (look <= this.#look || (this.seen !== null && seen.chain?.kind === "fault")) return;
    this.#look = look;
    this.seen = seen;
    this.row = seen.row ?? this.row;
  }
}
