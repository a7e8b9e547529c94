import type { Observation } from "../../../core/look/observer.js";
import type { StreamRow } from "../../../ports/db-client.js";

/** Keeps what the run's last look saw of a stream: what is shown is what was judged. */
export class LastLook {
  #look = -1;
  /** The first of several rows for one stream: that there are several is a finding of its own. */
  seen: Observation | null = null;
  /** The last row that was seen, also when it has gone since. */
  row: StreamRow | null = null;

  take(seen: Observation, look: number): void {
    // A look that failed says nothing; the one before it stands.
    if (look <= this.#look || (this.seen !== null && seen.chain?.kind === "fault")) return;
    this.#look = look;
    this.seen = seen;
    this.row = seen.row ?? this.row;
  }
}
