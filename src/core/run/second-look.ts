import { Confirmation } from "../again/confirmation.js";
import type { RunContext } from "./run-context.js";

/**
 * Looks again at what differed, and reports what turned out to agree.
 * @throws UnavailableError when a side is lost; `conclude` then reports what was seen before
 */
export async function lookAgain(context: RunContext): Promise<void> {
  const { run, findings } = context;
  const confirmation = confirmationOf(context);
  for await (const outcome of confirmation.dismiss()) {
    findings.add(outcome);
    await context.room();
  }
  if (confirmation.unconfirmed !== null) findings.addNotice("unconfirmed", confirmation.unconfirmed);
  if (run.confirm === 0 && confirmation.counts.found > 0) {
    findings.addNotice("unconfirmed", "what differs was looked at once only (--confirm 0)");
  }
}

/** Reports the verdicts that stand, also when the run ended early. */
export async function concludeLooks(context: RunContext): Promise<void> {
  const { findings } = context;
  const confirmation = confirmationOf(context);
  if (!confirmation.isComplete && confirmation.counts.found > 0) {
    const message = "the run ended before the streams that differ had been looked at again often enough";
    findings.addNotice("unconfirmed", message);
  }
  for (const outcome of confirmation.conclude()) {
    findings.add(outcome);
    await context.room();
  }
  findings.confirmation = confirmation.counts;
}

function confirmationOf(context: RunContext): Confirmation {
  const { run, books, observer, suspects, read } = context;
  context.confirmation ??= new Confirmation(suspects, {
    ...run,
    readRows: (selection) => context.openRows(selection),
    observer,
    rounds: run.confirm,
    maxLagLedgers: run.policy.maxLagLedgers,
    greatestCursor: () => books.greatestCursor,
    hadRow: (onChainId) => books.completeness.hasRow(onChainId),
    onLook: (seen, look) => {
      run.onObservation?.(seen, look);
      books.takeCursor(seen.synced);
    },
    onProgress: run.onProgress ?? (() => {}),
    read,
  });
  return context.confirmation;
}
