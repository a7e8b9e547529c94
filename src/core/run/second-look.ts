import type { StreamRow } from "../../ports/db-client.js";
import { Confirmation } from "../again/confirmation.js";
import type { Findings } from "../report/findings.js";
import { rowCursor } from "../rules/mapping.js";
import { sameStateOf } from "../verdict/side-state.js";
import type { CursorMeaning, Evidence } from "../verdict/verdict.js";
import { Greatest } from "./agreeing-cursors.js";
import type { RunContext } from "./run-context.js";

/**
 * Looks again at what differed, and reports what turned out to agree.
 * @throws UnavailableError when a side is lost; `conclude` then reports what was seen before
 */
export async function lookAgain(context: RunContext): Promise<void> {
  const { run, findings } = context;
  if (lacksMeaning(context)) await sampleCursors(context);
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
  let behind: Evidence | null = null;
  let excused = 0;
  for (const { outcome, verdict, evidence } of confirmation.conclude()) {
    findings.add(outcome);
    if (verdict.kind !== "lag" && isBehind(evidence, context)) behind = evidence;
    if (verdict.kind === "lag" && verdict.reason === "behind" && !evidence.isProven) excused += 1;
    await context.room();
  }
  findings.confirmation = confirmation.counts;
  findings.progress = progressOf(context, confirmation.firstWatermark);
  if (behind !== null) reportBehind(context, behind);
  if (excused > 0 && !context.run.isStatic && context.run.confirm > 0) {
    const streams = excused === 1 ? "1 stream that lags was" : `${excused} streams that lag were`;
    const message = `${streams} never seen as of the database's cursor, so that nothing but the lag allowed excuses ${excused === 1 ? "it" : "them"}: --settle 5m watches for longer`;
    findings.addNotice("lag_not_seen", message);
  }
}

/** Whether the database as a whole is later than it may be. */
function isBehind({ watermark, modified, observed }: Evidence, { run }: RunContext): boolean {
  return (
    watermark !== null && modified !== null && modified > watermark && observed - watermark > run.policy.maxLagLedgers
  );
}

const SECONDS_PER_LEDGER = 5;

function reportBehind({ run, findings, cursorName }: RunContext, { watermark, observed }: Evidence): void {
  const ledgers = observed - watermark!;
  const minutes = Math.round((ledgers * SECONDS_PER_LEDGER) / 60);
  const message = `by ${cursorName} the database has only come to ledger ${watermark}, ${ledgers} ledgers (about ${minutes} minutes) behind the chain, where ${run.policy.maxLagLedgers} are allowed: see whether the indexer is alive`;
  findings.addNotice("database_behind", message);
}

function confirmationOf(context: RunContext): Confirmation {
  const { run, books, observer, suspects, read } = context;
  const { policy } = run;
  context.confirmation ??= new Confirmation(suspects, {
    ...run,
    readRows: (selection, upTo) => context.openLaterRows(selection, upTo),
    observer,
    rounds: run.confirm,
    maxLagLedgers: policy.maxLagLedgers,
    graceLedgers: policy.graceLedgers,
    watermark: books.watermark,
    meaningAt: (watermark) => meaningAt(watermark, context),
    same: sameStateOf(run.plan, policy),
    hadRow: (onChainId) => books.completeness.hasRow(onChainId),
    onLook: (seen, look) => {
      run.onObservation?.(seen, look);
      if (!context.hasGlobalCursor) books.takeCursor(seen.synced);
    },
    onProgress: run.onProgress ?? (() => {}),
    read,
  });
  return context.confirmation;
}

/** @param watermark as it was before the looks: the report sets it against the ledger at which the run began */
function progressOf(context: RunContext, watermark: number | null): Findings["progress"] {
  const { hasGlobalCursor, run } = context;
  const meaning = meaningAt(watermark, context);
  return {
    watermark,
    toldBy: watermark === null ? null : hasGlobalCursor ? "table" : "rows",
    cursorMeans: meaning === "global" || run.plan.cursorIndex === null ? null : meaning,
  };
}

/** Where only a few rows were asked for, they seldom tell what cursors mean. */
function lacksMeaning({ run, isFull, suspects, hasGlobalCursor }: RunContext): boolean {
  const isTold = hasGlobalCursor || run.cursorMeans !== null || run.plan.cursorIndex === null;
  return !isFull && !isTold && suspects.count > 0;
}

/** Looks at the rows with the greatest cursors, for what they tell of cursors. */
async function sampleCursors({ run, books, observer }: RunContext): Promise<void> {
  const greatest = new Greatest<{ readonly synced: number; readonly row: StreamRow }>();
  const { pages } = await run.readRows(null);
  for await (const page of pages) {
    for (const row of page) {
      const synced = rowCursor(row, run.plan);
      if (synced !== null && synced <= observer.newestLedger) greatest.take({ synced, row });
    }
  }
  const sample = greatest.all.map(({ row }) => row);
  for await (const batch of observer.rows({ pages: onePage(sample) })) {
    for (const seen of batch) books.learnFrom(seen);
  }
}

async function* onePage(rows: readonly StreamRow[]): AsyncGenerator<readonly StreamRow[]> {
  yield rows;
}

function meaningAt(watermark: number | null, { run, books, observer, hasGlobalCursor }: RunContext): CursorMeaning {
  if (hasGlobalCursor) return "global";
  return run.cursorMeans ?? books.cursors.meaning(observer.newestLedger, watermark, run.policy.maxLagLedgers);
}
