import type { JournalState, JournalStep } from "../../core/records/journal.js";
import type { Sealing } from "../../ports/db-client.js";

/** The next step of a journal; a refusal to take it says itself what is wrong, and is no fault of the database. */
export function refusable(sealing: Sealing): { of(state: JournalState): JournalStep; readonly refusal: unknown } {
  let refusal: unknown;
  return {
    of(state) {
      try {
        return sealing.next(state);
      } catch (error) {
        refusal = error;
        throw error;
      }
    },
    get refusal() {
      return refusal;
    },
  };
}
