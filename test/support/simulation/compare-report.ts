import type { Report } from "../../../src/core/report/report.js";
import { type ExpectedViolation, expectedViolations } from "./expected-violations.js";
import type { PlantedFault } from "./planted-fault.js";
import type { RunWindow } from "./run-window.js";
import { LATEST_LOOK, type TrueState, trueStates } from "./true-states.js";
import type { World } from "./world.js";

/** Something that the report says wrongly or does not say. */
export interface Mismatch {
  /** The stream whose story explains it; null when it is about the run. */
  readonly streamId: string | null;
  readonly onChainId: bigint | null;
  readonly text: string;
}

export interface Comparison {
  readonly mismatches: readonly Mismatch[];
  readonly score: Score;
}

/** Counts of streams: precision is found / (found + falseDrift), recall is found / (found + unproven + green). */
export interface Score {
  /** Permanent faults, by what was said of them. */
  readonly found: number;
  readonly unproven: number;
  readonly green: number;
  /** Passing differences. */
  readonly falseDrift: number;
  readonly lagging: number;
  readonly undecided: number;
  readonly violations: number;
}

type Said = "drift" | "lag" | "unproven" | "nothing";

export function compareReport(world: World, window: RunWindow, report: Report): Comparison {
  const violations = compareViolations(world, window, report);
  const states = trueStates(world, window);
  const streams = compareStreams(world, window, states, report);
  const mismatches = [...streams.mismatches, ...violations, ...compareRun(report)];
  return { mismatches, score: { ...streams.score, violations: report.violations.length } };
}

function compareStreams(world: World, window: RunWindow, states: ReadonlyMap<string, TrueState>, report: Report) {
  const mismatches: Mismatch[] = [];
  const score = { found: 0, unproven: 0, green: 0, falseDrift: 0, lagging: 0, undecided: 0 };
  const said = saidOf(report);
  for (const [streamId, { onChainId, kind, isOverdue }] of states) {
    const verdict = said.get(streamId) ?? "nothing";
    const wrong = (text: string) => mismatches.push({ streamId, onChainId, text });
    if (kind === "permanent" && !mayLookLate(world, window, streamId, onChainId)) {
      if (verdict === "drift") score.found += 1;
      else if (verdict === "unproven") score.unproven += 1;
      else score.green += 1;
      if (verdict === "nothing" || verdict === "lag")
        wrong(`is a permanent fault, of which the report says ${verdict}`);
      if (verdict === "unproven" && isProvable(world) && !isTooFast(world, window, onChainId)) {
        const why = report.errors
          .find((error) => error.streamId === streamId)!
          .message.split("; ")
          .at(-1);
        wrong(`is a permanent fault, and was not shown to be one: ${why}`);
      }
    }
    if (kind === "passing" && !isOverdue) {
      if (verdict === "drift") score.falseDrift += 1;
      if (verdict === "lag") score.lagging += 1;
      if (verdict === "unproven") score.undecided += 1;
      if (verdict === "drift") wrong("would come right by itself, and is called drift");
    }
  }
  for (const streamId of said.keys()) {
    if (!states.has(streamId)) mismatches.push({ streamId, onChainId: null, text: "never differed, and is reported" });
  }
  for (const [streamId, fields] of fieldsOf(report)) {
    const state = states.get(streamId);
    if (state === undefined || state.fields.has(fields)) continue;
    const text = `is said to differ in ${fields}, which should be ${[...state.fields].join(" or ")}`;
    mismatches.push({ streamId, onChainId: state.onChainId, text });
  }
  return { mismatches, score };
}

/** A backend that died a moment ago cannot be told from one that is late. */
function mayLookLate(world: World, { last, to }: RunWindow, streamId: string, onChainId: bigint | null): boolean {
  const synced = world.table.rows.get(streamId)?.at(to)?.value?.synced ?? null;
  // The turn of a row that is compared now and then may still come.
  if (world.plan.cursor === "checked-row" && synced !== null && last - synced <= world.plan.maxLag) {
    const modified = onChainId === null ? undefined : world.contract.entries.get(onChainId)?.at(last)?.ledger;
    return world.plan.sharedEntry || (modified ?? 0) > synced;
  }
  // A change without an event is one that the database has not come to, either.
  const isNew = (ledger: number) =>
    ledger > (world.table.cursor.at(to)?.value ?? 0) && last - ledger <= world.plan.maxLag;
  const isCorruption = (fault: PlantedFault) => fault.kind === "violation" && fault.onChainId === onChainId;
  if (world.faults.some((fault) => isCorruption(fault) && isNew(fault.ledger))) return true;
  if (!world.isDead) return false;
  const { cursor, maxLag } = world.plan;
  if (cursor === "none") return false;
  const first = world.contract.events.find(({ ledger }) => ledger > world.indexedUpTo)?.ledger ?? last;
  return last - first <= maxLag + LATEST_LOOK;
}

/** Whether the world has what a proof needs: a cursor that is alive, and a node that reaches it. */
function isProvable(world: World): boolean {
  const { cursor, network, standsStillFor, sharedEntry, tellsMeaning, nullCursors } = world.plan;
  // Looks that far apart do not show what one of the streams of an entry was between them.
  if (sharedEntry && network.requestMsMost > 2_000) return false;
  // Of a row without a cursor nobody knows whether it is newer than the node.
  if (nullCursors > 0 && network.staleLedgers > 0) return false;
  // Any stream's change moves M there: what row cursors mean cannot be told, and one of events may not reach M in time.
  if (sharedEntry && cursor.endsWith("-row") && (!tellsMeaning || cursor === "touched-row")) return false;
  return cursor !== "none" && network.behindLedgers === 0 && standsStillFor < 2 && !world.isDead;
}

/** Looks that far apart do not show what a stream was between them that moves all the time. */
function isTooFast({ plan, contract }: World, { from, last }: RunWindow, onChainId: bigint | null): boolean {
  const moves = contract.events.filter((event) => event.streamId === onChainId && event.ledger >= from);
  return plan.network.requestMsMost > 2_000 && moves.length > (last - from) / 10;
}

function saidOf({ discrepancies, errors }: Report): Map<string, Said> {
  const said = new Map<string, Said>();
  for (const { streamId, code } of errors) if (streamId !== null && isUnproven(code)) said.set(streamId, "unproven");
  for (const { streamId, classification } of discrepancies) said.set(streamId, classification);
  return said;
}

/** The last: a node that answers behind the other one five times on end. */
const isUnproven = (code: string): boolean =>
  ["lag_unproven", "node_behind_database", "rpc_ledger_went_back"].includes(code);

function fieldsOf({ discrepancies }: Report): Map<string, string> {
  const fields = new Map<string, string[]>();
  for (const { streamId, field } of discrepancies) fields.set(streamId, [...(fields.get(streamId) ?? []), field]);
  return new Map([...fields].map(([streamId, names]) => [streamId, names.sort().join()]));
}

function compareViolations(world: World, window: RunWindow, { violations, notices }: Report): Mismatch[] {
  const expected = expectedViolations(world, window);
  const fits = ({ side, streamIds, names }: ExpectedViolation, found: Report["violations"][number]) =>
    side === found.side && streamIds.includes(found.streamId) && names.includes(found.invariant);
  const chainIdOf = (streamId: string) => world.table.rows.get(streamId)?.last?.onChainId ?? null;
  const excess = violations
    .filter((found) => !expected.some((one) => fits(one, found)))
    .map(({ streamId, side, invariant, message }) => {
      return { streamId, onChainId: chainIdOf(streamId), text: `false violation ${side} ${invariant}: ${message}` };
    });
  // An escrow that is paid from all the time may be impossible to read at one moment; it has to be said, though.
  const isUndecided = ({ names, streamIds }: ExpectedViolation) =>
    world.plan.activity > 0 &&
    names.includes("solvent") &&
    notices.some(({ code, message, streamId }) => {
      return code.includes("undecided") && (streamIds.includes(streamId ?? "") || message.includes(streamIds[0]!));
    });
  const missing = expected
    .filter((one) => one.isRequired && !isUndecided(one) && !violations.some((found) => fits(one, found)))
    .map(({ side, streamIds, names }) => {
      const streamId = streamIds[0]!;
      return { streamId, onChainId: chainIdOf(streamId), text: `missing violation ${side} ${names.join(" or ")}` };
    });
  return [...excess, ...missing];
}

const EXIT_CODES = { VIOLATION: 4, DRIFT: 3, INCOMPLETE: 5, IN_SYNC: 0 } as const;

/** The run as a whole: nothing unchecked but what could not be decided, and a status that follows from what was found. */
function compareRun(report: Report): Mismatch[] {
  const mismatches: Mismatch[] = [];
  const wrong = (text: string) => mismatches.push({ streamId: null, onChainId: null, text });
  for (const { streamId, code, message } of report.errors) {
    if (!isUnproven(code)) wrong(`error ${code} (${streamId}): ${message}`);
  }
  const hasDrift = report.discrepancies.some(({ classification }) => classification === "drift");
  const found = report.violations.length > 0 ? "VIOLATION" : hasDrift ? "DRIFT" : "IN_SYNC";
  const isUndecided = report.notices.some(({ code }) => code === "solvency_undecided");
  const status = found === "IN_SYNC" && (report.errors.length > 0 || isUndecided) ? "INCOMPLETE" : found;
  if (report.status !== status) wrong(`the status is ${report.status}, but the findings make it ${status}`);
  if (report.exitCode !== EXIT_CODES[report.status]) wrong(`status ${report.status} has exit code ${report.exitCode}`);
  return mismatches;
}
