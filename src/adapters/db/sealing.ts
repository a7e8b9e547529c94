import type { JournalState, JournalStep } from "../../core/records/journal.js";
import type { Sealing } from "../../ports/db-client.js";

/** The journal's next step. Keeps its refusal apart from database errors: a refusal explains itself. */
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
