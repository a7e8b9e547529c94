import type { RowSelection } from "../../../../core/again/later-look.js";
import { type CheckResult, fail, ok, warn } from "../../../../core/doctor/check.js";
import { mappingClues } from "../../../../core/doctor/clues.js";
import { Findings } from "../../../../core/report/findings.js";
import type { Remark } from "../../../../core/report/report.js";
import { reconcile } from "../../../../core/run/reconcile.js";
import { nearestName } from "../../../../core/values/suggest.js";
import type { ColumnValue, StreamRow } from "../../../../ports/db-client.js";
import { EXIT } from "../../../process/exit-codes.js";
import { exitCodeOf } from "../../../process/fail-on.js";
import { type Context, many } from "../context.js";
import type { ChainSide } from "./chain-checks.js";
import type { ContractSide } from "./contract-checks.js";
import type { DatabaseSide } from "./database-checks.js";
import { CHECKS } from "./names.js";
import type { Rows } from "./row-checks.js";

/** Contracts with more streams than this are not searched for streams without a row. */
const MOST_STREAMS = 2_000n;
const MOST_EXAMPLES = 3;

/** Reported by the cursor check. */
const CURSOR_CODES = ["cursor_missing", "cursor_unreadable"];

/** Do rows match streams? Reconciles the sample as a run would. */
export async function checkSample(
  context: Context,
  database: DatabaseSide,
  rows: Rows | null,
  chain: ChainSide,
  contract: ContractSide,
): Promise<void> {
  const needs = [CHECKS.rows, CHECKS.contract, CHECKS.layout];
  await context.checkup.needed(CHECKS.sample, needs, async () => {
    if (rows!.sample.length === 0) return ok("no rows to look up");
    let findings = await reconcileSample(context, rows!, database, chain, contract, 0);
    const { confirm } = context.settings;
    // A node that is behind may catch up while a run looks again.
    if (findings.errors.some(isOfNodeBehind) && confirm > 0 && !chain.description!.isStatic) {
      findings = await reconcileSample(context, rows!, database, chain, contract, confirm);
    }
    return judgeSample(findings, rows!, database, context);
  });
}

async function reconcileSample(
  { settings, options, plan, io, signal }: Context,
  rows: Rows,
  { snapshot }: DatabaseSide,
  { chain, description }: ChainSide,
  { counter }: ContractSide,
  confirm: number,
): Promise<Findings> {
  const isSmall = counter?.kind === "known" && counter.nextId - counter.firstId <= MOST_STREAMS;
  const findings = new Findings();
  await reconcile(
    {
      readRows: async (selection) => ({
        globalCursor: snapshot!.globalCursor,
        pages: pagesOf(selected(rows.sample, selection, plan.streamIdIndex, plan.onChainIdIndex)),
      }),
      chain: chain!,
      clock: io.clock,
      contractId: settings.contract.id,
      layout: settings.contract.layout,
      plan,
      policy: settings.policy,
      concurrency: description!.readsAtATime,
      confirm,
      settle_ms: 0,
      cursorMeans: settings.database.cursorMeans,
      latestLedger: description!.latestLedger,
      isStatic: description!.isStatic,
      only: null,
      // Only all rows together show which streams have none.
      dbOnly: options.dbOnly || !rows.isAll || !isSmall,
      signal,
    },
    findings,
  );
  return findings;
}

async function* pagesOf(rows: readonly StreamRow[]): AsyncGenerator<readonly StreamRow[]> {
  if (rows.length > 0) yield rows;
}

function selected(
  rows: readonly StreamRow[],
  selection: RowSelection,
  streamIdIndex: number,
  onChainIdIndex: number,
): readonly StreamRow[] {
  if (selection === null) return rows;
  const index = selection.by === "streamId" ? streamIdIndex : onChainIdIndex;
  const wanted = new Set<ColumnValue>(selection.values);
  return rows.filter((row) => wanted.has(String(row[index])));
}

function judgeSample(findings: Findings, rows: Rows, database: DatabaseSide, context: Context): CheckResult {
  const { settings } = context;
  const { summary, discrepancies } = findings;
  const errors = findings.errors.filter(({ code }) => !CURSOR_CODES.includes(code));
  const counted = rows.isAll ? "all" : "of";
  const facts = [`${counted} ${many(rows.sample.length, "row")}: ${inWords(findings)}`];
  if (errors.length > 0) {
    const isIncomplete = settings.failOn.includes("incomplete");
    return (isIncomplete ? fail : warn)([...facts, ...examplesOf(errors)], errorActions(errors));
  }
  if (exitCodeOf(findings, settings.failOn) === EXIT.incomplete && summary.unchecked === 0 && !findings.hasErrors) {
    return fail(
      [...facts, "entries are archived or near the end of their time to live"],
      ["Restore or extend them: the policy (failOn) makes a run fail on this."],
    );
  }
  const missing = discrepancies.filter(({ field, onChainValue }) => field === "presence" && onChainValue === "missing");
  if (missing.length === rows.sample.length) return noneOnChain(facts, database, context);
  const { mapping } = settings.database;
  const clues = mappingClues(discrepancies, rows.sample.length - missing.length, mapping, settings.contract.layout);
  if (clues.length > 0) {
    return warn(
      [...facts, ...clues.map(({ found }) => found)],
      clues.map(({ action }) => action),
    );
  }
  return ok(...facts);
}

/** The sample's result in words. */
function inWords({ summary, discrepancies }: Findings): string {
  const missing = discrepancies.filter(({ field, onChainValue }) => field === "presence" && onChainValue === "missing");
  const found = summary.streamsChecked - summary.missingInDb - missing.length;
  const parts: string[] = [`${found} found on chain and read`, `${summary.inSync} equal`];
  const differing = found - summary.inSync;
  if (differing > 0) {
    const late = discrepancies.filter(({ field, classification }) => field !== "presence" && classification === "lag");
    const lagging = new Set(late.map(({ streamId }) => streamId)).size;
    parts.push(`${differing} would differ${lagging > 0 ? ` (${lagging} of them as lag)` : ""}`);
  }
  if (missing.length > 0) parts.push(`${missing.length} not on chain`);
  if (summary.missingInDb > 0) parts.push(`${many(summary.missingInDb, "stream")} on chain without a row`);
  if (summary.violations > 0) parts.push(many(summary.violations, "violated invariant"));
  if (summary.unchecked > 0) parts.push(`${summary.unchecked} cannot be checked`);
  return parts.join(", ");
}

function examplesOf(errors: readonly Remark[]): string[] {
  const examples = errors.slice(0, MOST_EXAMPLES).map(({ streamId, message }) => `${streamId ?? "run"}: ${message}`);
  const more = errors.length - examples.length;
  return more > 0 ? [...examples, `and ${more} more`] : examples;
}

const isOfNodeBehind = ({ code }: Remark): boolean => code === "node_behind_database";

function errorActions(errors: readonly Remark[]): string[] {
  const actions: string[] = [];
  if (errors.some(isOfNodeBehind)) {
    actions.push("The node is behind the database: use one that is not, or a newer snapshot (see the check cursor).");
  }
  if (!errors.every(isOfNodeBehind)) {
    actions.push("docs/runbook.md, Could not be checked: what each of these means.");
  }
  return actions;
}

/** If no id is on chain, the wrong column or contract is to blame rather than every row. */
function noneOnChain(facts: string[], { table }: DatabaseSide, { settings }: Context): CheckResult {
  const { mapping } = settings.database;
  const others = (table?.columns ?? [])
    .map(({ name }) => name)
    .filter((name) => name !== mapping.onChainId && /chain|contract|stream.*id|escrow/i.test(name));
  const near = nearestName("on_chain_stream_id", others) ?? others[0] ?? null;
  const found = `none was found on chain: ${mapping.onChainId} seems to hold the database's own ids or those of another contract`;
  return warn(
    [...facts, found],
    [
      near === null
        ? "Let database.onChainId name the column with the contract's own ids."
        : `Let database.onChainId name the column with the contract's own ids (${near}?).`,
      "Also check contract.id and the network.",
    ],
  );
}
