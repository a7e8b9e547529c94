import type { Findings } from "../report/findings.js";
import { Passes, type Reconciliation } from "./passes.js";

export type { Reconciliation } from "./passes.js";

/**
 * Compares all streams of both sides and adds what it finds to `findings`. What cannot be read becomes an error there.
 * @throws UnavailableError when a side is lost, the signal's reason when aborted; `findings` then holds what was found
 *   so far
 */
export async function reconcile(run: Reconciliation, findings: Findings): Promise<void> {
  const survey = new Passes(run, findings);
  try {
    await survey.counter();
    await survey.rows();
    await survey.streamsWithoutRow();
    await survey.confirm();
  } finally {
    await survey.conclude();
  }
  await survey.countAgain();
  await survey.solvency();
}
