import type { Discrepancy, Report } from "../../../src/core/report/report.js";
import { type ExpectedVerdict, expectedVerdicts } from "./expected-verdicts.js";
import { type ExpectedViolation, expectedViolations } from "./expected-violations.js";
import type { RunWindow } from "./run-window.js";
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

/** Counts over streams: precision is found / (found + falseDrift), recall is found / (found + missed). */
export interface Score {
  readonly found: number;
  readonly missed: number;
  readonly falseDrift: number;
  readonly lagging: number;
  readonly violations: number;
}

export function compareReport(world: World, window: RunWindow, report: Report): Comparison {
  const verdicts = expectedVerdicts(world, window);
  const unjudged = unjudgedIn(world, verdicts, report);
  const drift = compareDiscrepancies(verdicts, report, unjudged);
  const violations = compareViolations(world, window, report);
  const mismatches = [...drift.mismatches, ...violations, ...compareRun(report, unjudged)];
  return { mismatches, score: { ...drift.score, violations: report.violations.length } };
}

function compareDiscrepancies(
  verdicts: ReadonlyMap<string, ExpectedVerdict>,
  { discrepancies }: Report,
  unjudged: ReadonlySet<string>,
): { mismatches: Mismatch[]; score: Omit<Score, "violations"> } {
  const mismatches: Mismatch[] = [];
  const score = { found: 0, missed: 0, falseDrift: 0, lagging: 0 };
  const found = new Map<string, Discrepancy[]>();
  for (const one of discrepancies) found.set(one.streamId, [...(found.get(one.streamId) ?? []), one]);
  for (const [streamId, list] of found) {
    const expected = verdicts.get(streamId);
    const said = new Set(list.map(({ classification }) => classification));
    const fields = list
      .map(({ field }) => field)
      .sort()
      .join();
    const wrong = (text: string) => mismatches.push({ streamId, onChainId: expected?.onChainId ?? null, text });
    const [classification] = said;
    if (said.size !== 1 || classification === undefined) wrong("one stream is called drift and lag at once");
    else if (expected === undefined || !expected.allowed.has(classification)) {
      if (classification === "drift") score.falseDrift += 1;
      wrong(
        `is called ${classification} (${fields}), but ${expected === undefined ? "never differed" : sayExpected(expected)}`,
      );
    } else if (!expected.fields.has(fields)) {
      wrong(`is said to differ in ${fields}, expected ${[...expected.fields].join(" or ")}`);
    }
    if (classification === "drift" && expected?.required === "drift") score.found += 1;
    if (classification === "lag") score.lagging += 1;
  }
  for (const { streamId, onChainId, required, ...expected } of verdicts.values()) {
    if (unjudged.has(streamId)) continue;
    if (required === "drift" && !found.get(streamId)?.some(({ classification }) => classification === "drift")) {
      score.missed += 1;
    }
    if (required === null || found.has(streamId)) continue;
    mismatches.push({ streamId, onChainId, text: `is not reported, but ${sayExpected({ ...expected, required })}` });
  }
  return { mismatches, score };
}

/** Streams that the report rightly leaves undecided: the only node there is never reaches what the row has seen. */
function unjudgedIn(world: World, verdicts: ReadonlyMap<string, ExpectedVerdict>, { errors }: Report): Set<string> {
  if (world.plan.network.behindLedgers === 0) return new Set();
  const streams = errors.flatMap(({ code, streamId }) => (code === "node_behind_database" ? (streamId ?? []) : []));
  return new Set(streams.filter((streamId) => verdicts.get(streamId)?.mayBeUnjudged));
}

function sayExpected({ required, allowed, fields }: Pick<ExpectedVerdict, "required" | "allowed" | "fields">): string {
  const verdict = required === "either" ? "drift or lag" : (required ?? `at most ${[...allowed].join(" or ")}`);
  return `should be ${verdict} (${[...fields].join(" or ")})`;
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

/** The run as a whole: nothing unchecked, and a status that follows from what was found. */
function compareRun(report: Report, unjudged: ReadonlySet<string>): Mismatch[] {
  const mismatches: Mismatch[] = [];
  const wrong = (text: string) => mismatches.push({ streamId: null, onChainId: null, text });
  const unexpected = report.errors.filter(({ streamId }) => streamId === null || !unjudged.has(streamId));
  for (const { streamId, code, message } of unexpected) wrong(`error ${code} (${streamId}): ${message}`);
  const hasDrift = report.discrepancies.some(({ classification }) => classification === "drift");
  const found = report.violations.length > 0 ? "VIOLATION" : hasDrift ? "DRIFT" : "IN_SYNC";
  const status = found === "IN_SYNC" && report.errors.length > 0 ? "INCOMPLETE" : found;
  if (report.status !== status) wrong(`the status is ${report.status}, but the findings make it ${status}`);
  if (report.exitCode !== EXIT_CODES[report.status]) wrong(`status ${report.status} has exit code ${report.exitCode}`);
  return mismatches;
}
