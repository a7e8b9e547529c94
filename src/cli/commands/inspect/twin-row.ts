import type { Report } from "../../../core/report/report.js";
import { type RowPlan, rowOnChainId, rowStreamId } from "../../../core/rules/mapping.js";
import { duplicateRow } from "../../../core/run/completeness.js";
import type { StreamRow } from "../../../ports/db-client.js";
import type { Settings } from "../../config/settings.js";
import { streamQuery } from "../../reconciliation/run-reconciliation.js";
import { openDb } from "../../sources/databases.js";
import { addViolation } from "./add-violation.js";

/**
 * The report, with what a run for one row alone does not see and a run of all streams does: that another row names the
 * same stream of the contract.
 * @throws ReconcileError when the database cannot be read
 */
export async function withTwinRow(
  report: Report,
  row: StreamRow,
  plan: RowPlan,
  settings: Settings,
  signal: AbortSignal,
): Promise<Report> {
  const id = rowOnChainId(row, plan);
  if (id === null || report.violations.some(({ invariant }) => invariant === "on_chain_id_unique")) return report;
  const streamId = rowStreamId(row, plan);
  const names = await namesOf(id, plan, settings, signal);
  if (names.length < 2) return report;
  const other = names.find((name) => name !== streamId) ?? streamId;
  const message = `the row ${JSON.stringify(other)} names the same stream of the contract, ${id}`;
  const violation = { ...duplicateRow(streamId, id), message };
  return addViolation(report, violation, settings);
}

async function namesOf(id: bigint, plan: RowPlan, settings: Settings, signal: AbortSignal): Promise<string[]> {
  const db = await openDb(settings.database.url);
  try {
    const selection = { by: "onChainId", values: [String(id)] } as const;
    const { pages } = await db.getStreams(streamQuery(settings, plan, selection), signal);
    const names: string[] = [];
    for await (const page of pages) names.push(...page.map((row) => rowStreamId(row, plan)));
    return names;
  } finally {
    await db.close();
  }
}
