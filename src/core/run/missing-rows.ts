import { takeStream } from "./rows-pass.js";
import type { RunContext } from "./run-context.js";

/** Looks at the streams that the contract may have and no row names. */
export async function findMissingRows(context: RunContext): Promise<void> {
  const { findings, observer, books } = context;
  const { completeness } = books;
  if (!completeness.isPlausible && completeness.nextId === null) {
    const message = "without a counter, and with ids so far apart, streams that the database lacks were not looked for";
    return findings.addNotice("missing_rows_not_checked", message);
  }
  if (!completeness.isPlausible) {
    const message = `the contract's ids span ${completeness.span}, more than can be gone through; streams that the database lacks were not looked for: check nextId in the layout, and the contract (--db-only does without)`;
    return findings.addError("next_id_implausible", message);
  }
  for await (const batch of observer.ids(completeness.idsWithoutRow())) {
    for (const seen of batch) takeStream(context, seen);
    context.tellProgress();
    await context.room();
  }
}
