import { greatestId } from "../../../../core/contract/stream-key.js";
import { type CheckResult, fail, ok, warn } from "../../../../core/doctor/check.js";
import { type RowSample, sampleRows } from "../../../../core/doctor/row-sample.js";
import type { StreamRow } from "../../../../ports/db-client.js";
import { sealsOf } from "../../../records/record-seals.js";
import { RunLog } from "../../../records/run-log.js";
import { openDb } from "../../../sources/databases.js";
import { type Context, many } from "../context.js";
import type { DatabaseSide } from "./database-checks.js";
import { CHECKS } from "./names.js";

/** Rows read from the end of a table that is too large to be read in full. */
const LAST_ROWS = 100;

/** The rows that were read, and the sample to look up on chain. */
export interface Rows {
  readonly sampled: RowSample;
  readonly sample: readonly StreamRow[];
  /** Every row is in the sample. */
  readonly isAll: boolean;
  /** How many rows there are; null: they could not be counted. */
  readonly count: number | null;
}

/** Can the rows be read as streams? */
export async function checkRows(context: Context, side: DatabaseSide): Promise<Rows | null> {
  const { checkup, plan, query, settings, signal } = context;
  let rows: Rows | null = null;
  await checkup.needed(CHECKS.rows, [CHECKS.table], async () => {
    const sampled = await sampleRows(side.snapshot!.pages, plan, greatestId(settings.contract.layout.stream.key));
    let sample = sampled.sample;
    let count: number | null = sampled.rows;
    if (!sampled.isWhole) {
      const last = await side.probe!.greatest(query, LAST_ROWS, signal);
      sample = [...sample, ...last];
      count = await side.probe!.count(query, signal);
    }
    rows = { sampled, sample, isAll: sampled.isWhole && sample.length === sampled.rows, count };
    return judgeRows(sampled, count, context);
  });
  return rows;
}

function judgeRows(sampled: RowSample, count: number, { settings, options }: Context): CheckResult {
  const { onChainId } = settings.database.mapping;
  const read = sampled.isWhole ? many(count, "row") : `${many(count, "row")}, the first 100,000 of them read`;
  if (sampled.rows === 0 && !options.allowEmpty) {
    const { where, contractColumn } = settings.database;
    const action = ["If a database without streams is expected: --allow-empty"];
    if (where !== null) action.push(`database.where selects no rows: ${where}`);
    if (contractColumn !== null)
      action.push(`No row's ${contractColumn} (database.contractColumn) equals contract.id.`);
    return fail(["no rows, so a run would be incomplete"], action);
  }
  if (sampled.unreadable > 0) {
    const found = [`${read}; ${many(sampled.unreadable, "row")} cannot be read:`, ...sampled.examples];
    const action = ["Correct the rows, or map the right column (database.fields)."];
    return settings.failOn.includes("incomplete") ? fail(found, action) : warn(found, action);
  }
  if (sampled.withoutId > 0) {
    const found = `${many(sampled.withoutId, "row has", "rows have")} no ${onChainId}: each counts as missing on chain`;
    const where = settings.database.where === null ? "" : `(${settings.database.where}) AND `;
    return warn([read, found], [`If they are not on chain yet: database.where: ${where}${onChainId} IS NOT NULL`]);
  }
  return ok(`${read}, all readable`);
}

/** Could a run write its record? */
export async function checkRunTable(context: Context, needs: readonly string[], side: DatabaseSide): Promise<void> {
  const { checkup, settings, options, within } = context;
  const { runStore, database, isDemo } = settings;
  if (options.dryRun) {
    await checkup.needed(CHECKS.runTable, needs, async () => ok("not needed: a dry run writes no record"));
    return;
  }
  const isShared = runStore.url === database.url;
  await checkup.needed(CHECKS.runTable, isShared ? [CHECKS.database] : needs, async () => {
    const recorder = isShared ? side.db! : await openDb(runStore.url, { create: isDemo });
    try {
      // A run of the demo creates the table itself.
      if (isDemo && !(await within(recorder.canRecordRuns()))) return ok("the demo's first run creates it");
      await within(RunLog.check(recorder, await sealsOf(settings.auth)));
      return ok("reconciliation_runs exists and can be written");
    } finally {
      if (!isShared) await recorder.close();
    }
  });
}
