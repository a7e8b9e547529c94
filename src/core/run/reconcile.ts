import type { Findings } from "../report/findings.js";
import { readCounterAgain, readCounterFirst, reportHoles } from "./counter-pass.js";
import { findMissingRows } from "./missing-rows.js";
import { compareRows } from "./rows-pass.js";
import { type Reconciliation, RunContext } from "./run-context.js";
import { concludeLooks, lookAgain } from "./second-look.js";
import { reportSolvency } from "./solvency.js";

export type { Reconciliation } from "./run-context.js";

/**
 * Compares all streams of both sides and adds what it finds to `findings`. What cannot be read becomes an error there.
 * @throws UnavailableError when a side is lost, the signal's reason when aborted; `findings` then holds what was found
 *   so far
 */
export async function reconcile(run: Reconciliation, findings: Findings): Promise<void> {
  const context = new RunContext(run, findings);
  try {
    await readCounterFirst(context);
    await compareRows(context);
    if (context.isFull) await findMissingRows(context);
    await lookAgain(context);
  } finally {
    await concludeLooks(context);
    await reportHoles(context);
    reportMisfits(context);
    reportFalseCursors(context);
    reportExpiredRules(context);
  }
  await readCounterAgain(context);
  await reportSolvency(context);
}

/** What could not be checked because the layout is another contract's: said once for all streams, with what to do. */
function reportMisfits({ run, observer, books, findings }: RunContext): void {
  const misfit = observer.misfits.message;
  if (misfit !== null) findings.addNotice("layout_does_not_fit", misfit);
  const { absence, hasRows } = books.completeness;
  if (absence === null || !hasRows) return;
  findings.addNotice("layout_does_not_fit", `layout "${run.layout.name}" may not fit: ${absence}`);
}

/** Said once for all rows: a cursor that cannot be true is the backend's mistake, not one row's. */
function reportFalseCursors({ books, findings, run }: RunContext): void {
  const { falseCursors } = books;
  if (falseCursors === null) return;
  const { count, streamId, fault } = falseCursors;
  const column = run.plan.columns[run.plan.cursorIndex!];
  const rows =
    count === 1
      ? `the row ${JSON.stringify(streamId)} has`
      : `${count} rows have, the first of them ${JSON.stringify(streamId)},`;
  const message = `${rows} a cursor that cannot be a ledger (${fault}); it was taken for none: check database.cursor and what writes ${column}`;
  findings.addError("cursor_implausible", message);
}

/** A rule that is over excuses nothing any more; that it was there explains why a finding counts again. */
function reportExpiredRules({ run, findings }: RunContext): void {
  for (const { streamId, field, invariant, until, reason } of run.policy.ignore.expired) {
    const what = [streamId, field ?? invariant].filter((part) => part !== null).join(", ");
    const message = `the rule of policy.ignore for ${what} ended on ${until}, so what it ignored counts again (${reason}): settle it, or renew the rule`;
    findings.addNotice("ignore_expired", message);
  }
}
