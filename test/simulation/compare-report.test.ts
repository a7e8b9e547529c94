import type { Report } from "../../src/core/report/report.js";
import { compareReport } from "../support/simulation/compare-report.js";
import { runWorld, type WorldRun } from "../support/simulation/run-world.js";
import { planWorld } from "../support/simulation/world-plan.js";

// The comparison must be able to fail: a real run's report, falsified in each way that matters.

/** The first world of the right kind, whatever the plans will look like one day. */
const SEED = Array.from({ length: 200 }, (_, seed) => planWorld(seed)).find(
  ({ database, faults, network, indexer, cursor, concurrency }) =>
    database === "sqlite" &&
    faults === 8 &&
    network.behindLedgers === 0 &&
    indexer.stoppedFor === null &&
    cursor === "global" &&
    concurrency > 1,
)!.seed;
const noPostgres = () => Promise.reject(new Error("this world is in SQLite"));

let run: WorldRun;
beforeAll(async () => {
  run = await runWorld(SEED, noPostgres);
});

const mismatchesOf = (edit: (report: Report) => Partial<Report>): string[] => {
  const report = { ...run.report, ...edit(run.report) };
  return compareReport(run.world, run.window, report).mismatches.map(({ text }) => text);
};

const drifted = ({ discrepancies }: Report) => {
  const found = discrepancies.find(({ classification }) => classification === "drift");
  if (found === undefined) throw new Error("choose a seed whose world has drift");
  return found;
};

it("is content with the report as it was", () => {
  expect(mismatchesOf(() => ({}))).toEqual([]);
});

it("misses a stream that is left out", () => {
  const edit = (report: Report) => ({
    discrepancies: report.discrepancies.filter(({ streamId }) => streamId !== drifted(report).streamId),
  });
  expect(mismatchesOf(edit).join()).toMatch(/is a permanent fault, of which the report says nothing/);
});

it("does not take drift for lag", () => {
  const edit = (report: Report) => ({
    discrepancies: report.discrepancies.map((found) => ({ ...found, classification: "lag" as const })),
  });
  expect(mismatchesOf(edit).join()).toMatch(/is a permanent fault, of which the report says lag/);
});

it("refuses drift of a stream that never differed", () => {
  const edit = (report: Report) => ({
    discrepancies: [...report.discrepancies, { ...drifted(report), streamId: "stream_0" }],
  });
  expect(mismatchesOf(edit).join()).toMatch(/never differed, and is reported/);
});

it("refuses a field that does not differ", () => {
  const edit = (report: Report) => ({
    discrepancies: [...report.discrepancies, { ...drifted(report), field: "fee_bps" }],
  });
  expect(mismatchesOf(edit).join()).toMatch(/is said to differ in .*fee_bps/);
});

it("misses a violation that is left out, and refuses one that is made up", () => {
  expect(run.report.violations.length).toBeGreaterThan(0);
  expect(mismatchesOf(() => ({ violations: [] })).join()).toMatch(/missing violation/);
  const edit = ({ violations }: Report) => ({
    violations: [
      ...violations,
      { ...violations[0]!, invariant: "never_ended", side: "on_chain", streamId: "stream_0" } as const,
    ],
  });
  expect(mismatchesOf(edit).join()).toMatch(/false violation on_chain never_ended/);
});

it("refuses errors and a status that the findings do not bear out", () => {
  const errors = [{ streamId: null, code: "chain_lost", message: "gave up" }];
  expect(mismatchesOf(() => ({ errors })).join()).toMatch(/error chain_lost/);
  expect(mismatchesOf(() => ({ status: "IN_SYNC" })).join()).toMatch(/the status is IN_SYNC/);
});

it("finds the same again when a world is replayed", async () => {
  const again = await runWorld(SEED, noPostgres);
  expect(again.report).toEqual(run.report);
  expect(again.window).toEqual(run.window);
});
